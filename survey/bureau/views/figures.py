"""A school's figures followed to their source, on the same pages as its principal's."""

from __future__ import annotations

from flask import redirect, url_for

from survey.bureau.views import bp
from survey.school.views.measures import asked_version, measure_page, score_page
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/schools/<school_id>/measures/<int:grade>/<name>")
@bureau_only
def measure(school_id, grade, name):
    school = scope.school(school_id)
    weighed = asked_version(school)
    return without_plan(school) if weighed is None else measure_page(weighed, grade, name, school)


@bp.get("/schools/<school_id>/score/<int:grade>")
@bureau_only
def score(school_id, grade):
    school = scope.school(school_id)
    weighed = asked_version(school)
    return without_plan(school) if weighed is None else score_page(weighed, grade, school)


def without_plan(school):
    return redirect(url_for("bureau.school", school_id=school.id))
