"""The versions of the plan: compared, and taken back."""

from __future__ import annotations

from flask import abort, render_template, request

from survey import wording
from survey.planning import plans
from survey.planning.assessments import weigh_versions
from survey.planning.plans import plan_of
from survey.school.comparing import compare
from survey.school.views import bp
from survey.school.views.plan import keep_plan
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
        wording=wording,
    )


@bp.post("/versions/<int:number>")
@principal_only
def take_back(number):
    found = next((each for each in plans.versions(scope.own_school().id) if each.number == number), None)
    if found is None:
        scope.refuse("version", number)
    if not SafeForm(request.form).validate():
        abort(404)
    return keep_plan(plan_of(found))
