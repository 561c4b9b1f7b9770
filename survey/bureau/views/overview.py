"""What a clerk must know in one minute."""

from __future__ import annotations

from flask import g, render_template

from survey.bureau import glance, needs, pictures
from survey.bureau.views import bp
from survey.bureau.views.campaigns import all_campaigns
from survey.bureau.views.releases import newest_release
from survey.planning.assessments import weighed_district
from survey.results import sentences
from survey.school import family_words
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/")
@bureau_only
def overview():
    campaigns, release, found = all_campaigns(), newest_release(), weighed_district(scope.bureau())
    answered = glance.participation(release) if release else []
    return render_template(
        "bureau/overview.html",
        bureau=scope.bureau(),
        schools=found.district.open,
        weighed=found.plans,
        plans=glance.plans(found),
        release=release,
        answered=answered,
        too_few=glance.too_few(answered),
        chart=answered and pictures.participation(answered),
        needed=needs.needed(release) if release else [],
        waiting=glance.waiting(found, campaigns),
        campaigns=campaigns,
        families=family_words.counted,
        sentences=sentences,
        language=g.language,
    )
