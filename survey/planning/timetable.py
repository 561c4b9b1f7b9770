"""A grade's week as it hangs on the staff-room wall: days across, times down, the lessons in their places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from estimator.plan import DAYS, Activity, Plan
from survey.planning.lessons import mark

SCHOOL_DAYS = DAYS[:5]


@dataclass(frozen=True, slots=True)
class Card:
    """A lesson on one day."""

    lesson: Activity
    mark: str
    row: int  # of the timetable, from 0
    is_over: bool  # whether a flag is because of it


@dataclass(frozen=True, slots=True)
class Day:
    """One day's lessons in their order, and the rows in which it has none."""

    day: str
    cards: tuple[Card, ...]
    free_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A grade's week. A row is a beginning in minutes after midnight; the last is None where lessons have no time."""

    grade: int
    rows: tuple[int | None, ...]
    days: tuple[Day, ...]


def timetable(plan: Plan, grade: int, over: Collection[int]) -> Timetable:
    """The week of a grade. `over` has the places in the plan of lessons that a flag is because of."""
    lessons = plan.of_grade(grade)
    starts = sorted({a.start_minute for _, a in lessons if a.start_minute is not None})
    rows = (*starts, *([None] if any(a.start_minute is None for _, a in lessons) else []))
    used = {day for _, a in lessons for day in a.days}
    shown = [day for day in DAYS if day in SCHOOL_DAYS or day in used]
    return Timetable(grade, rows, tuple(_day(day, lessons, rows, over) for day in shown))


def _day(day: str, lessons: list[tuple[int, Activity]], rows: tuple[int | None, ...], over: Collection[int]) -> Day:
    cards = [Card(a, mark(a), rows.index(a.start_minute), index in over) for index, a in lessons if day in a.days]
    cards.sort(key=lambda card: card.row)
    taken = {card.row for card in cards}
    return Day(day, tuple(cards), tuple(row for row in range(len(rows)) if row not in taken))
