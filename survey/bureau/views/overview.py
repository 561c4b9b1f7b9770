"""What a clerk must know in one minute."""

from __future__ import annotations

from flask import g, render_template

from survey import wording
from survey.bureau import glance, needs, pictures
from survey.bureau.views import bp
from survey.bureau.views.campaigns import all_campaigns
from survey.bureau.views.releases import newest_release
from survey.planning.assessments import weigh_district
from survey.results import sentences
from survey.school import family_words
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/")
@bureau_only
def overview():
    schools, campaigns, release = scope.schools(), all_campaigns(), newest_release()
    weighed = weigh_district(scope.bureau())
    answered = glance.participation(release) if release else []
    return render_template(
        "bureau/overview.html",
        bureau=scope.bureau(),
        schools=schools,
        weighed=weighed,
        plans=glance.plans(schools, weighed),
        release=release,
        answered=answered,
        too_few=glance.too_few(answered),
        chart=answered and pictures.participation(answered),
        needed=needs.needed(release) if release else [],
        waiting=glance.waiting(schools, weighed, campaigns),
        campaigns=campaigns,
        families=family_words.counted,
        sentences=sentences,
        language=g.language,
        wording=wording,
    )
