"""From doses to a score: 50 is exactly at the tightest limit, and slack never pays for a breach.

A dose is value ÷ limit. Within a dimension the largest dose counts, D_j. With M the largest of these, D = M while
M ≤ 1, else 1 + Σ max(0, D_j − 1): breaches add up, compliance does not. The score is 50·D up to the limit and
100 − 50/D beyond it, which has the same value and slope there and stays below 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from estimator.assessment import GradeBurden

SCORE_AT_LIMIT = 50.0
HIGHEST_SCORE = 100.0
# The words for a score, each up to and including its score: 66.7 is a dose of 1.5, 83.3 a dose of 3.
WORDS = (
    (25.0, "light"),
    (40.0, "fair"),
    (SCORE_AT_LIMIT, "close"),
    (100 - 50 / 1.5, "over"),
    (100 - 50 / 3, "far_over"),
    (HIGHEST_SCORE, "not_bearable"),
)
# What counts as «at the limit», or as alike, when shares and minutes are held against each other in floating point.
HAIR = 1e-9
Key = TypeVar("Key")


def dose(value: float, limit: float, zero_step: float) -> float:
    """How much of what a limit allows is used; of a ban (limit 0), 0 when kept, else 1 + value ÷ zero_step."""
    if limit == 0:
        return (value != 0) * (1 + value / zero_step)  # of an array too
    return value / limit


def combined_dose(dimensions: Mapping[str, float]) -> float:
    """One dose of all dimensions: the largest, or 1 and everything that is over."""
    largest = max(dimensions.values(), default=0.0)
    if largest <= 1 + HAIR:
        return min(largest, 1.0)
    return 1 + sum(max(0.0, each - 1) for each in dimensions.values())


def score(of_dose: float) -> float:
    """The burden score of a combined dose, 0 up to (not including) 100."""
    if of_dose <= 1:
        return SCORE_AT_LIMIT * of_dose
    return HIGHEST_SCORE - SCORE_AT_LIMIT / of_dose


def combined_doses(dimensions: NDArray[np.float64]) -> NDArray[np.float64]:
    """`combined_dose` of many at once: a row for each dimension, a column for each of them."""
    most = dimensions.max(axis=0, initial=0.0)
    beyond = 1 + np.maximum(0.0, dimensions - 1).sum(axis=0)
    found: NDArray[np.float64] = np.where(most <= 1 + HAIR, np.minimum(most, 1.0), beyond)
    return found


def scores(of_doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """`score` of many combined doses."""
    return np.where(of_doses <= 1, SCORE_AT_LIMIT * of_doses, HIGHEST_SCORE - SCORE_AT_LIMIT / np.maximum(of_doses, 1))


def parts(dimensions: Mapping[str, float]) -> dict[str, float]:
    """The score's points by dimension; they add up to the score.

    Within the limits the tightest dimension has them all; beyond, each broken one has its share of what is above 50,
    and the 50 up to the limit are listed as "limit".
    """
    whole = combined_dose(dimensions)
    if not dimensions or whole == 0:
        return {}
    if whole <= 1:
        return {heaviest(dimensions): score(whole)}
    above = score(whole) - SCORE_AT_LIMIT
    over = {name: each - 1 for name, each in dimensions.items() if each > 1 + HAIR}
    return {
        "limit": SCORE_AT_LIMIT,
        **{name: above * each / sum(over.values()) for name, each in over.items()},
    }


def heaviest(weights: Mapping[Key, float]) -> Key:
    """The first of those that weigh most. What differs by a hair is alike: it was only added up in another order."""
    most = max(weights.values())
    return next(key for key, weight in weights.items() if weight >= most - HAIR)


def furthest(grades: Mapping[int, GradeBurden], measure: str) -> int:
    """The grade in which a measure is furthest up to or beyond its limit; where it has none, largest."""
    found = {number: grade.measures[measure] for number, grade in grades.items() if measure in grade.measures}
    limited = {number: each.dose for number, each in found.items() if each.dose is not None}
    return heaviest(limited or {number: each.value for number, each in found.items()})


def word(of_score: float) -> str:
    """The word for a score: light, fair, close, over, far_over or not_bearable."""
    return next(said for up_to, said in WORDS if of_score <= up_to + HAIR)


def is_over(of_dose: float) -> bool:
    """Whether a dose breaks its limit."""
    return of_dose > 1 + HAIR
