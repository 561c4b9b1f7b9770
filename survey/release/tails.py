"""What is shown where nearly all of a group gave one answer, and what else must be told less exactly for that.

R3. Whoever reads that all of a group chose one answer knows each person's; where all but one did, that one knows the
others'. So both are told alike, as «at least 90 %» and «at most 10 %» (5 % from 20 answers, 2 % from 50). A bound that
can be sharpened by adding up is none: the audit looks for another district that has the very same figures, in which it
is the other way round. Where there is none, a neighbouring group's figures are told in steps of five, or wider.

R2. Fewer than COARSE_BELOW answers are told in three classes, where a question has more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from survey.release.circulation import Figure, Limit, Network
from survey.release.groups import Group, ends, is_graded, order
from survey.release.suppression import NotSafe

Band = tuple[int, int]  # from how many people to how many
Parts = Mapping[str, int]  # class → people; each person is in one
# Answers from → share that a tail may hide; the first that fits.
TAILS = ((50, 0.02), (20, 0.05), (0, 0.10))
STEP = 5
COARSE_BELOW = 20  # answers: fewer are told in three classes
UNKNOWN = math.inf


def tail(people: int) -> int:
    """How many of so many people a tail may hide."""
    return next(math.floor(people * share) for least, share in TAILS if people >= least)


def of_one_mind(parts: Parts) -> bool:
    """Whether all, or all but one, are in one class."""
    people = sum(parts.values())
    return people > 0 and max(parts.values()) >= people - 1


def bounds(parts: Parts) -> dict[str, Band]:
    """The bounds told of each class of people who are of one mind."""
    people = sum(parts.values())
    hides = tail(people)
    most = max(parts, key=lambda name: parts[name])
    return {name: (people - hides, people) if name == most else (0, hides) for name in parts}


def steps(parts: Parts, step: int) -> dict[str, Band]:
    """Each class in steps of so many people."""
    people = sum(parts.values())
    return {name: (n // step * step, min(n // step * step + step - 1, people)) for name, n in parts.items()}


def merged(parts: Parts, classes: Mapping[str, str]) -> dict[str, int]:
    """People by the wider classes that theirs belong to."""
    found: dict[str, int] = {}
    for name, people in parts.items():
        wide = classes.get(name, name)
        found[wide] = found.get(wide, 0) + people
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one group: each class exactly, or within a band."""

    exactly: Parts
    within: Mapping[str, Band] | None
    step: int = 0  # 0: it is not told in steps

    def band(self, name: str) -> Band:
        """The ends between which the reader is told a class to be."""
        return self.within[name] if self.within else (self.exactly[name], self.exactly[name])


def told(parts: Mapping[Group, Parts], hidden: frozenset[Group], classes: Mapping[str, str]) -> Mapping[Group, Told]:
    """What is shown of every group that is not hidden: few answers in wider `classes`, tails as bounds.

    `parts` has the hidden groups too. Raises NotSafe where a bound could be sharpened whatever is told less exactly.
    """
    found: dict[Group, Told] = {}
    for group, of_group in parts.items():
        people = sum(of_group.values())
        if people and group not in hidden:
            shown = merged(of_group, classes) if people < COARSE_BELOW else of_group
            found[group] = Told(shown, bounds(shown) if of_one_mind(shown) else None)
    bounded = [g for g in sorted(found, key=order) if found[g].within]
    reader = _Reader(parts, hidden, classes, found)
    for group in bounded:
        if not reader.could_be_otherwise(group):
            reader.tell_less_around(group)
    return found


_Move = tuple[str, str]  # a person goes from one class to another


