"""The table of measures × schools: which grade a cell tells of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from estimator.assessment import Measure
from survey.bureau import heat

NAME = "families_short_of_device"


@pytest.mark.parametrize(
    ("doses", "grade"),
    [
        ({6: 0.37021713772213534, 9: 0.3702171377221354}, 6),  # alike, but for the order in which they were added up
        ({6: 0.3702171377221354, 9: 0.37021713772213534}, 6),
        ({6: 0.370, 9: 0.371}, 9),
        ({6: None, 9: 0.0}, 9),
    ],
)
def test_a_cell_tells_of_the_grade_furthest_up_to_its_limit_and_of_those_alike_the_first(
    doses: dict[int, float | None], grade: int
) -> None:
    of_grades = {
        number: SimpleNamespace(measures={NAME: Measure(NAME, 0.07, "share", dose=dose)})
        for number, dose in doses.items()
    }
    weighed: Any = SimpleNamespace(assessment=SimpleNamespace(grades=of_grades))
    assert heat._cells.__wrapped__(weighed)[NAME].grade == grade
