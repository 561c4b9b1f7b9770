"""Changing a plan lesson by lesson, and putting two people's changes together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from estimator.plan import Plan, PlanProblems
from survey.planning import lessons
from survey.planning.overlaps import overlaps
from survey.planning.plan_changes import BothChanged, changes, merged
from survey.planning.timetable import timetable
from tests.desk import a_lesson, a_plan

WEEK = ["mon", "tue", "wed", "thu", "fri"]


def said(plan: Plan) -> list[tuple[int, str, int, str]]:
    """Grade, subject, minutes and days of each lesson."""
    return [(a.grade, a.subject, a.minutes, " ".join(a.days)) for a in plan.activities]


def live(subject: str, start: str, **other: object) -> dict[str, object]:
    """A live lesson."""
    return a_lesson(subject=subject, kind="live", start=start, **other)


def test_a_lesson_is_entered_in_every_grade_that_is_ticked() -> None:
    made = lessons.entered(a_plan(a_lesson()), a_lesson(subject="Maths"), [4, 3])
    assert said(made) == [
        (3, "Chinese", 20, "mon tue wed thu fri"),
        (3, "Maths", 20, "mon tue wed thu fri"),
        (4, "Maths", 20, "mon tue wed thu fri"),
    ]


def test_a_lesson_changed_on_one_day_stays_as_it_was_on_the_others() -> None:
    plan = a_plan(a_lesson())
    made = lessons.entered(plan, a_lesson(minutes=10, days=["tue"]), [3], plan.activities[0], only="tue")
    assert said(made) == [(3, "Chinese", 20, "mon wed thu fri"), (3, "Chinese", 10, "tue")]


def test_what_becomes_equal_again_is_one_lesson_again() -> None:
    plan = a_plan(a_lesson(days=["mon", "wed", "thu", "fri"]), a_lesson(minutes=10, days=["tue"]))
    made = lessons.entered(plan, a_lesson(days=["tue"]), [3], plan.activities[1])
    assert said(made) == [(3, "Chinese", 20, "mon tue wed thu fri")]


def test_a_lesson_dragged_to_another_day_leaves_its_own() -> None:
    plan = a_plan(live("Chinese", "09:00", days=["mon", "tue"]))
    made = lessons.moved(plan, plan.activities[0], "tue", "fri", 10 * 60)
    assert said(made) == [(3, "Chinese", 20, "mon"), (3, "Chinese", 20, "fri")]
    assert [a.start_minute for a in made.activities] == [540, 600]


def test_a_lesson_cannot_be_dragged_onto_another() -> None:
    plan = a_plan(live("Chinese", "09:00", days=["mon"]), live("Maths", "09:00", days=["tue"]))
    with pytest.raises(PlanProblems) as refused:
        lessons.moved(plan, plan.activities[0], "mon", "tue", 9 * 60)
    assert [problem.where for problem in refused.value.problems] == ["start"]


def test_what_is_wrong_with_a_lesson_is_told_by_its_field_wherever_it_stands() -> None:
    plan = a_plan(live("Chinese", "09:00"), live("Maths", "10:00"))
    with pytest.raises(PlanProblems) as refused:
        lessons.entered(plan, live("Chinese", "09:50", minutes=900), [3], plan.activities[0])
    assert {problem.where for problem in refused.value.problems} == {"minutes"}


def test_removed_on_one_day_or_altogether() -> None:
    plan = a_plan(a_lesson(), a_lesson(subject="Maths"))
    assert said(lessons.removed(plan, plan.activities[0], "mon"))[0] == (3, "Chinese", 20, "tue wed thu fri")
    assert said(lessons.removed(plan, plan.activities[0])) == [(3, "Maths", 20, "mon tue wed thu fri")]


def test_a_copied_day_stands_instead_of_what_was_there() -> None:
    plan = a_plan(a_lesson(days=["mon"]), a_lesson(subject="Maths", days=["tue", "wed"]))
    assert said(lessons.day_copied(plan, 3, "mon", {"tue"})) == [(3, "Chinese", 20, "mon tue"), (3, "Maths", 20, "wed")]


def test_a_copied_week_stands_instead_of_what_was_there() -> None:
    plan = a_plan(a_lesson(), a_lesson(grade=4, subject="Maths"))
    assert [line[:2] for line in said(lessons.week_copied(plan, 3, {4}))] == [(3, "Chinese"), (4, "Chinese")]


def test_where_no_lesson_stands_nothing_is_copied_over_others() -> None:
    plan = a_plan(a_lesson(days=["mon"]))
    with pytest.raises(lessons.NothingThere):
        lessons.day_copied(plan, 3, "tue", {"mon"})
    with pytest.raises(lessons.NothingThere):
        lessons.week_copied(plan, 4, {3})


def test_a_lesson_that_was_changed_is_not_found_by_its_former_mark() -> None:
    plan = a_plan(a_lesson())
    former = lessons.mark(plan.activities[0])
    assert lessons.find(plan, former) is plan.activities[0]
    with pytest.raises(lessons.Gone):
        lessons.find(a_plan(a_lesson(minutes=10)), former)


def test_the_timetable_has_a_row_for_each_beginning_and_a_place_for_each_lesson() -> None:
    plan = a_plan(live("Maths", "10:00", days=["sat"]), live("Chinese", "09:00", days=["mon"]), a_lesson(days=["mon"]))
    week = timetable(plan, 3, {1})
    assert week.rows == (540, 600, None)
    assert [day.day for day in week.days] == [*WEEK, "sat"]
    monday, saturday = week.days[0], week.days[-1]
    assert [(card.row, card.lesson.subject, card.is_over) for card in monday.cards] == [
        (0, "Chinese", True),
        (2, "Chinese", False),
    ]
    assert (monday.free_rows, saturday.free_rows) == ((1,), (0, 2))


def test_lessons_without_a_time_each_have_a_place_of_their_own() -> None:
    plan = a_plan(a_lesson(), a_lesson(subject="Art", days=["mon", "tue"]), a_lesson(subject="Music", days=["tue"]))
    week = timetable(plan, 3, ())
    assert week.rows == (None, None, None)
    for day in week.days:
        assert len({card.row for card in day.cards}) == len(day.cards)
    assert [card.lesson.subject for card in week.days[1].cards] == ["Chinese", "Art", "Music"]
    assert week.days[2].free_rows == (1, 2)


def test_changes_pair_a_lesson_with_what_became_of_it() -> None:
    found = changes(
        a_plan(a_lesson(), a_lesson(subject="Maths")), a_plan(a_lesson(minutes=10), a_lesson(subject="English"))
    )
    told = [
        (change.before and change.before.subject, change.after and change.after.subject) for change in found.lessons
    ]
    assert told == [("Chinese", "Chinese"), ("Maths", None), (None, "English")]


def test_two_peoples_changes_to_different_lessons_go_together() -> None:
    base = a_plan(a_lesson(), a_lesson(subject="Maths"), a_lesson(subject="Art"))
    theirs = a_plan(a_lesson(minutes=10), a_lesson(subject="Maths"), a_lesson(subject="Art"))
    mine = replace(
        a_plan(a_lesson(), a_lesson(subject="Maths", minutes=5), a_lesson(subject="Music")), week_of=date(2020, 3, 16)
    )
    both = merged(base, theirs, mine)
    assert sorted(line[1:3] for line in said(both)) == [("Chinese", 10), ("Maths", 5), ("Music", 20)]
    assert both.week_of == date(2020, 3, 16)


def test_the_same_change_by_both_is_made_once() -> None:
    base, changed = a_plan(a_lesson()), a_plan(a_lesson(minutes=10))
    assert merged(base, changed, changed) == changed


def test_two_changes_to_one_lesson_do_not_go_together() -> None:
    with pytest.raises(BothChanged) as refused:
        merged(a_plan(a_lesson()), a_plan(a_lesson(minutes=10)), a_plan(a_lesson(minutes=30)))
    assert [lesson.subject for lesson in refused.value.lessons] == ["Chinese"]


def test_changes_that_overlap_in_time_do_not_go_together() -> None:
    base = a_plan(a_lesson())
    with pytest.raises(PlanProblems):
        merged(base, a_plan(a_lesson(), live("Maths", "09:00")), a_plan(a_lesson(), live("Art", "09:10")))


def test_what_stands_at_one_time_is_told_of_one_grade_on_one_day_and_only_of_what_has_a_time() -> None:
    recorded = a_lesson(start="09:00", minutes=40)
    at_once = a_lesson(subject="Maths", start="09:20", minutes=40)
    (found,) = overlaps(a_plan(recorded, at_once, live("Art", "10:00"), a_lesson(subject="Any time")))[3]
    assert (found.one.subject, found.other.subject, found.days) == ("Chinese", "Maths", tuple(WEEK))
    assert overlaps(a_plan(recorded, {**at_once, "grade": 4})) == {}
    assert overlaps(a_plan({**recorded, "days": ["mon"]}, {**at_once, "days": ["tue"]})) == {}
    assert overlaps(a_plan(recorded, {**at_once, "start": "09:40"})) == {}
