"""The versions of the plan: compared, and taken back."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.day import today
from survey.planning import drafts, plans
from survey.planning.assessments import weigh_versions
from survey.planning.plan_begun import coming_monday
from survey.planning.plans import plan_of
from survey.school.comparing import compare
from survey.school.views import bp
from survey.school.views.plan import saved
from survey.staff import scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm

PAIR = ("one", "other")  # versions compared, as the address names them


@bp.get("/versions")
@principal_only
def versions():
    school = scope.own_school()
    weighed = weigh_versions(school)
    newest = [*weighed][:2]
    # By default what changed last: the version before it, and the one in force.
    chosen = [request.args.get(name, type=int, default=usual) for name, usual in zip(PAIR, newest[::-1], strict=False)]
    if not set(chosen) <= weighed.keys():
        scope.refuse("version", ", ".join(map(str, chosen)))
    pair = [weighed[number].assessment for number in chosen]
    return render_template(
        "school/versions.html",
        versions=plans.versions(school.id),
        weighed=weighed,
        chosen=chosen,
        compared=compare(*pair) if len(pair) == len(PAIR) else {},
        form=SafeForm(),
    )


@bp.post("/versions/<int:number>")
@principal_only
def take_back(number):
    school, seen = scope.own_school(), request.form.get("seen", 0, type=int)
    try:
        return saved(drafts.put_in_force(scope.account(), school, chosen_plan(school, number), seen))
    except drafts.Overtaken:
        flash(_("Another version was put in force meanwhile. Look at it before you take an earlier one."))
        return redirect(url_for("school.versions"), 303)


@bp.post("/versions/<int:number>/begin")
@principal_only
def begin(number):
    """An earlier week's plan as the draft of the coming week."""
    school = scope.own_school()
    week_of = coming_monday(today())
    drafts.keep(scope.account(), school, replace(chosen_plan(school, number), week_of=week_of))
    db.session("desk").commit()
    return redirect(url_for("school.plan"), 303)


def chosen_plan(school, number):
    """The plan of one of the school's versions; 404 for any other."""
    found = next((each for each in plans.versions(school.id) if each.number == number), None)
    if found is None:
        scope.refuse("version", number)
    if not SafeForm(request.form).validate():
        abort(404)
    return plan_of(found)
