"""What is shown where nearly all of a group gave one answer, and what else must be told less exactly for that.

R3. Whoever reads that all of a group chose one answer knows each person's; where all but one did, that one knows the
others'. So both are told alike, as «at least 90 %» and «at most 10 %» (5 % from 20 answers, 2 % from 50). A bound that
can be sharpened by adding up is none: the audit looks for another district that has the very same figures, in which it
is the other way round. Where there is none, a neighbouring group's figures are told in steps of five, or wider.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from survey.release.circulation import Wiring
from survey.release.coarse import coarse, in_wide_classes, of_one_mind
from survey.release.groups import Group, ends, is_graded
from survey.release.openings import Mask, Openings
from survey.release.suppression import NotSafe
from survey.release.tallies import Counts
from survey.release.walks import Prices

# Answers from → share that a tail may hide; the first that fits.
TAILS = ((50, 0.02), (20, 0.05), (0, 0.10))
STEP = 5
ROUNDED = 1 + 1e-9
Rows = NDArray[np.int64]
Steps = NDArray[np.float64]
Move = tuple[int, int]  # a person goes from one class to another


def tail(people: int) -> int:
    """How many of so many people a tail may hide."""
    return next(math.floor(people * share) for least, share in TAILS if people >= least)


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of each group's classes: how many exactly, and within which ends; equal ends tell it exactly.

    Classes that a group is told in together have the same figures. Rows of groups that are not shown mean nothing.
    """

    exactly: Counts
    low: Counts
    high: Counts
    is_coarse: Mask


def told(groups: Sequence[Group], parts: Counts, hidden: Mask, wider: Sequence[int]) -> Told:
    """What is shown of every group that is not hidden: few answers in wider classes (`coarse`), tails as bounds.

    `parts` has how many of each group are in each class, of hidden ones too; a whole stands before its parts. `wider`
    says for each class which is the first of those that it is told together with. Raises NotSafe where classes could be
    parted, or a bound sharpened, whatever is told less exactly.
    """
    people = parts.sum(axis=1)
    is_there = (people > 0) | hidden
    there = np.flatnonzero(is_there)
    wiring = _wiring(tuple(compress(groups, is_there.tolist())), is_graded(groups))
    is_coarse, parted = coarse(wiring, parts[there], hidden[there], wider)
    if parted:
        raise NotSafe([groups[there[row]] for row in parted])
    reader = _Reader(wiring, parts[there], hidden[there], np.array(wider), is_coarse)
    if (cornered := reader.tell_less_where_needed()) is not None:
        raise NotSafe([groups[there[cornered]]])
    found = Told(np.zeros_like(parts), np.zeros_like(parts), np.zeros_like(parts), np.zeros(len(parts), bool))
    for whole, part in ((found.exactly, reader.exactly), (found.low, reader.low), (found.high, reader.high)):
        whole[there] = part
    found.is_coarse[there] = reader.is_coarse
    return found


