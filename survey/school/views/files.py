"""The plan as a file: down, up, and the template."""

from __future__ import annotations

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator import plan_file, plan_workbook
from estimator.plan import PlanProblems
from estimator.plan_reading import plan_as_dict
from survey import db
from survey.day import today
from survey.planning import drafts, plans
from survey.planning.plan_begun import plan_begun
from survey.school.forms import UploadForm
from survey.school.views import bp
from survey.school.views.plan import check_desk, own_draft
from survey.staff import scope
from survey.staff.access import principal_only
from survey.words.file_names import file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.post("/plan/upload")
@principal_only
def upload():
    """A file becomes the draft: what it changes is seen before it is in force."""
    sent, school = request.files.get("file"), scope.own_school()
    if not UploadForm(request.form).validate() or not sent:
        flash(_("Choose a file, then press «Upload»."))
        return redirect(url_for("school.plan"), 303)
    try:
        read = plan_file.read_located(sent.read(), sent.filename or "plan.xlsx")
        check_desk(read.plan, school, read.locate)
    except PlanProblems as found:
        return render_template(
            "problems.html", problems=found.problems, filename=sent.filename, back=url_for("school.plan")
        )
    if drafts.keep(scope.account(), school, read.plan, known_version(school, read.version)):
        flash(_("The file was read. Look at what it changes, then put it in force."))
    else:
        flash(_("The file says what stands here already."))
    db.session("desk").commit()
    return redirect(url_for("school.plan"), 303)


def known_version(school, number):
    """The version a file says it was taken from, where the school has one such."""
    return number if number in {version.number for version in plans.versions(school.id)} else None


@bp.get("/plan.xlsx")
@principal_only
def download():
    draft = own_draft()
    name = name_of(_("Plan"), draft.plan)
    if draft.is_changed:
        name = _("%(name)s, draft", name=name)
    elif draft.base:
        name = _("%(name)s, version %(number)s", name=name, number=draft.base)
    return workbook(draft.plan, name, draft.base)


@bp.get("/plan/template.xlsx")
@principal_only
def template():
    begun = plan_begun(scope.own_school(), today())
    return workbook(begun, name_of(_("Plan template"), begun))


def name_of(kind, plan):
    """What tells a school's files of one week from those of others."""
    return _("%(file)s, %(school)s, week of %(week)s", file=kind, school=scope.own_school().name, week=plan.week_of)


def workbook(plan, name, version=None):
    content = io.BytesIO(plan_workbook.write_begun(plan_as_dict(plan), g.language, version))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=file_name(name, "xlsx"))
