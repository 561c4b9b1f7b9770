"""Which groups are hidden, so that no small one can be worked out; of all ways to do it, the one that hides least.

R1. Fewer than SMALLEST_GROUP answers are not shown, as Ofsted's Parent View does (toolkit of 2025) and most states of
the United States (NCES 2011-603, mode 10). R4. Where a whole is shown, its hidden parts are two or more and together
SMALLEST_GROUP answers or more, and these together are not of one mind. R5. Then the audit: a small group must not be
determined by adding up (rank), and must be left a range of SMALLEST_GROUP or more (linear programme).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from estimator.integer_programme import IntegerProgramme, NoSolution
from survey.release.circulation import Network, Wiring
from survey.release.groups import Group, Node, ends, is_graded, order, relations

SMALLEST_GROUP = 10
FEWEST_HIDDEN = 2  # in one sum: one alone is what is missing
MOST_ROUNDS = 60
FEWEST_SCHOOLS = 40  # that a choice is first sought among, besides those of which something must be hidden
Sum = tuple[Group, tuple[Group, ...]]  # a whole, and its parts
OneMind = Callable[[Iterable[Group]], bool]


class NotSafe(ValueError):
    """A table that cannot be published safely; the groups that would have to be merged with others."""

    def __init__(self, groups: Iterable[Group]):
        self.groups = tuple(sorted(groups, key=order))
        super().__init__(f"These groups could be worked out: {self.groups}")


def is_small(count: int) -> bool:
    """Whether so many answers are too few to show. Nobody's are no secret."""
    return 0 < count < SMALLEST_GROUP


def hidden_groups(
    counts: Mapping[Group, int],
    already: Iterable[Group] = (),
    of_one_mind: OneMind = lambda _groups: False,
) -> frozenset[Group]:
    """The groups to hide, from how many answered in each; `already` hidden ones stay so.

    `of_one_mind` says whether the answers of some groups, taken together, are nearly all the same. Raises NotSafe.
    """
    small = {group for group, count in counts.items() if is_small(count)}
    hidden = frozenset(small | {group for group in already if counts.get(group)})
    choice: _Choice | None = None
    sums = relations(frozenset(group for group, count in counts.items() if count))
    for _ in range(MOST_ROUNDS):
        cuts = _broken_sums(sums, counts, hidden, small, of_one_mind)
        cuts = cuts or [_around(counts, hidden, group) for group in exposed(counts, hidden)]
        if not cuts:
            return hidden
        choice = choice or _Choice(counts, hidden, small)
        for cut in cuts:
            choice.hide_one_of(cut)
        hidden = choice.hidden()
    raise NotSafe(exposed(counts, hidden) or small)


def exposed(counts: Mapping[Group, int], hidden: frozenset[Group]) -> list[Group]:
    """The audit: the small groups that adding up determines, or leaves less than SMALLEST_GROUP of room."""
    listed = tuple(sorted(hidden, key=order))
    found = _exposed(listed, tuple(counts[group] for group in listed), is_graded(counts))
    return [listed[number] for number in found]


@lru_cache(maxsize=16)  # most questions of a questionnaire are answered by everybody, and so hide the same
def _exposed(groups: tuple[Group, ...], counts: tuple[int, ...], graded: bool) -> tuple[int, ...]:
    wiring = Wiring([ends(group, graded=graded) for group in groups])
    network = Network(wiring, [math.inf] * len(groups), counts)
    determined = network.determined()
    return tuple(
        number
        for number, count in enumerate(counts)
        if is_small(count) and (number in determined or not network.has_room(number, SMALLEST_GROUP))
    )


def _broken_sums(
    sums: Iterable[Sum], counts: Mapping[Group, int], hidden: frozenset[Group], small: set[Group], of_one_mind: OneMind
) -> list[list[Group]]:
    """For each sum that gives something away, the groups of which one more must be hidden."""
    cuts = []
    for whole, parts in sums:
        if hidden.isdisjoint(parts) and whole not in hidden:
            continue
        out = [part for part in parts if part in hidden]
        shown = [part for part in parts if part not in hidden]
        if len(out) + (whole in hidden) == 1:
            cuts.append(shown + [whole] * (whole not in hidden))
        elif out and shown and whole not in hidden:
            too_few = small.intersection(out) and sum(counts[group] for group in out) < SMALLEST_GROUP
            # With no part shown, what the hidden ones say together is what the whole says, and told as such.
            if too_few or of_one_mind(out):
                cuts.append(shown)
    return cuts


def _around(counts: Mapping[Group, int], hidden: frozenset[Group], group: Group) -> list[Group]:
    """The shown groups in the sums that a group, and the hidden ones it hangs together with, are part of."""
    graded = is_graded(counts)
    touched, grown = set(ends(group, graded=graded)), True
    while grown:
        more = {n for g in hidden for n in ends(g, graded=graded) if touched.intersection(ends(g, graded=graded))}
        grown = not more <= touched
        touched |= more
    all_ends = _ends_of(tuple(counts), graded)
    found = [
        g
        for (g, count), (tail, head) in zip(counts.items(), all_ends, strict=True)
        if count and (tail in touched or head in touched) and g not in hidden
    ]
    if not found:
        raise NotSafe([group])
    return found