class _Reader:
    """Somebody who adds up everything that is shown of one question."""

    def __init__(
        self,
        parts: Mapping[Group, Parts],
        hidden: frozenset[Group],
        classes: Mapping[str, str],
        found: dict[Group, Told],
    ):
        self.parts, self.hidden, self.classes, self.found = parts, hidden, classes, found
        self.graded = is_graded(parts)
        self.groups = [g for g in sorted(parts, key=order) if g in hidden or g in found]
        self.place = {group: number for number, group in enumerate(self.groups)}
        self.networks: dict[_Move, Network] = {}
        self.needed: dict[tuple[int, int, _Move], float] = {}

    def could_be_otherwise(self, group: Group) -> bool:
        """Whether the same figures allow that a group which is of one mind is not quite, and the other way round."""
        place = self.place[group]
        return any(self._network(move).higher(place, 1) >= 1 for move in self._moves(group))

    def tell_less_around(self, group: Group) -> None:
        """Tell other groups in steps, so that this one could be otherwise: those of the closed walk that costs least.

        A group costs its people for each STEP that it must be blurred by. Raises NotSafe where no walk closes.
        """
        walks = [(*self._cheapest_walk(group, move), move) for move in self._moves(group)]
        cost, walk, move = min(walks, key=lambda found: found[0], default=(math.inf, [], None))
        if math.isinf(cost) or move is None:
            raise NotSafe([group])
        for number, way in walk:
            self._tell_less(self.groups[number], self._step_needed(number, way, move))

    def _moves(self, group: Group) -> list[_Move]:
        """Who would have to be elsewhere: one of all, to any other class; or the one of another mind, to the others."""
        parts, exactly = self.parts[group], self.found[group].exactly
        most = max(exactly, key=lambda name: exactly[name])
        inside = [name for name in parts if self._told_as(group, name) == most]
        outside = [name for name in parts if name not in inside]
        sources, targets = (inside, outside) if exactly[most] == sum(parts.values()) else (outside, inside)
        return [(source, target) for source in sources if parts[source] for target in targets]

    def _told_as(self, group: Group, name: str) -> str:
        """The class by which one is told of a group: itself, or the wider one."""
        return name if name in self.found[group].exactly else self.classes[name]

    def _cheapest_walk(self, group: Group, move: _Move) -> tuple[float, list[tuple[int, int]]]:
        def price(number: int, way: int) -> float:
            step = self._step_needed(number, way, move)
            if step in (0, math.inf):
                return step
            return step / STEP * sum(self.found[self.groups[number]].exactly.values())

        return self._network(move).cheapest_walk(self.place[group], price)

    def _step_needed(self, number: int, way: int, move: _Move) -> float:
        """In which steps a group must be told for one person of it to be elsewhere; 0 as it is, infinite in none."""
        key = (number, way, move)
        if key not in self.needed:
            self.needed[key] = self._first_step(number, way, move)
        return self.needed[key]

    def _first_step(self, number: int, way: int, move: _Move) -> float:
        group = self.groups[number]
        if self._network(move).room(number, way) > 0:
            return 0
        if group in self.hidden or of_one_mind(self.found[group].exactly):
            return math.inf
        as_told = self.found[group]
        people, step = sum(as_told.exactly.values()), 2 * as_told.step or STEP
        while step <= 2 * people:
            told = Told(as_told.exactly, steps(as_told.exactly, step), step)
            figure = self._figure(group, move, told)
            if (figure.high if way > 0 else -figure.low) >= 1:
                return step
            step *= 2
        return math.inf

    def _tell_less(self, group: Group, step: float) -> None:
        if not step:
            return
        exactly = self.found[group].exactly
        self.found[group] = Told(exactly, steps(exactly, int(step)), int(step))
        place = self.place[group]
        for move, network in self.networks.items():
            network.widen(place, self._figure(group, move))
            for way in (-1, 1):
                self.needed.pop((place, way, move), None)

    def _network(self, move: _Move) -> Network:
        if move not in self.networks:
            self.networks[move] = Network([self._figure(g, move) for g in self.groups])
        return self.networks[move]

    def _figure(self, group: Group, move: _Move, told_of: Told | None = None) -> Figure:
        """How many people of a group may go from one class to another, or back (below 0), and nobody notices."""
        there, back = (self._room(group, name, told_of or self.found.get(group)) for name in move)
        return Figure(*ends(group, graded=self.graded), 0, -min(back[0], there[1]), min(there[0], back[1]))

    def _room(self, group: Group, name: str, told_of: Told | None) -> tuple[Limit, Limit]:
        """How many fewer and how many more may be in a class of a group. Of a hidden group nothing is told."""
        people = self.parts[group].get(name, 0)
        if told_of is None:
            return people, UNKNOWN
        # A finer class than is told may change as far as the wider one may, and to nobody at the lowest.
        told_as = self._told_as(group, name)
        (low, high), together = told_of.band(told_as), told_of.exactly[told_as]
        return min(people, together - low), high - together
