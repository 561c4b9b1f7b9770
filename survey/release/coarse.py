"""R2. Which groups are told in wide classes: those of few answers, and others that would part their classes again.

Whoever knows a school's full scale and that of all its grades but one knows that one's. So a class that is told
together must leave another district with the very same figures, in which somebody of it took another of its choices.
Where there is none, a neighbouring group of more answers is told in wide classes too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from survey.release.circulation import Wiring
from survey.release.openings import Mask, Openings
from survey.release.tallies import Counts
from survey.release.walks import Prices

COARSE_BELOW = 20  # answers
Move = tuple[int, int]  # a person took one choice, or another of the same class


def of_one_mind(parts: Counts) -> Mask:
    """In which rows all, or all but one, are in one class; nobody's are no mind."""
    people = parts.sum(axis=1)
    found: Mask = (people > 0) & (parts.max(axis=1, initial=0) >= people - 1)
    return found


def in_wide_classes(parts: Counts, wider: Sequence[int]) -> Counts:
    """How many are in the wide class of each choice; `wider` has for each choice the first one of its class."""
    classes = np.array(wider)
    return np.stack([parts[:, classes == first].sum(axis=1) for first in wider], axis=1)


def coarse(wiring: Wiring, parts: Counts, hidden: Mask, wider: Sequence[int]) -> tuple[Mask, list[int]]:
    """Which groups are told in wide classes; and those whose classes would be parted whatever else is.

    `parts` has how many of each group took each choice, of hidden ones too.
    """
    if len(set(wider)) == len(wider):
        return np.zeros(len(parts), bool), []
    reader = _Reader(wiring, parts, hidden, wider)
    return reader.coarse, reader.tell_less_where_needed()


class _Reader:
    """Somebody who subtracts the groups that are told in full from those that are not."""

    def __init__(self, wiring: Wiring, parts: Counts, hidden: Mask, wider: Sequence[int]):
        self.wiring, self.parts, self.hidden = wiring, parts, hidden
        self.people = parts.sum(axis=1)
        self.coarse = self.people < COARSE_BELOW
        self.few = np.flatnonzero(self.coarse & ~hidden & (self.people > 0))
        classes: dict[int, list[int]] = {}
        for choice, first in enumerate(wider):
            classes.setdefault(first, []).append(choice)
        self.classes = [tuple(those) for those in classes.values() if len(those) > 1]
        # In wide classes too a group must not be of one mind: that is told as a bound, by another rule.
        wide = np.where(np.array(wider) == np.arange(len(wider)), in_wide_classes(parts, wider), 0)
        self.may_be_coarse = ~hidden & ~of_one_mind(wide)
        open_ones = (hidden | self.coarse)[:, None]
        is_open = open_ones & (parts > 0)
        self.openings = {
            (source, target): Openings(wiring, is_open[:, source], is_open[:, target])
            for those in self.classes
            for source in those
            for target in those
            if source != target
        }
        self.prices: dict[Move, Prices] = {}

    def tell_less_where_needed(self) -> list[int]:
        """Look at every class of every group of few, and tell others in wide classes where it would be parted.

        The groups of which one would be parted whatever is told.
        """
        cornered = []
        surely = {move: openings.surely_higher() for move, openings in self.openings.items()}
        for those in self.classes:
            for row in self.few.tolist():
                moves = [(a, b) for a in those if self.parts[row, a] for b in those if a != b]
                if not moves or any(surely[move][row] for move in moves):
                    continue
                could_be = any(self.openings[move].may_be_higher(row) for move in moves)
                if not could_be and not self._tell_less_around(row, moves):
                    cornered.append(row)
        return cornered

    def _tell_less_around(self, row: int, moves: Sequence[Move]) -> bool:
        """Tell the groups of the closed walk with the fewest people in wide classes. False where no walk closes."""
        cost, walk = min((self._prices(move).cheapest_walk(row) for move in moves), key=lambda found: found[0])
        if math.isinf(cost):
            return False
        for number, _way in walk:
            if not self.coarse[number] and not self.hidden[number]:
                self._tell_less(number)
        return True

    def _prices(self, move: Move) -> Prices:
        """What each group costs of which somebody would have to leave a choice: its people, or nothing."""
        if move not in self.prices:
            costs = np.where(self.hidden | self.coarse, 0.0, np.where(self.may_be_coarse, self.people, math.inf))
            up, down = (np.where(self.parts[:, choice] > 0, costs, math.inf) for choice in move)
            self.prices[move] = Prices(self.wiring, up, down)
        return self.prices[move]

    def _tell_less(self, row: int) -> None:
        self.coarse[row] = True
        anybody = (self.parts[row] > 0).tolist()
        for (source, target), openings in self.openings.items():
            openings.change(row, anybody[source], anybody[target])
        for move, prices in self.prices.items():
            prices.change(row, *(0.0 if anybody[choice] else math.inf for choice in move))
