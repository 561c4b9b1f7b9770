"""The plan itself: typed, uploaded, downloaded."""

from __future__ import annotations

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator import plan_file, plan_workbook
from estimator.plan import PlanProblems
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import plan_from_dict
from survey import db
from survey.planning.plans import current, plan_of, save_plan
from survey.school.forms import PlanForm, UploadForm, cells_of, sent_cells, typed_plan
from survey.school.views import bp
from survey.staff import audit, scope
from survey.staff.access import principal_only

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/plan")
@principal_only
def plan():
    version = current(scope.own_school().id)
    return editor(cells_of(plan_of(version) if version else None, g.language), ())


@bp.post("/plan")
@principal_only
def type_plan():
    if not PlanForm(request.form).validate():
        return editor(sent_cells(request.form), (), stale=True)
    if "more" in request.form:
        return editor(sent_cells(request.form), ())
    try:
        typed = plan_from_dict(typed_plan(request.form))
    except PlanProblems as found:
        return editor(sent_cells(request.form), found.problems)
    return keep_plan(typed)


@bp.post("/plan/upload")
@principal_only
def upload():
    sent = request.files.get("file")
    if not UploadForm(request.form).validate() or not sent:
        return redirect(url_for("school.plan"))
    try:
        read = plan_file.read(sent.read(), sent.filename or "plan.xlsx")
    except PlanProblems as found:
        return render_template(
            "problems.html", problems=found.problems, filename=sent.filename, back=url_for("school.plan")
        )
    return keep_plan(read)


@bp.get("/plan.xlsx")
@principal_only
def download():
    version = current(scope.own_school().id)
    return workbook(plan_of(version) if version else None, "plan.xlsx")


@bp.get("/plan/template.xlsx")
@principal_only
def template():
    return workbook(None, "plan-template.xlsx")


def workbook(plan, name):
    content = io.BytesIO(plan_workbook.write(plan, g.language))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


def keep_plan(plan):
    version = save_plan(scope.own_school(), plan, scope.account().login)
    audit.record("saved_plan", number=version.number)
    db.session("desk").commit()
    flash(_("Saved as version %(number)s.", number=version.number))
    return redirect(url_for("school.burden"), 303)


def editor(cells, problems, stale=False):
    return render_template(
        "school/plan.html",
        cells=cells,
        problems=problems,
        columns=COLUMNS,
        one_word=plan_workbook.ONE_WORD,
        form=PlanForm(),
        upload=UploadForm(),
        stale=stale,
    )
