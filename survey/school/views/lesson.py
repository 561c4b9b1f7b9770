"""One lesson of the timetable: entered, changed, copied, removed; weighed as it is typed."""

from __future__ import annotations

from flask import abort, flash, render_template, request
from flask_babel import gettext as _

from estimator import data_rate
from estimator.field_checks import LONGEST_NAME
from estimator.plan import DAYS, PlanProblems
from survey import db
from survey.planning import drafts, lessons
from survey.school.lesson_form import SECTIONS, THIS_DAY, LessonForm, lesson_data, values_of
from survey.school.panel import panel
from survey.school.views import bp
from survey.school.views.plan import own_draft, own_grades, to_timetable
from survey.staff import scope
from survey.staff.access import principal_only
from survey.words import problem_words, wording


@bp.route("/plan/lesson", methods=["GET", "POST"])
@bp.route("/plan/lesson/<mark>", methods=["GET", "POST"])
@principal_only
def lesson(mark=None):
    draft = own_draft()
    before, is_gone = known_lesson(draft.plan, mark)
    if request.method == "GET":
        if is_gone:
            return lesson_gone()
        return lesson_page(draft, usual_form(draft.plan, before), before)
    form = filled_form(draft.plan)
    if "remove" in request.form and not is_gone:
        return remove(draft, before)
    if not form.validate() or is_gone:
        return lesson_page(draft, form, before, is_gone=is_gone)
    try:
        made = typed_plan(draft.plan, form, None if "further" in request.form else before)
    except PlanProblems as found:
        return lesson_page(draft, form, before, found.problems)
    drafts.keep(scope.account(), scope.own_school(), made)
    db.session("desk").commit()
    return to_timetable(request.args.get("grade"))


@bp.post("/plan/weigh")
@principal_only
def weigh():
    """What is typed, weighed but not kept: the panel alone, for the page to show beside the form."""
    draft = own_draft()
    before, _gone = known_lesson(draft.plan, request.form.get("mark"))
    form = filled_form(draft.plan)
    grade = request.args.get("grade", 0, type=int)
    if grade not in own_grades(draft.plan, [grade]):
        abort(404)
    if not form.validate():
        return render_template("school/panel_unready.html", problems=[errors[0] for errors in form.errors.values()])
    try:
        typed = typed_plan(draft.plan, form, before)
    except PlanProblems as found:
        return render_template("school/panel_unready.html", problems=list(map(problem_words.both, found.problems)))
    beside = panel(typed, draft, scope.own_school(), grade)
    return render_template("school/panel.html", panel=beside)


def typed_plan(plan, form, before):
    """The plan with what the form says. Raises PlanProblems."""
    only = chosen_day() if before and form.scope.data == THIS_DAY else ""
    data = lesson_data(form, before)
    if only:
        data["days"] = [only]
    made = lessons.entered(plan, data, own_grades(plan, form.grades.data or []), before, only)
    if no_line := data_rate.problem(data["kind"], data.get("kbps"), "kbps"):
        raise PlanProblems((no_line,))
    return made


def remove(draft, before):
    form = filled_form(draft.plan)
    if not form.validate() or before is None:
        abort(404)
    only = chosen_day() if form.scope.data == THIS_DAY else ""
    drafts.keep(scope.account(), scope.own_school(), lessons.removed(draft.plan, before, only))
    db.session("desk").commit()
    flash(_("«%(subject)s» is removed.", subject=before.subject))
    return to_timetable(request.args.get("grade"))


def known_lesson(plan, mark):
    """The lesson that the address names, and whether it is gone."""
    if not mark:
        return None, False
    try:
        return lessons.find(plan, mark), False
    except lessons.Gone:
        return None, True


def lesson_gone():
    flash(_("That lesson was changed meanwhile; here is the timetable as it is now."))
    return to_timetable(request.args.get("grade"))


def chosen_day():
    day = request.args.get("day", "")
    return day if day in DAYS else ""


def usual_form(plan, before):
    """A form for the lesson, or for a new one where the timetable was pressed."""
    if before:
        return with_grades(LessonForm(data=values_of(before)), plan)
    asked = {"grades": request.args.getlist("grade", type=int), "start": request.args.get("start", "")}
    return with_grades(LessonForm(data=asked | ({"days": [chosen_day()]} if chosen_day() else {})), plan)


def filled_form(plan):
    return with_grades(LessonForm(request.form), plan)


def with_grades(form, plan):
    form.grades.choices = [(grade.grade, wording.GRADE_LABELS[grade.grade]) for grade in plan.grades]
    return form


def lesson_page(draft, form, before, problems=(), is_gone=False):
    grade = request.args.get("grade", type=int) or (before.grade if before else draft.plan.grades[0].grade)
    if grade not in own_grades(draft.plan, [grade]):
        abort(404)
    for problem in problems:
        field = getattr(form, problem.where, form.grades)
        field.errors = [*field.errors, problem_words.both(problem)]
    return render_template(
        "school/lesson.html",
        form=form,
        before=before,
        mark=lessons.mark(before) if before else "",
        grade=grade,
        day=chosen_day() if before and len(before.days) > 1 else "",
        is_gone=is_gone,
        errors=form.problems,
        sections=SECTIONS,
        subjects=sorted({lesson.subject for lesson in draft.plan.activities}),
        panel=panel(draft.plan, draft, scope.own_school(), grade),
        currency=draft.plan.currency,
        longest_name=LONGEST_NAME,
    )
