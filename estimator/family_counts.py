"""How many families, not only what share: the number short of something, with the range it likely lies in.

Each family is short or not by its own chance, apart from the others; their number has a Poisson-binomial distribution,
built up family by family.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RANGE = (0.05, 0.95)  # nine times in ten the number lies within


@dataclass(frozen=True, slots=True)
class FamilyCount:
    """A number of families: expected, and from the 5th to the 95th percentile."""

    families: int
    expected: float
    low: int
    high: int


def distribution(chances: Sequence[float]) -> NDArray[np.float64]:
    """How likely 0, 1, 2 … of the families are short, each with its own chance."""
    likely = np.ones(1)
    for chance in chances:
        likely = np.append(likely * (1 - chance), 0.0) + np.append(0.0, likely * chance)
    return likely


def count(chances: Sequence[float]) -> FamilyCount:
    """The number of these families that are short."""
    below = np.cumsum(distribution(chances))
    low, high = (int(np.searchsorted(below, share)) for share in RANGE)
    return FamilyCount(len(chances), float(sum(chances)), low, high)


@lru_cache(maxsize=4096)
def of_share(share: float, families: int) -> FamilyCount:
    """The same for families of whom nothing more is known than the share that is short."""
    return count([share] * families)
