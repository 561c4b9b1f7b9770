"""Which of several changes is the smallest: the cost decides, then how many things change, then their place.

Places are counted within each grade, so that equal grades prefer alike and no grade's preference rests on another's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from estimator.variants import SIMPLE_ASPECTS, Variant

ASPECTS = len(("delivery", "start", *SIMPLE_ASPECTS))  # of one activity
COST = 10_000.0  # one unit of change_costs.toml


@dataclass(frozen=True, slots=True)
class Preference:
    """What a change costs in the programme, where at most so many aspects can change.

    Costs are whole units, and counts are whole numbers. With n aspects the price of a change beyond its cost is at
    most `each + place`, where `each` = COST / (2 n) and `place` = each / (2 n): all n together are COST / 2 × (1 + 1 /
    2 n) < COST, so no count outweighs a unit of cost; and all n places together are each / 2, so no place outweighs one
    change more.
    """

    aspects: int  # n

    @classmethod
    def among(cls, aspects: int) -> Preference:
        """For so many aspects or more: up to the next power of two, so that one lesson more rarely alters a price."""
        return cls(1 << max(0, aspects - 1).bit_length())

    @property
    def each(self) -> float:
        """The price of one aspect that changes at all."""
        return COST / (2 * self.aspects)

    def price(self, variant: Variant, place: float) -> float:
        """What a variant costs in the programme; `place` is the aspect's within its grade, from 0, below `aspects`.

        Square roots, for sums of them are rarely equal: lessons 1 and 4 are told apart from lessons 2 and 3.
        """
        if not variant.fields:
            return 0.0
        latest = self.each / (2 * self.aspects)
        return COST * variant.cost + self.each + latest * math.sqrt(place / self.aspects)