@lru_cache(maxsize=16)
def _ends_of(groups: tuple[Group, ...], graded: bool) -> list[tuple[Node, Node]]:
    """Between which nodes of the table each group flows."""
    return [ends(group, graded=graded) for group in groups]


class _Choice:
    """Which groups to hide besides, as an integer programme: the fewest answers, every sum with two hidden or none.

    Of a large district only those schools are in the programme that could make the choice cheaper, which is proven each
    time: whoever hides anything in a school where nothing must be hidden hides two of its sum at least.
    """

    def __init__(self, counts: Mapping[Group, int], hidden: frozenset[Group], small: set[Group]):
        self.counts, self.must, self.small = counts, hidden, small
        self.groups = sorted((group for group, count in counts.items() if count), key=order)
        self.cuts: list[list[Group]] = []
        self.least_beside, self.least_alone = _least_of_schools(counts, hidden, self.groups)
        nearest = sorted(self.least_alone, key=lambda school: (self.least_alone[school], school))
        self.schools: set[str] = set()
        self._take_in({*self.least_beside, *nearest[:FEWEST_SCHOOLS]})

    def hidden(self) -> frozenset[Group]:
        """The choice that hides the fewest answers, or the best found in time; either is audited. Raises NotSafe."""
        while True:
            try:
                values = self.programme.solve().values
            except NoSolution:
                chosen, others = None, {*self.least_alone} - self.schools
            else:
                chosen = frozenset(group for group, variable in self.variables.items() if round(values[variable]))
                others = self._cheaper(sum(self.counts[group] for group in chosen - self.must)) - self.schools
            if not others:
                break
            self._take_in(others)
        if chosen is None:
            raise NotSafe(self.groups)
        return chosen

    def hide_one_of(self, groups: Iterable[Group]) -> None:
        """One of these at least is to be hidden."""
        self.cuts.append([*groups])
        self._add_cut(self.cuts[-1])

    def _cheaper(self, cost: int) -> set[str]:
        """The schools without which nothing is proven: others cannot be part of a choice that costs less."""
        beside = sum(self.least_beside.values())
        return {school for school, least in self.least_alone.items() if beside + least < cost}

    def _take_in(self, schools: set[str]) -> None:
        """Build the programme anew, with these schools too."""
        self.schools |= schools
        self.programme = IntegerProgramme()
        self.variables = {
            group: self.programme.binary(0.0 if group in self.must else float(self.counts[group]))
            for group in self.groups
            if group[0] is None or group[0] in self.schools
        }
        for group in sorted(self.must, key=order):
            self.programme.at_least({self.variables[group]: 1.0}, 1)
        for whole, parts in relations(frozenset(self.variables)):
            self._add_sum(whole, parts)
        for cut in self.cuts:
            self._add_cut(cut)

    def _add_cut(self, groups: Iterable[Group]) -> None:
        self.programme.at_least({self.variables[group]: 1.0 for group in groups if group in self.variables}, 1)

    def _add_sum(self, whole: Group, parts: tuple[Group, ...]) -> None:
        members = [self.variables[group] for group in (whole, *parts)]
        count = self.programme.number(float(len(members)))
        self.programme.exactly({**dict.fromkeys(members, 1.0), count: -1.0}, 0)
        for member in members:
            self.programme.at_least({count: 1.0, member: -float(FEWEST_HIDDEN)}, 0)
        if self.small.intersection(parts):
            people = {self.variables[part]: float(self.counts[part]) for part in parts}
            self.programme.at_least({**people, self.variables[whole]: float(SMALLEST_GROUP)}, SMALLEST_GROUP)


def _least_of_schools(
    counts: Mapping[Group, int], hidden: frozenset[Group], groups: Iterable[Group]
) -> tuple[dict[str, int], dict[str, int]]:
    """The answers that must be hidden besides in each school that has hidden groups: at least so many; and those that
    must be in each of the others if anything of it is hidden. Where a school has no grades, its one group.
    """
    of_schools: dict[str, list[Group]] = {}
    for group in groups:
        if group[0] is not None:
            of_schools.setdefault(group[0], []).append(group)
    beside: dict[str, int] = {}
    alone: dict[str, int] = {}
    for school, those in of_schools.items():
        enough = FEWEST_HIDDEN if len(those) > 1 else 1
        shown = sorted(counts[group] for group in those if group not in hidden)
        missing = max(0, enough - (len(those) - len(shown)))
        (alone if missing == enough else beside)[school] = sum(shown[:missing])
    return beside, alone
