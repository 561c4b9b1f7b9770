"""Which counts may be shown: nobody's answer may be read from a table, nor from two tables together.

Fewer than SMALLEST_GROUP people who answered a question are not shown, as Ofsted's Parent View does (toolkit of 2025)
and most states of the United States (NCES 2011-603, mode 10). A school that is hidden could be worked out by taking the
visible ones from the district's total; so the hidden ones must be two or more and together SMALLEST_GROUP people, else
the smallest visible school is hidden with them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

SMALLEST_GROUP = 10
TOO_FEW, PROTECTS = "too_few", "protects_another"
LONG_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")  # a telephone, an identity card
MASK = "▇▇▇"


def hidden_schools(counts: Mapping[str, int]) -> Mapping[str, str]:
    """School → why its table is hidden, from how many answered in each; schools where nobody answered are no secret."""
    hidden = {school: TOO_FEW for school, count in counts.items() if 0 < count < SMALLEST_GROUP}
    visible = sorted((s for s, count in counts.items() if count >= SMALLEST_GROUP), key=lambda s: (counts[s], s))
    while hidden and (len(hidden) < 2 or sum(counts[s] for s in hidden) < SMALLEST_GROUP) and visible:
        hidden[visible.pop(0)] = PROTECTS
    return hidden


def district_is_shown(count: int) -> bool:
    """Whether the district's own table may be shown."""
    return count >= SMALLEST_GROUP


def shown_comments(words: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    """The remarks in no order, long numbers masked; none when fewer than SMALLEST_GROUP people wrote one."""
    if len(words) < SMALLEST_GROUP:
        return ()
    masked = [LONG_NUMBER.sub(MASK, word) for word in words]
    chance.shuffle(masked)
    return tuple(masked)
