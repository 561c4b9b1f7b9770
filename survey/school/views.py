"""The principal's pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from estimator import plan_file, plan_workbook
from estimator.explain import OF_FAMILIES
from estimator.family_counts import of_share
from estimator.field_checks import clock
from estimator.plan import PlanProblems
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import plan_from_dict
from estimator.shared_flags import shared_flags
from survey import db, wording
from survey.campaign import sheets
from survey.campaign.store import Campaign
from survey.planning import likeness, pictures, plans
from survey.planning.assessments import advise_school, norms, weigh_district, weigh_school, weigh_versions
from survey.planning.plans import current, plan_of, save_plan
from survey.release import freeze
from survey.results import school as school_results
from survey.results.store import SchoolReply
from survey.school import advice_words, life_pictures
from survey.school.comparing import compare
from survey.school.forms import PlanForm, ReplyForm, UploadForm, cells_of, sent_cells, typed_plan
from survey.school.life import beside_life
from survey.staff import audit, scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm

bp = Blueprint("school", __name__, url_prefix="/school")
# On one printed page; the rest is told by its number.
MOST_FLAGS, MOST_CHANGES = 9, 14
PAIR = ("one", "other")  # versions compared, as the address names them
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
    }
    by, found = standing(school)
    charts["standing"] = pictures.standing(found[0])
    charts["measures"] = pictures.standing_of_measures(found[1:])
    return render_template(
        "school/burden.html",
        school=school,
        weighed=weighed,
        charts=charts,
        like_by=by,
        standings=found,
        wording=wording,
        clock=clock,
        of_families=OF_FAMILIES,
        of_share=of_share,
        norms=norms(),
    )


def standing(school):
    """By what others are like the school, and where it stands among them; they have no names."""
    weighed = weigh_district(school.bureau)
    by, others = likeness.like(school, weighed)
    return by, likeness.standings(school, others, weighed)


@bp.get("/life")
@principal_only
def life():
    school = scope.own_school()
    weighed, frozen = weigh_school(school), newest_release()
    if weighed is None or frozen is None:
        return render_template("school/life_later.html", school=school, weighed=weighed)
    release = freeze.read(frozen)
    beside = beside_life(weighed, release, school.id)
    return render_template(
        "school/life.html",
        school=school,
        weighed=weighed,
        release=release,
        beside=beside,
        charts={grade: life_pictures.beside(grade, rows, g.language) for grade, rows in beside.items()},
        words=life_pictures,
        wording=wording,
    )


@bp.route("/results", methods=["GET", "POST"])
@principal_only
def results():
    school, frozen = scope.own_school(), newest_release()
    if frozen is None:
        return render_template("school/life_later.html", school=school, weighed=True)
    desk = db.session("desk")
    form = ReplyForm(request.form, obj=desk.get(SchoolReply, (frozen.id, school.id)))
    if request.method == "POST" and form.validate():
        said = {"words": form.words.data, "by_when": form.by_when.data}
        desk.merge(SchoolReply(release_id=frozen.id, school_id=school.id, **said))
        audit.record(f"replied to release {frozen.id}")
        desk.commit()
        return redirect(url_for("school.results"), 303)
    release = freeze.read(frozen)
    public = url_for("results.page", release_id=frozen.id, school_id=school.id, _external=True)
    return render_template(
        "school/results.html",
        school=school,
        release=release,
        told=school_results.parts(release, school.id, g.language),
        form=form,
        problems=[(name, str(errors[0])) for name, errors in form.errors.items()],
        public=public,
        qr=sheets.qr(public),
        wording=wording,
    )


def newest_release():
    campaigns = db.session("desk").scalars(scope.mine(Campaign))
    return freeze.latest([campaign.id for campaign in campaigns])


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


@bp.get("/verdict")
@principal_only
def verdict():
    school = scope.own_school()
    weighed = weigh_school(school)
    if weighed is None:
        return redirect(url_for("school.burden"))
    found = advise_school(weighed, school.setting)
    told = advice_words.told(found, weighed.plan, g.language)
    flags = shared_flags(weighed.assessment, weighed.plan)
    return render_template(
        "school/verdict.html",
        school=school,
        weighed=weighed,
        flags=sorted(flags, key=lambda shared: -shared.flag.dose),
        advice=found,
        changes=[(grade, change) for grade, changes in told.items() for change in changes],
        most_flags=MOST_FLAGS,
        most_changes=MOST_CHANGES,
        today=datetime.now(UTC).date(),
        wording=wording,
        of_families=OF_FAMILIES,
        of_share=of_share,
    )


@bp.get("/versions")
@principal_only
def versions():
    school = scope.own_school()
    weighed = weigh_versions(school)
    newest = [*weighed][:2]
    # By default what changed last: the version before it, and the one in force.
    chosen = [request.args.get(name, type=int, default=usual) for name, usual in zip(PAIR, newest[::-1], strict=False)]
    if not set(chosen) <= weighed.keys():
        abort(404)
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
    if found is None or not SafeForm(request.form).validate():
        abort(404)
    return keep(plan_of(found))


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
