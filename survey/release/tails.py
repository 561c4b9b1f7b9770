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
from survey.release.groups import Group, Node, ends, is_graded, order
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
        while not reader.could_be_otherwise(group):
            softer = reader.neighbour(group)
            step = 2 * found[softer].step or STEP
            found[softer] = Told(found[softer].exactly, steps(found[softer].exactly, step), step)
            reader = _Reader(parts, hidden, classes, found)
    return found


class _Reader:
    """Somebody who adds up everything that is shown of one question."""

    def __init__(
        self,
        parts: Mapping[Group, Parts],
        hidden: frozenset[Group],
        classes: Mapping[str, str],
        found: Mapping[Group, Told],
    ):
        self.parts, self.hidden, self.classes, self.found = parts, hidden, classes, found
        self.graded = is_graded(parts)
        self.groups = [g for g in sorted(parts, key=order) if g in hidden or g in found]
        self.place = {group: number for number, group in enumerate(self.groups)}
        self.networks: dict[tuple[str, str, bool], Network] = {}

    def could_be_otherwise(self, group: Group) -> bool:
        """Whether the same figures allow that a group which is of one mind is not quite, and the other way round."""
        parts = self.found[group].exactly
        is_wide = parts.keys() != self.parts[group].keys()
        most = max(parts, key=lambda name: parts[name])
        rest = [name for name in parts if name != most]
        if parts[most] == sum(parts.values()):
            return any(self._may_move(group, most, other, is_wide) for other in rest)
        return self._may_move(group, next(name for name in rest if parts[name]), most, is_wide)

    def neighbour(self, group: Group) -> Group:
        """A group that hangs together with this one and is to be told less exactly: the smallest that is told exactly.

        Where all are told in steps already, the one with the smallest steps. Raises NotSafe when none can be widened.
        """
        near = [g for g in self._around(group) if not self._is_bounded(g) and not self._is_blank(g)]
        if not near:
            raise NotSafe([group])
        return min(near, key=lambda g: (self.found[g].step, sum(self.found[g].exactly.values()), order(g)))

    def _around(self, group: Group) -> set[Group]:
        """The groups in a sum with this one, or with one around it that is not told exactly."""
        nodes: dict[Node, list[Group]] = {}
        for each in self.groups:
            for node in ends(each, graded=self.graded):
                nodes.setdefault(node, []).append(each)
        around, ahead = {group}, [group]
        while ahead:
            for node in ends(ahead.pop(), graded=self.graded):
                for each in nodes[node]:
                    if each not in around:
                        around.add(each)
                        if each in self.hidden or self.found[each].within:
                            ahead.append(each)
        return around & self.found.keys()

    def _is_bounded(self, group: Group) -> bool:
        return of_one_mind(self.found[group].exactly)

    def _is_blank(self, group: Group) -> bool:
        return self.found[group].step > sum(self.found[group].exactly.values())

    def _may_move(self, group: Group, source: str, target: str, is_wide: bool) -> bool:
        """Whether one person of the group may be in the target class instead, others elsewhere making up for it."""
        key = (source, target, is_wide)
        if key not in self.networks:
            figures = [self._figure(g, source, target, is_wide) for g in self.groups]
            self.networks[key] = Network(figures)
        return self.networks[key].higher(self.place[group], 1) >= 1

    def _figure(self, group: Group, source: str, target: str, is_wide: bool) -> Figure:
        """How many people of a group may go from source to target, or back (below 0), and nobody notices."""
        there, back = self._known(group, source, is_wide), self._known(group, target, is_wide)
        low = -min(back[0] - back[1], there[2] - there[0])
        high = min(there[0] - there[1], back[2] - back[0])
        return Figure(*ends(group, graded=self.graded), 0, low, high)

    def _known(self, group: Group, name: str, is_wide: bool) -> tuple[int, Limit, Limit]:
        """A class of a group: the truth, and the ends that are told."""
        parts = merged(self.parts[group], self.classes) if is_wide else self.parts[group]
        value = parts.get(name, 0)
        if group in self.hidden:
            return value, 0, UNKNOWN
        told_of = self.found[group]
        if name in told_of.exactly:
            return value, *told_of.band(name)
        if is_wide:
            bands = [told_of.band(part) for part in told_of.exactly if self.classes.get(part, part) == name]
            return value, sum(low for low, _ in bands), sum(high for _, high in bands)
        # A finer class than is told of this group: anything up to the wider one.
        return value, 0, told_of.band(self.classes[name])[1]
