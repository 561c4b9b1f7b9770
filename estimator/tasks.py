"""Chores that prove attendance: daily check-ins, uploads of study videos."""

from __future__ import annotations

from estimator.grade_week import GradeWeek, Reading, times_a_week


def check_ins(week: GradeWeek) -> Reading:
    """Check-ins demanded [times/week]; one that is offered is not counted."""
    return times_a_week((i, a) for i, a in week.activities if a.check_in and a.required)


def uploads(week: GradeWeek) -> Reading:
    """Study videos demanded [times/week]; a photo of written work is not what the notice forbids."""
    return times_a_week((i, a) for i, a in week.activities if a.upload == "video" and a.required)