class _Reader:
    """Somebody who adds up everything that is shown of one question."""

    def __init__(self, wiring: Wiring, parts: Counts, hidden: Mask, wider: Rows, is_coarse: Mask):
        self.wiring, self.parts, self.hidden, self.wider = wiring, parts, hidden, wider
        self.people = parts.sum(axis=1)
        self.is_coarse = is_coarse
        self.exactly = np.where(is_coarse[:, None], in_wide_classes(parts, wider.tolist()), parts)
        # Of one mind in the classes that are told: of wide ones, each is counted by its first.
        firsts = (wider == np.arange(len(wider)))[None] | ~self.is_coarse[:, None]
        self.alike = of_one_mind(np.where(firsts, self.exactly, 0)) & ~hidden
        self.most = self._told_as(self.exactly.argmax(axis=1)[:, None] == np.arange(len(wider)))
        self.low, self.high = self.exactly.copy(), self.exactly.copy()
        self._tell_bounds()
        self.step = np.zeros(len(parts), np.int64)  # 0: it is not told in steps
        # In which steps each group must be told for one person to leave a class, or to come to it.
        self.to_leave, self.to_join = np.zeros(parts.shape), np.zeros(parts.shape)
        self._find_steps()
        self.openings: dict[Move, Openings] = {}
        self.prices: dict[Move, Prices] = {}

    def tell_less_where_needed(self) -> int | None:
        """Look at every bound in turn, and tell others less exactly where it could be sharpened.

        The first one that could be whatever is told less exactly; None where there is none such.
        """
        bounded = np.flatnonzero(self.alike)
        for row in bounded[~self._surely_otherwise()[bounded]].tolist():
            could_be = any(self._openings(move).may_be_higher(row) for move in self._moves(row))
            if not could_be and not self._tell_less_around(row):
                return int(row)
        self._tell_steps()
        return None

    def _tell_bounds(self) -> None:
        """The bounds of each class of the groups that are of one mind."""
        hides = np.array([tail(people) for people in self.people[self.alike].tolist()], np.int64)[:, None]
        people, most = self.people[self.alike][:, None], self.most[self.alike]
        self.low[self.alike] = np.where(most, people - hides, 0)
        self.high[self.alike] = np.where(most, people, hides)

    def _told_as(self, chosen: Mask) -> Mask:
        """The classes told together with those that are chosen, one in each row."""
        first = np.where(self.is_coarse, self.wider[chosen.argmax(axis=1)], chosen.argmax(axis=1))
        told_as = np.where(self.is_coarse[:, None], self.wider[None], np.arange(len(self.wider)))
        found: Mask = told_as == first[:, None]
        return found

    def _find_steps(self) -> None:
        """In which steps groups must be told for one person to be elsewhere; 0 as they are, infinite in none."""
        parts, exactly, people, hidden = self.parts, self.exactly, self.people[:, None], self.hidden[:, None]
        may_be_told_so = ~hidden & ~self.alike[:, None]
        # A finer class than is told may change as far as the wider one may, and to nobody at the lowest.
        may_leave, may_join = parts > 0, hidden | (exactly < people)
        # Nobody fewer fits into steps that begin with a figure, and nobody more into those that end with it.
        for found, may, is_open, number in (
            (self.to_leave, may_leave, hidden | (exactly > self.low), exactly),
            (self.to_join, may_join, hidden | (exactly < self.high), exactly + 1),
        ):
            first = _first_not_dividing(number)
            enough = np.where(may_be_told_so & (first <= 2 * people), first, math.inf)
            found[:] = np.where(may, np.where(is_open, 0.0, enough), math.inf)

    def _openings(self, move: Move) -> Openings:
        if move not in self.openings:
            up, down = (self._steps(_turned(move, way)) == 0 for way in (1, -1))
            self.openings[move] = Openings(self.wiring, up, down)
        return self.openings[move]

    def _moves(self, row: int) -> list[Move]:
        """Who would have to be elsewhere: one of all, to any other class; or the one of another mind, to the others."""
        most, parts = self.most[row].tolist(), self.parts[row].tolist()
        inside, outside = ([place for place, is_most in enumerate(most) if is_most == so] for so in (True, False))
        is_all = self.exactly[row, inside[0]] == self.people[row]
        sources, targets = (inside, outside) if is_all else (outside, inside)
        return [(source, target) for source in sources if parts[source] for target in targets]

    def _surely_otherwise(self) -> Mask:
        """The groups of one mind of which the same figures allow that they are not quite, or the other way round.

        Not all of them: those that are seen at a glance. Whatever is told less exactly later leaves it so.
        """
        found = np.zeros(len(self.parts), dtype=bool)
        is_all = (np.where(self.most, self.exactly, 0).max(axis=1) == self.people)[:, None]
        sources, targets = (self.most == is_all) & (self.parts > 0), self.most != is_all
        for move in np.argwhere(~np.eye(len(self.wider), dtype=bool)).tolist():
            concerned = self.alike & sources[:, move[0]] & targets[:, move[1]] & ~found
            if concerned.any():
                found |= concerned & self._openings((move[0], move[1])).surely_higher()
        return found

    def _tell_less_around(self, row: int) -> bool:
        """Tell other groups in steps, so that this one could be otherwise: those of the closed walk that costs least.

        A group costs its people for each STEP that it must be blurred by. False where no walk closes.
        """
        moves = self._moves(row)
        around = [self._prices(move).costs_around(row) for move in moves]
        # One that costs as much as the best around three others is looked for too: sums of prices are rounded.
        below = min(around, default=math.inf) * ROUNDED + ROUNDED
        walk, move = list[tuple[int, int]](), (0, 0)
        for each in moves:
            cost, found = self._prices(each).cheapest_walk(row, below)
            if cost < below:
                below, walk, move = cost, found, each
        if not walk:
            return False
        for number, step in [(number, self._ways(number, [_turned(move, way)])[0][0]) for number, way in walk]:
            if step:
                self._tell_less(number, int(step))
        return True

    def _prices(self, move: Move) -> Prices:
        """What each group costs that must be told in steps for one person of it to be elsewhere, or to come to it."""
        if move not in self.prices:
            up, down = (self._steps(_turned(move, way)) / STEP * self.people for way in (1, -1))
            self.prices[move] = Prices(self.wiring, up, down)
        return self.prices[move]

    def _steps(self, move: Move) -> Steps:
        """In which steps each group must be told for one person of it to be elsewhere."""
        source, target = move
        found: Steps = np.maximum(self.to_leave[:, source], self.to_join[:, target])
        return found

    def _ways(self, row: int, moves: Iterable[Move]) -> list[tuple[float, float]]:
        """The same of one group, for each move and back again."""
        leave, join = self.to_leave[row].tolist(), self.to_join[row].tolist()
        return [(max(leave[one], join[other]), max(leave[other], join[one])) for one, other in moves]

    def _tell_less(self, row: int, step: int) -> None:
        self.step[row] = step
        # Those who need wider steps need the very same as before.
        for needed in (self.to_leave[row], self.to_join[row]):
            needed[needed <= step] = 0
        for openings, (up, down) in zip(self.openings.values(), self._ways(row, self.openings), strict=True):
            openings.change(row, up == 0, down == 0)
        people = int(self.people[row])
        for prices, (up, down) in zip(self.prices.values(), self._ways(row, self.prices), strict=True):
            prices.change(row, up / STEP * people, down / STEP * people)

    def _tell_steps(self) -> None:
        """The ends of each class of the groups that are told in steps."""
        rows = np.flatnonzero(self.step)
        step = self.step[rows, None]
        self.low[rows] = self.exactly[rows] // step * step
        self.high[rows] = np.minimum(self.low[rows] + step - 1, self.people[rows, None])


def _turned(move: Move, way: int) -> Move:
    """The move itself, or back."""
    source, target = move
    return (source, target) if way > 0 else (target, source)


def _first_not_dividing(number: Counts) -> Counts:
    """The first of STEP, its double, the double of that … that does not divide a number."""
    times = number // STEP
    found: Counts = np.where(times * STEP == number, 2 * STEP * (times & -times), STEP)
    return found


@lru_cache(maxsize=8)  # most questions of a questionnaire are answered by the same groups
def _wiring(groups: tuple[Group, ...], graded: bool) -> Wiring:
    return Wiring([ends(group, graded=graded) for group in groups])
