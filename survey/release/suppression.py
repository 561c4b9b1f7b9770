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
from survey.release.groups import Group, ends, is_graded, order, relations

SMALLEST_GROUP = 10
FEWEST_HIDDEN = 2  # in one sum: one alone is what is missing
MOST_ROUNDS = 60
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
    for _ in range(MOST_ROUNDS):
        cuts = _broken_sums(counts, hidden, small, of_one_mind)
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
    counts: Mapping[Group, int], hidden: frozenset[Group], small: set[Group], of_one_mind: OneMind
) -> list[list[Group]]:
    """For each sum that gives something away, the groups of which one more must be hidden."""
    cuts = []
    for whole, parts in relations(frozenset(group for group, count in counts.items() if count)):
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
    shown = (g for g, count in counts.items() if count and g not in hidden)
    found = [g for g in shown if touched.intersection(ends(g, graded=graded))]
    if not found:
        raise NotSafe([group])
    return found


class _Choice:
    """Which groups to hide besides, as an integer programme: the fewest answers, every sum with two hidden or none."""

    def __init__(self, counts: Mapping[Group, int], hidden: frozenset[Group], small: set[Group]):
        self.programme = IntegerProgramme()
        self.groups = sorted((group for group, count in counts.items() if count), key=order)
        self.variables = {
            group: self.programme.binary(0.0 if group in hidden else float(counts[group])) for group in self.groups
        }
        for group in hidden:
            self.programme.at_least({self.variables[group]: 1.0}, 1)
        for whole, parts in relations(frozenset(self.groups)):
            self._add_sum(counts, whole, parts, small)

    def hidden(self) -> frozenset[Group]:
        """The choice that hides the fewest answers, or the best found in time; either is audited. Raises NotSafe."""
        try:
            values = self.programme.solve().values
        except NoSolution:
            raise NotSafe(self.groups) from None
        return frozenset(group for group, variable in self.variables.items() if round(values[variable]))

    def hide_one_of(self, groups: Iterable[Group]) -> None:
        """One of these at least is to be hidden."""
        self.programme.at_least({self.variables[group]: 1.0 for group in groups}, 1)

    def _add_sum(self, counts: Mapping[Group, int], whole: Group, parts: tuple[Group, ...], small: set[Group]) -> None:
        members = [self.variables[group] for group in (whole, *parts)]
        count = self.programme.number(float(len(members)))
        self.programme.exactly({**dict.fromkeys(members, 1.0), count: -1.0}, 0)
        for member in members:
            self.programme.at_least({count: 1.0, member: -float(FEWEST_HIDDEN)}, 0)
        if small.intersection(parts):
            people = {self.variables[part]: float(counts[part]) for part in parts}
            self.programme.at_least({**people, self.variables[whole]: float(SMALLEST_GROUP)}, SMALLEST_GROUP)
