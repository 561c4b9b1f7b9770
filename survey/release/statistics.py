"""How far a share may be trusted: chance, and those who stayed silent."""

from __future__ import annotations

import math
from functools import lru_cache

Z_95 = 1.959963984540054  # of the normal distribution, two-sided 95 %


@lru_cache(maxsize=65_536)  # of a province's release each is asked for several times over
def chance_range(count: int, answered: int, invited: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, for `answered` drawn from `invited` people; no width where all answered.

    Wilson, J. Am. Stat. Assoc. 22 (1927), with an effective sample n* = n (N − 1) / (N − n) for the finite population.
    It holds if the silent are like those who answered. Raises ValueError for answers of nobody.
    """
    if not answered > 0:
        raise ValueError("Nobody answered.")
    share = count / answered
    if answered >= invited:
        return share, share
    effective = answered * (invited - 1) / (invited - answered)
    square = Z_95**2 / effective
    middle = (share + square / 2) / (1 + square)
    half = Z_95 / (1 + square) * math.sqrt(share * (1 - share) / effective + square / (4 * effective))
    return max(0.0, middle - half), min(1.0, middle + half)


def silence_range(count: int, answered: int, invited: int) -> tuple[float, float]:
    """The share of all who were invited if none, and if all, of the silent would have said the same."""
    invited = max(invited, answered)
    return count / invited, (count + invited - answered) / invited


def is_clearly_different(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two ranges part; where they meet, nothing is said of a difference."""
    return one[1] < other[0] or other[1] < one[0]
