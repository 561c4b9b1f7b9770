"""Figures followed to their inputs: what activities add, and words for everything that is told."""

from __future__ import annotations

from typing import get_args

import pytest

from estimator import families, norm_file
from estimator.assess import MEASURES
from estimator.explain import OF_FAMILIES, SUMS, alone, explain
from estimator.grade_week import GradeWeek
from estimator.norms import Reason
from survey.school.definitions import FAMILY_LABELS, FIGURE_LABELS, MEASURE_DEFINITIONS, REASONS
from survey.school.inputs import COUNTS
from survey.words import wording
from tests.test_assess import plan_of

NORMS = norm_file.load()
LESSONS = [
    {"subject": "Chinese", "kind": "live", "start": "09:00", "minutes": 40, "check_in": True, "homework_minutes": 20},
    {"subject": "Maths", "kind": "live", "start": "09:45", "minutes": 20, "pages": 2, "adult_minutes": 15},
    {"subject": "Science", "kind": "recorded", "days": ["mon", "fri"], "minutes": 15, "upload": "video"},
    {"subject": "Art", "kind": "offline", "minutes": 30, "required": False, "pages": 1, "colour": True},
]


@pytest.mark.parametrize("measure", SUMS)
def test_what_activities_would_make_alone_adds_up_to_the_measure(measure: str) -> None:
    plan = plan_of(3, LESSONS)
    week = GradeWeek(plan, plan.grades[0], families.load("urban"), NORMS, plan.place, plan.week_of)
    told = explain(week, measure)
    assert sum(alone(week, measure, a) for a in told.activities) == pytest.approx(told.reading.value)


def test_a_measure_is_a_sum_or_says_what_counts_instead() -> None:
    # The longest lesson is as long as it counts.
    assert {*SUMS, *COUNTS, "lesson_minutes"} == set(MEASURES)


def test_every_measure_figure_and_assumption_has_its_words() -> None:
    assert set(MEASURES) == set(wording.MEASURE_LABELS) == set(MEASURE_DEFINITIONS)
    assert set(NORMS.figures) == set(FIGURE_LABELS)
    assert {name for listed in OF_FAMILIES.values() for name in listed} == set(FAMILY_LABELS)


def test_every_reason_for_passing_a_limit_over_has_its_words() -> None:
    assert set(get_args(Reason)) == set(REASONS)
