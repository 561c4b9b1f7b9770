"""The smallest change that mends the plan, and taking it over."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey.planning import drafts
from survey.planning.assessments import advise_school, weigh_school
from survey.school import advice_words
from survey.school.views import bp
from survey.school.views.burden import advised
from survey.school.views.plan import saved
from survey.staff import scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm


@bp.get("/advice")
@principal_only
def advice():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return redirect(url_for("school.burden"))
    found = advised(weighed)
    return render_template(
        "school/advice.html",
        **found,
        told=advice_words.told(found["advice"], weighed.plan, g.language),
        form=SafeForm(),
    )


@bp.post("/advice")
@principal_only
def take_advice():
    school = scope.own_school()
    weighed, seen = weigh_school(school), request.form.get("number", type=int)
    try:
        if weighed is None or not SafeForm(request.form).validate() or seen != weighed.number:
            raise drafts.Overtaken(seen)
        advised = advise_school(weighed).plan
        return saved(drafts.put_in_force(scope.account(), school, advised, seen))
    except drafts.Overtaken:
        flash(_("The plan has changed since; here is the advice for the plan in force."))
        return redirect(url_for("school.advice"), 303)
