"""What a clerk must know in one minute."""

from __future__ import annotations

from flask import render_template

from survey.bureau.views import bp
from survey.bureau.views.campaigns import all_campaigns
from survey.planning.assessments import weigh_district
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/")
@bureau_only
def overview():
    weighed = weigh_district(scope.bureau())
    over = [w for w in weighed.values() if w.assessment.school.norms_broken]
    return render_template(
        "bureau/overview.html",
        bureau=scope.bureau(),
        schools=scope.schools(),
        weighed=weighed,
        over=over,
        campaigns=all_campaigns(),
    )
