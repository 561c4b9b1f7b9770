"""The timetable: a grade's week as a grid, what was changed, and putting it in force."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from estimator.field_checks import clock
from estimator.plan import DAYS, PlanProblems
from estimator.plan_owner import foreign_problems
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.language import in_a_row
from survey.planning import drafts, lessons, plan_changes
from survey.planning.assessments import weigh_plan
from survey.planning.overlaps import overlaps
from survey.planning.plan_begun import week_problems
from survey.planning.plans import current, plan_of
from survey.planning.timetable import timetable
from survey.school import change_words
from survey.school.forms import FrameForm, UploadForm, frame_cells, frame_columns, frame_data, sent_cells
from survey.school.panel import panel
from survey.school.views import bp
from survey.staff import audit, scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm
from survey.words import problem_words

MOST_CHANGES_SHOWN = 6


@bp.get("/plan")
@principal_only
def plan():
    school, draft = scope.own_school(), own_draft()
    if not (draft.plan.grades and draft.plan.currency):
        return redirect(url_for("school.week"))
    grade = shown_grade(draft)
    beside = panel(draft.plan, draft, school, grade)
    over = {place for flag, _new in beside.flags for place in flag.activities}
    return render_template(
        "school/plan.html",
        draft=draft,
        in_force=current(school.id),
        grade=grade,
        panel=beside,
        week=timetable(draft.plan, grade, over),
        overlaps=overlaps(draft.plan),
        changes=told_changes(school, draft) if draft.is_changed else [],
        most_changes=MOST_CHANGES_SHOWN,
        form=SafeForm(),
        upload=UploadForm(),
        clock=clock,
    )


@bp.post("/plan/move")
@principal_only
def move():
    day, to_day = request.form.get("day", ""), request.form.get("to_day", "")
    start = request.form.get("start", type=int)
    return change(lambda plan: lessons.moved(plan, chosen_lesson(plan), day, to_day, start), {day, to_day})


@bp.post("/plan/copy-day")
@principal_only
def copy_day():
    day, to_days = request.form.get("day", ""), set(request.form.getlist("to_days"))
    grade = request.form.get("grade", 0, type=int)
    if not to_days:
        flash(_("Tick the days to copy to."))
    return change(lambda plan: lessons.day_copied(plan, grade, day, to_days - {day}), {day, *to_days})


@bp.post("/plan/copy-week")
@principal_only
def copy_week():
    grade, to_grades = request.form.get("grade", 0, type=int), request.form.getlist("to_grades", type=int)
    if not to_grades:
        flash(_("Tick the grades to copy to."))
    return change(lambda plan: lessons.week_copied(plan, grade, own_grades(plan, to_grades)), set())


def change(make, days):
    """Change the draft in one step that needs no form of its own; what cannot be is said on the timetable."""
    only_own_pages()
    if not days <= set(DAYS):
        abort(404)
    school = scope.own_school()
    try:
        made = make(own_draft().plan)
        if not drafts.keep(scope.account(), school, plan_from_dict(plan_as_dict(made), unfinished=True)):
            flash(_("Nothing was changed."))
        db.session("desk").commit()
    except lessons.Gone:
        flash(_("That lesson was changed meanwhile; here is the timetable as it is now."))
    except lessons.NothingThere:
        flash(_("Nothing was changed: no lesson stands there that could be copied."))
    except PlanProblems as found:
        flash(in_a_row(_("Nothing was changed."), problem_words.both(found.problems[0])))
    return to_timetable(request.form.get("grade"))


@bp.route("/plan/week", methods=["GET", "POST"])
@principal_only
def week():
    school, draft = scope.own_school(), own_draft()
    if request.method == "GET":
        return week_page(frame_cells(draft.plan), ())
    if not FrameForm(request.form).validate():
        return week_page(sent_cells(request.form), (), stale=True)
    typed = frame_data(request.form)
    numbers = {row.get("grade") for row in typed["grade"]}
    kept = [row for row in plan_as_dict(draft.plan)["activity"] if row["grade"] in numbers]
    try:
        made = plan_from_dict({"school": school.name, **typed, "activity": kept}, on_the_page, unfinished=True)
        check_desk(made, school, on_the_page)
    except PlanProblems as found:
        return week_page(sent_cells(request.form), found.problems)
    drafts.keep(scope.account(), school, made)
    db.session("desk").commit()
    if gone := len(draft.plan.activities) - len(kept):
        flash(
            ngettext(
                "With the grades that went, %(num)s lesson went too.",
                "With the grades that went, %(num)s lessons went too.",
                gone,
            )
        )
    return redirect(url_for("school.plan"), 303)


def week_page(cells, problems, stale=False):
    columns = {sheet: frame_columns(sheet) for sheet in cells}
    page = {"cells": cells, "columns": columns, "problems": problems, "stale": stale}
    return render_template("school/week.html", form=FrameForm(), school=scope.own_school(), **page)


@bp.post("/plan/in-force")
@principal_only
def put_in_force():
    """The draft as the next version; where another was put in force meanwhile, both are shown first."""
    only_own_pages()
    school, draft = scope.own_school(), own_draft()
    if not draft.is_changed:
        flash(_("There is no draft to put in force; here is the plan that is."))
        return to_timetable(request.form.get("grade"))
    seen = request.form.get("seen", draft.base, type=int)
    try:
        made = draft.plan
        if "both" in request.form:
            base = drafts.base_plan(school, draft.base)
            made = plan_changes.merged(base, drafts.base_plan(school, seen), draft.plan)
        plan_from_dict(plan_as_dict(made))
        weigh_plan(made, school)
        version = drafts.put_in_force(scope.account(), school, made, seen, ends_draft=True)
    except drafts.Overtaken:
        return both_versions(school, own_draft()), 409
    except plan_changes.BothChanged:
        return both_versions(school, draft), 409
    except PlanProblems as found:
        flash(in_a_row(_("Nothing is in force yet."), problem_words.both(found.problems[0])))
        return to_timetable(request.form.get("grade"))
    return saved(version)


def saved(version):
    audit.record("saved_plan", number=version.number)
    db.session("desk").commit()
    flash(_("Saved as version %(number)s.", number=version.number))
    return redirect(url_for("school.burden"), 303)


def both_versions(school, draft):
    """What the draft and the version that overtook it change, and whether the two go together."""
    theirs = current(school.id) or abort(404)
    base, their_plan = drafts.base_plan(school, draft.base), plan_of(theirs)
    together, twice, problems = None, [], []
    try:
        together = weigh_plan(plan_changes.merged(base, their_plan, draft.plan), school)
    except plan_changes.BothChanged as found:
        twice = change_words.both(found, g.language)
    except PlanProblems as found:
        problems = [problem_words.both(problem) for problem in found.problems]
    return render_template(
        "school/both_versions.html",
        theirs=theirs,
        draft=draft,
        their_changes=change_words.told(plan_changes.changes(base, their_plan), g.language),
        own_changes=told_changes(school, draft),
        their_score=weigh_plan(their_plan, school).school,
        own_score=weigh_plan(draft.plan, school).school,
        together=together,
        twice=twice,
        problems=problems,
        form=SafeForm(),
    )


def check_desk(plan, school, locate):
    """Raises PlanProblems for a plan that this desk cannot take, or that cannot be weighed."""
    foreign = foreign_problems(plan, school.name, school.bureau.place, locate)
    if problems := (*foreign, *week_problems(plan, locate)):
        raise PlanProblems(problems)
    weigh_plan(plan, school, locate)


def on_the_page(table, row, key):
    """Where a value stands on the page of the week and its grades, by the heading of its column."""
    columns = {column.name: column for sheet in frame_cells(own_draft().plan) for column in frame_columns(sheet)}
    heading = columns[key].label(g.language) if key in columns else key
    return heading if row is None else _("row %(number)s: %(heading)s", number=row + 1, heading=heading)


def told_changes(school, draft):
    """A line for everything that the draft changes in the version it began from."""
    return change_words.told(plan_changes.changes(drafts.base_plan(school, draft.base), draft.plan), g.language)


def own_draft():
    return drafts.draft_of(scope.account(), scope.own_school())


def only_own_pages():
    """A page that lay open too long, or a post from elsewhere, changes nothing."""
    if not SafeForm(request.form).validate():
        flash(_("This page had been open too long. Please try again."))
        abort(to_timetable(request.form.get("grade")))


def chosen_lesson(plan):
    return lessons.find(plan, request.form.get("mark", ""))


def own_grades(plan, chosen):
    return {grade.grade for grade in plan.grades} & set(chosen)


def shown_grade(draft):
    """The grade that is asked for, else the first with lessons."""
    numbers = [grade.grade for grade in draft.plan.grades]
    asked = request.args.get("grade", type=int)
    if asked is not None and asked not in numbers:
        abort(404)
    busy = {lesson.grade for lesson in draft.plan.activities}
    return asked or next((number for number in numbers if number in busy), numbers[0])


def to_timetable(grade=None):
    """The timetable of the grade, where the draft has it: it may have gone with what was undone."""
    there = {str(each.grade) for each in own_draft().plan.grades}
    return redirect(url_for("school.plan", grade=grade if grade in there else None), 303)
