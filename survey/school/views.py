"""The principal's pages."""

from __future__ import annotations

import io

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator import plan_file, plan_workbook
from estimator.explain import OF_FAMILIES
from estimator.family_counts import of_share
from estimator.field_checks import clock
from estimator.plan import PlanProblems
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import plan_from_dict
from survey import db, wording
from survey.planning import pictures
from survey.planning.assessments import advise_school, norms, weigh_district, weigh_school
from survey.planning.plans import current, plan_of, save_plan
from survey.school import advice_words
from survey.school.forms import PlanForm, UploadForm, cells_of, sent_cells, typed_plan
from survey.staff import audit, scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm

bp = Blueprint("school", __name__, url_prefix="/school")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@principal_only
def burden():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return render_template("school/first_day.html", school=school)
    charts = {
        "grades": pictures.grades(weighed.assessment, school.name),
        "doses": pictures.doses(weighed.assessment.grades[weighed.assessment.school.grade], g.language),
        "district": standing_chart(school, weighed),
    }
    return render_template(
        "school/burden.html",
        school=school,
        weighed=weighed,
        charts=charts,
        wording=wording,
        clock=clock,
        of_families=OF_FAMILIES,
        of_share=of_share,
        norms=norms(),
    )


def standing_chart(school, weighed):
    """Where the school stands among the district's schools; the others without their names."""
    others = [w.assessment.school.score for key, w in weigh_district(school.bureau).items() if key != school.id]
    return pictures.standing(weighed.assessment.school.score, others)


@bp.get("/advice")
@principal_only
def advice():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return redirect(url_for("school.burden"))
    found = advise_school(weighed, school.setting)
    return render_template(
        "school/advice.html",
        advice=found,
        told=advice_words.told(found, weighed.plan, g.language),
        number_now=weighed.number,
        form=SafeForm(),
        weighed=weighed,
        wording=wording,
        clock=clock,
    )


@bp.post("/advice")
@principal_only
def take_advice():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None or not SafeForm(request.form).validate() or request.form.get("number") != str(weighed.number):
        flash(_("The plan has changed since; here is the advice for the plan in force."))
        return redirect(url_for("school.advice"), 303)
    return keep(advise_school(weighed, school.setting).plan)


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
    return keep(typed)


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
    return keep(read)


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


def keep(plan):
    version = save_plan(scope.own_school(), plan, scope.account().login)
    audit.record(f"saved plan version {version.number}")
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
