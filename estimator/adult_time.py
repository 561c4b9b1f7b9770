"""The time of an adult beside the child."""

from __future__ import annotations

from estimator.grade_week import GradeWeek, Reading, worst_day


def adult_minutes(week: GradeWeek) -> Reading:
    """Minutes of an adult's help on the worst weekday [min/day]."""
    return worst_day(week, lambda a: a.adult_minutes)
