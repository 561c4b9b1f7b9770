"""Minutes before a screen: in a day, without a rest, in one lesson."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from estimator.grade_week import GradeWeek, Reading, worst_day, worst_of
from estimator.plan import DAYS, Activity


def screen_minutes(week: GradeWeek) -> Reading:
    """Screen minutes of the worst weekday [min/day]; television counts as a screen."""
    return worst_day(week, lambda a: a.minutes if a.on_screen else 0)


def screen_dose(week: GradeWeek) -> Reading:
    """Where a norm limits each kind of screen: the worst day's sum of minutes ÷ that screen's limit; 1 is the limit.

    A lesson that may be watched on several screens counts on the one that is limited least. Adding the shares is how
    OSHA adds exposures with different limits (29 CFR 1910.95, Appendix A: D = C₁/T₁ + C₂/T₂ + …). Without a norm 0.
    """
    limits = week.minutes_by_screen
    return worst_day(week, lambda a: share_of_screen_limit(a, limits) if limits else 0)


def share_of_screen_limit(a: Activity, minutes_by_screen: Mapping[str, float]) -> float:
    """What an activity takes of a day's limit of the least limited screen that it may be watched on."""
    return a.minutes / max(minutes_by_screen[device] for device in a.devices) if a.on_screen else 0.0


def lesson_minutes(week: GradeWeek) -> Reading:
    """The longest single lesson on a screen [min]."""
    shown = [(a.minutes, index) for index, a in week.activities if a.on_screen]
    longest = max((minutes for minutes, _ in shown), default=0)
    return Reading(longest, (), tuple(index for minutes, index in shown if minutes == longest))


def longest_run_minutes(week: GradeWeek) -> Reading:
    """The most screen minutes between two rests [min]; every run that is as long.

    Lessons join when less than `rest_minutes` lies between them. A lesson without a start may be taken at any time
    and stands alone.
    """
    rest = week.figure("rest_minutes")
    shown = [(index, a) for index, a in week.activities if a.on_screen]
    alone = [(index, a) for index, a in shown if a.start_minute is None]
    timed = sorted((a.start_minute, index, a) for index, a in shown if a.start_minute is not None)
    runs = []
    for day in DAYS:
        runs += [Reading(a.minutes, (day,), (index,)) for index, a in alone if day in a.days]
        runs += _joined([lesson for lesson in timed if day in lesson[2].days], day, rest)
    return worst_of(runs)


def _joined(timed: Iterable[tuple[int, int, Activity]], day: str, rest_minutes: float) -> list[Reading]:
    """The runs of a day's lessons: each with its start and place, in the order in which they begin."""
    runs: list[Reading] = []
    last_end = float("-inf")
    for start, index, a in timed:
        if start - last_end < rest_minutes:
            before = runs.pop()
            runs.append(Reading(before.value + a.minutes, (day,), (*before.activities, index)))
        else:
            runs.append(Reading(a.minutes, (day,), (index,)))
        last_end = max(last_end, start + a.minutes)
    return runs
