"""Whether a school's share lies where chance would put it: a funnel around the district's share.

Control limits are those of the exact binomial distribution: D. J. Spiegelhalter, «Funnel plots for comparing
institutional performance», Statistics in Medicine 24 (2005) 1185–1202. For the eye they are drawn as smooth curves,
interpolated between whole numbers of people as in its appendix; a school is judged by the whole numbers, for an
interpolated limit is passed by chance more often than it says where few answered. A share told as a bound is judged by
the end that is nearer to the district's, and by the fewest people whose share it may be.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from survey.release.findings import Share

PERHAPS, CLEARLY = 0.95, 0.998  # how much of chance lies within the limits
# Where a school lies. Between the two pairs of limits it is said with «perhaps».
CLEARLY_MORE, PERHAPS_MORE, WITHIN, PERHAPS_LESS, CLEARLY_LESS = (
    "clearly_more",
    "perhaps_more",
    "within",
    "perhaps_less",
    "clearly_less",
)
PLACES = (CLEARLY_MORE, PERHAPS_MORE, WITHIN, PERHAPS_LESS, CLEARLY_LESS)
TRIMMED = 0.1  # of the schools at each end, whose deviation is drawn in before the spread is estimated


@dataclass(frozen=True, slots=True)
class Funnel:
    """What is expected of a school in which so many gave an answer."""

    expected: float  # the district's share

    def limits(self, people: int, within: float) -> tuple[float, float]:
        """The lowest and the highest share within which at least that much of chance lies, for so many people."""
        tail = (1 - within) / 2
        low, high = (_quantile(p, people, self.expected) for p in (tail, 1 - tail))
        return low / people, high / people

    def drawn(self, people: int, within: float) -> tuple[float, float]:
        """The same as smooth curves have it."""
        tail = (1 - within) / 2
        return _interpolated(tail, people, self.expected), _interpolated(1 - tail, people, self.expected)

    def place(self, share: Share) -> str:
        """Where a school's share lies, one of PLACES."""
        if share.high >= self.expected >= share.low:
            return WITHIN
        value, is_more = (share.low, True) if share.low > self.expected else (share.high, False)
        if self._is_beyond(value, share.of_least, CLEARLY):
            return CLEARLY_MORE if is_more else CLEARLY_LESS
        if self._is_beyond(value, share.of_least, PERHAPS):
            return PERHAPS_MORE if is_more else PERHAPS_LESS
        return WITHIN

    def _is_beyond(self, value: float, people: int, within: float) -> bool:
        low, high = self.limits(people, within)
        return value < low or value > high

    def spread(self, shares: Collection[Share]) -> float | None:
        """How many times as much the schools differ as chance would make them (variance); None of too few.

        The mean of squared deviations, the outermost tenth at each end drawn in, as Spiegelhalter has it.
        """
        if len(shares) < 2 or not 0 < self.expected < 1:
            return None
        z = sorted((share.share - self.expected) / self._error(share.of_least) for share in shares)
        drawn_in = np.clip(z, *np.quantile(z, (TRIMMED, 1 - TRIMMED)))
        return float(np.mean(drawn_in**2))

    def is_overdispersed(self, shares: Collection[Share]) -> bool:
        """Whether they differ more than chance, by more than two standard errors of that spread."""
        spread = self.spread(shares)
        return spread is not None and spread > 1 + 2 * math.sqrt(2 / len(shares))

    def is_beyond_spread(self, share: Share, spread: float) -> bool:
        """Whether a school lies clearly apart even when as much difference as there is between schools is usual."""
        nearer = min((share.low, share.high), key=lambda end: abs(end - self.expected))
        usual = NormalDist().inv_cdf((1 + CLEARLY) / 2) * math.sqrt(spread)
        return abs(nearer - self.expected) > usual * self._error(share.of_least)

    def _error(self, people: int) -> float:
        return math.sqrt(self.expected * (1 - self.expected) / people)


def _quantile(p: float, people: int, expected: float) -> int:
    """The smallest number r of people with P(R ≤ r) > p."""
    return min(people, int(np.searchsorted(_cumulative(people, expected), p, side="right")))


def _interpolated(p: float, people: int, expected: float) -> float:
    """The share below which lies p of chance: (r − α) / n, a step of the distribution taken for a line."""
    below, r = _cumulative(people, expected), _quantile(p, people, expected)
    before = float(below[r - 1]) if r else 0.0
    alpha = (float(below[r]) - p) / (float(below[r]) - before)
    return min(1.0, max(0.0, (r - alpha) / people))


@lru_cache(maxsize=1024)
def _cumulative(people: int, expected: float) -> NDArray[np.float64]:
    """P(R ≤ r) of the binomial distribution, for r from nobody to everybody."""
    if expected in (0.0, 1.0):
        return np.array([float(expected == 0.0 or r == people) for r in range(people + 1)])
    r = np.arange(people + 1)
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, people + 1)))))
    chosen = factorials[people] - factorials[r] - factorials[people - r]
    likely: NDArray[np.float64] = np.exp(chosen + r * math.log(expected) + (people - r) * math.log1p(-expected))
    found: NDArray[np.float64] = np.cumsum(likely)
    return found
