"""Written work that follows the lessons."""

from __future__ import annotations

from estimator.grade_week import GradeWeek, Reading, worst_day


def homework_minutes(week: GradeWeek) -> Reading:
    """Minutes of written homework on the worst weekday [min/day]."""
    return worst_day(week, lambda a: a.homework_minutes)
