"""The district's schools, and one of them: its burden, and who logs in for it."""

from __future__ import annotations

from flask import render_template

from estimator.shared_flags import shared_flags
from survey.bureau.views import bp
from survey.planning import pictures as plan_pictures
from survey.planning.assessments import weigh_district, weigh_school
from survey.staff import accounts, invitation_cards, invitations, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.paging import paged


@bp.get("/schools")
@bureau_only
def schools():
    words = scope.words()
    return render_template(
        "bureau/schools.html",
        page=paged(scope.schools(), lambda each: words(each.id, each.label)),
        closed=[school for school in scope.all_schools() if school.is_closed],
        district=scope.district(),
        weighed=weigh_district(scope.bureau()),
        lacking=invitation_cards.lacking(scope.bureau()),
    )


@bp.get("/schools/<school_id>")
@bureau_only
def school(school_id):
    found = scope.school(school_id)
    weighed = weigh_school(found)
    return render_template(
        "bureau/school.html",
        school=found,
        became_part=[other for other in scope.all_schools() if other.merged_into_id == found.id],
        weighed=weighed,
        chart=weighed and plan_pictures.grades(weighed.assessment, found.label),
        flags=weighed and shared_flags(weighed.assessment, weighed.plan),
        accounts=accounts.open_of(found.bureau_id, found.id),
        waiting=invitations.waiting(found),
        days_valid=invitations.DAYS_VALID,
        form=SafeForm(),
    )
