"""What a plan asks of teachers."""

from __future__ import annotations

from estimator.grade_week import GradeWeek, Reading


def teachers_on_camera(week: GradeWeek) -> Reading:
    """Share of the grade's teachers who must stream or record [share]."""
    grade = week.grade
    shown = tuple(i for i, a in week.activities if a.kind == "live" or (a.kind == "recorded" and a.source == "school"))
    return Reading(grade.teachers_on_camera / grade.teachers if grade.teachers else 0.0, (), shown)
