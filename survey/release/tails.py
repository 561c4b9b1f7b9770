"""What is shown where nearly all of a group gave one answer, and what else must be told less exactly for that.

R3. Whoever reads that all of a group chose one answer knows each person's; where all but one did, that one knows the
others'. So both are told alike, as «at least 90 %» and «at most 10 %» (5 % from 20 answers, 2 % from 50). A bound that
can be sharpened by adding up is none: the audit looks for another district that has the very same figures, in which it
is the other way round. Where there is none, a neighbouring group's figures are told in steps of five, or wider.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from survey.release.circulation import Network, Wiring
from survey.release.coarse import Mask, coarse, in_wide_classes, of_one_mind
from survey.release.groups import Group, ends, is_graded
from survey.release.suppression import NotSafe
from survey.release.tallies import Counts
from survey.release.walks import Prices

# Answers from → share that a tail may hide; the first that fits.
TAILS = ((50, 0.02), (20, 0.05), (0, 0.10))
STEP = 5
MORE_THAN_ANY = 1 << 40  # people
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
    there = np.flatnonzero((people > 0) | hidden)
    wiring = _wiring(tuple(groups[row] for row in there.tolist()), is_graded(groups))
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
        self.fewer, self.more = np.zeros_like(parts), np.zeros_like(parts)
        self._find_room(np.arange(len(parts)))
        self.networks: dict[Move, Network] = {}
        self.steps: dict[Move, Steps] = {}
        self.prices: dict[Move, Prices] = {}

    def tell_less_where_needed(self) -> int | None:
        """Look at every bound in turn, and tell others less exactly where it could be sharpened.

        The first one that could be whatever is told less exactly; None where there is none such.
        """
        bounded = np.flatnonzero(self.alike)
        for row in bounded[~self._surely_otherwise()[bounded]].tolist():
            could_be = any(self._network(move).higher(row, 1) >= 1 for move in self._moves(row))
            if not could_be and not self._tell_less_around(row):
                return int(row)
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

    def _find_room(self, rows: Rows) -> None:
        """How many fewer and how many more may be in each class of a group. Of a hidden one nothing is told."""
        hidden, parts = self.hidden[rows][:, None], self.parts[rows]
        # A finer class than is told may change as far as the wider one may, and to nobody at the lowest.
        self.fewer[rows] = np.where(hidden, parts, np.minimum(parts, self.exactly[rows] - self.low[rows]))
        self.more[rows] = np.where(hidden, MORE_THAN_ANY, self.high[rows] - self.exactly[rows])

    def _room(self, move: Move, rows: Rows | slice = slice(None)) -> Rows:
        """How many people of a group may go from one class to another, and nobody notices."""
        source, target = move
        return np.minimum(self.fewer[rows, source], self.more[rows, target])

    def _network(self, move: Move) -> Network:
        if move not in self.networks:
            up, down = (self._room(_turned(move, way)).tolist() for way in (1, -1))
            self.networks[move] = Network(self.wiring, up, down)
        return self.networks[move]

    def _moves(self, row: int) -> list[Move]:
        """Who would have to be elsewhere: one of all, to any other class; or the one of another mind, to the others."""
        inside, outside = np.flatnonzero(self.most[row]).tolist(), np.flatnonzero(~self.most[row]).tolist()
        is_all = self.exactly[row, inside[0]] == self.people[row]
        sources, targets = (inside, outside) if is_all else (outside, inside)
        return [(source, target) for source in sources if self.parts[row, source] for target in targets]

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
                found |= concerned & self._network((move[0], move[1])).surely_higher()
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
        for number, step in [(number, self._steps(_turned(move, way))[number]) for number, way in walk]:
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
        if move not in self.steps:
            self.steps[move] = self._first_steps(move, np.arange(len(self.parts)))
        return self.steps[move]

    def _first_steps(self, move: Move, rows: Rows) -> Steps:
        """In which steps groups must be told for one of them to be elsewhere; 0 as they are, infinite in none."""
        found = np.where(self._room(move, rows) > 0, 0.0, math.inf)
        open_ones = np.isinf(found) & ~self.hidden[rows] & ~self.alike[rows]
        step = np.where(self.step[rows] > 0, 2 * self.step[rows], STEP)
        source, target = move
        leaving, joining, people = self.exactly[rows, source], self.exactly[rows, target], self.people[rows]
        while (open_ones := open_ones & (step <= 2 * people)).any():
            fewer = np.minimum(self.parts[rows, source], leaving - _steps(leaving, step, people)[0])
            more = _steps(joining, step, people)[1] - joining
            enough = open_ones & (fewer >= 1) & (more >= 1)
            found[enough] = step[enough]
            open_ones, step = open_ones & ~enough, 2 * step
        return found

    def _tell_less(self, row: int, step: int) -> None:
        rows = np.array([row])
        self.low[row], self.high[row] = _steps(self.exactly[row], step, self.people[row])
        self.step[row] = step
        self._find_room(rows)
        for move, network in self.networks.items():
            network.widen(row, *(int(self._room(_turned(move, way), rows)[0]) for way in (1, -1)))
        for move, steps in self.steps.items():
            steps[rows] = self._first_steps(move, rows)
        for move, prices in self.prices.items():
            prices.change(
                row, *(float(self.steps[_turned(move, way)][row] / STEP * self.people[row]) for way in (1, -1))
            )


def _turned(move: Move, way: int) -> Move:
    """The move itself, or back."""
    source, target = move
    return (source, target) if way > 0 else (target, source)


def _steps(exactly: Counts, step: Counts | int, people: Counts) -> tuple[Counts, Counts]:
    """Each class in steps of so many people."""
    low = exactly // step * step
    return low, np.minimum(low + step - 1, people)


@lru_cache(maxsize=8)  # most questions of a questionnaire are answered by the same groups
def _wiring(groups: tuple[Group, ...], graded: bool) -> Wiring:
    return Wiring([ends(group, graded=graded) for group in groups])
