"""How many families of a district are short of something, by the plans of its schools: expected, and from how many to
how many.

A family is counted once for each child at school. All schools' families are redrawn together (estimator.uncertainty):
where the assumed shares are too low for one school, they are too low for its neighbours, so that the doubt does not
average out; and in each draw chance decides for each family.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from estimator.family_counts import RANGE, FamilyCount
from estimator.uncertainty import SEED
from survey.planning.assessments import Weighed


def families_hit(weighed: Iterable[Weighed], measure: str) -> FamilyCount:
    """The families of whom a measure of families is true, added up over grades and schools."""
    grades = [grade for school in weighed for grade in school.assessment.grades.values()]
    pupils = np.array([grade.pupils for grade in grades], dtype=int)
    expected = sum(grade.measures[measure].value * grade.pupils for grade in grades)
    draws = zip(*(grade.drawn[measure] for grade in grades), strict=True)
    numbers = sorted(
        int(np.random.default_rng([SEED, draw]).binomial(pupils, np.clip(shares, 0, 1)).sum())
        for draw, shares in enumerate(draws)
    )
    if not numbers:
        return FamilyCount(0, 0.0, 0, 0)
    low, high = (numbers[round(share * (len(numbers) - 1))] for share in RANGE)
    return FamilyCount(int(pupils.sum()), float(expected), low, high)
