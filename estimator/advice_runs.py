"""Rows of the advice's programme for time: no run of lessons that is too long, and lessons in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from estimator.grade_week import GradeWeek
from estimator.plan import DAYS, MINUTES_A_DAY, Activity

if TYPE_CHECKING:
    from estimator.advice_model import AdviceModel


def add_runs(model: AdviceModel, grade: int, week: GradeWeek) -> None:
    """Between any two lessons that together are too long, somewhere a rest."""
    limit = model.limits.get((grade, "longest_run_minutes"))
    if limit is None:
        return
    rest_minutes = week.figure("rest_minutes")
    ordered: set[tuple[int, int]] = set()
    # Days with the same lessons ask for the same, once.
    for line in dict.fromkeys(_line(week, day) for day in DAYS):
        rests = [_rest(model, one, other, rest_minutes) for one, other in zip(line, line[1:], strict=False)]
        ordered |= set(zip(line, line[1:], strict=False))
        for first in range(len(line)):
            _add_windows(model, grade, line[first:], rests[first:], limit, rest_minutes)
    for one, other in sorted(ordered):
        _add_order(model, one, other)


def _line(week: GradeWeek, day: str) -> tuple[int, ...]:
    """A day's lessons with a time on a screen, one after the other."""
    timed = [(i, a) for i, a in week.on(day) if a.on_screen and a.start_minute is not None]
    return tuple(index for index, _ in sorted(timed, key=lambda placed: placed[1].start_minute or 0))


def _add_windows(
    model: AdviceModel, grade: int, line: Sequence[int], rests: list[int], limit: float, rest_minutes: float
) -> None:
    """The shortest stretches from the first lesson on whose minutes together are too many."""
    minutes, breaks = dict[int, float](), dict[int, float]()
    whole = 0.0
    for place, index in enumerate(line):
        activity = model.plan.activities[index]
        for p in model.choices[(index, "delivery")]:
            if shown := _timed_minutes(p.variant.of(activity)):
                minutes[p.variable] = shown
        whole += activity.minutes
        if place and whole > limit:
            model.at_most(
                {
                    **minutes,
                    **dict.fromkeys([*rests[:place], *breaks], -whole),
                    model.may_give_up(grade, "longest_run_minutes"): -whole,
                },
                limit,
            )
        for p in model.choices[(index, "delivery")]:
            # What happens away from the screen, or can wait, leaves its time free.
            if place and not _timed_minutes(p.variant.of(activity)) and activity.minutes >= rest_minutes:
                breaks[p.variable] = 1.0


def _rest(model: AdviceModel, one: int, other: int, rest_minutes: float) -> int:
    """A binary that may be 1 only if a rest lies between two lessons that follow each other."""
    rest = model.programme.binary()
    start, end = _start_terms(model, other), _end_terms(model, one)
    terms = {**start[0], **{variable: -value for variable, value in end[0].items()}, rest: -MINUTES_A_DAY}
    model.programme.at_least(terms, rest_minutes - MINUTES_A_DAY - start[1] + end[1])
    return rest


def _add_order(model: AdviceModel, one: int, other: int) -> None:
    """The later lesson begins when the earlier is over, if it does so now."""
    first, second = model.plan.activities[one], model.plan.activities[other]
    if (first.start_minute or 0) + first.minutes <= (second.start_minute or 0):
        start, end = _start_terms(model, other), _end_terms(model, one)
        terms = {**start[0], **{variable: -value for variable, value in end[0].items()}}
        model.programme.at_least(terms, end[1] - start[1])


def _start_terms(model: AdviceModel, index: int) -> tuple[dict[int, float], float]:
    """When a lesson begins: terms and constant."""
    start = model.plan.activities[index].start_minute or 0
    moves = model.choices.get((index, "start"), ())
    shifts = {p.variable: float(p.variant.fields["start_minute"] - start) for p in moves if p.variant.fields}
    return shifts, float(start)


def _end_terms(model: AdviceModel, index: int) -> tuple[dict[int, float], float]:
    """When its time is over: terms and constant."""
    activity = model.plan.activities[index]
    terms, start = _start_terms(model, index)
    lengths = {p.variable: float(p.variant.of(activity).minutes) for p in model.choices[(index, "delivery")]}
    return {**terms, **lengths}, start


def _timed_minutes(a: Activity) -> float:
    return a.minutes if a.on_screen and a.start_minute is not None else 0
