"""A grade's week as it hangs on the staff-room wall: days across, times down, the lessons in their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
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
    """A grade's week. A row is a beginning in minutes after midnight; the last are None, where lessons have no time.

    A beginning has as many rows as one day has lessons then, so that each lesson has a place of its own.
    """

    grade: int
    rows: tuple[int | None, ...]
    days: tuple[Day, ...]


def timetable(plan: Plan, grade: int, over: Collection[int]) -> Timetable:
    """The week of a grade. `over` has the places in the plan of lessons that a flag is because of."""
    lessons = plan.of_grade(grade)
    used = {day for _, a in lessons for day in a.days}
    shown = [day for day in DAYS if day in SCHOOL_DAYS or day in used]
    rows = _rows([a for _, a in lessons], shown)
    return Timetable(grade, rows, tuple(_day(day, lessons, rows, over) for day in shown))


def _rows(lessons: Sequence[Activity], days: Sequence[str]) -> tuple[int | None, ...]:
    counted = [Counter(a.start_minute for a in lessons if day in a.days) for day in days]
    starts = sorted({a.start_minute for a in lessons}, key=lambda start: (start is None, start))
    return tuple(start for start in starts for _ in range(max(count[start] for count in counted)))


def _day(day: str, lessons: Sequence[tuple[int, Activity]], rows: tuple[int | None, ...], over: Collection[int]) -> Day:
    free, cards = list(range(len(rows))), []
    for index, a in lessons:
        if day in a.days:
            row = next(row for row in free if rows[row] == a.start_minute)
            free.remove(row)
            cards.append(Card(a, mark(a), row, index in over))
    return Day(day, tuple(sorted(cards, key=lambda card: card.row)), tuple(free))
