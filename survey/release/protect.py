"""From counts to what may be shown: rules R1 to R5, question by question, and R6 for remarks.

R1 threshold, R4 complements and R5 audit are `suppression`; R2 coarser classes and R3 tails are `tails`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from survey.pooled import OTHER_SCHOOLS
from survey.questionnaire.model import Question
from survey.release import tails
from survey.release.coarse import of_one_mind
from survey.release.groups import Group
from survey.release.openings import Mask
from survey.release.published import Count
from survey.release.suppression import SMALLEST_GROUP, NotSafe, hidden_groups
from survey.release.tabulate import Remark
from survey.release.tallies import Counts, Tallies

LONG_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")  # a telephone, an identity card
MASK = "▇▇▇"
MOST_ROUNDS = 30
Row = NDArray[np.int64]


def shown_counts(question: Question, tallies: Tallies, already: Iterable[Group]) -> Mapping[Group, tuple[Count, ...]]:
    """The counts of the groups that are not hidden for a question.

    `already` are hidden whatever they answered here. Raises NotSafe.
    """
    counts, items, wider = tallies.people_of(question.name), _items(question, tallies), _wider(question)
    one_mind = _OneMind(question, tallies.groups, items)
    kept = set(already)
    for _ in range(MOST_ROUNDS):
        hidden = hidden_groups(counts, kept, one_mind)
        mask = np.array([group in hidden for group in tallies.groups], dtype=bool)
        try:
            told = [tails.told(tallies.groups, parts, mask, wider) for parts in items]
        except NotSafe as refused:
            kept |= {*refused.groups}  # what cannot be told even as a bound is not told
        else:
            return _Words(question).counts(tallies.groups, mask, list(counts.values()), told)
    raise NotSafe(kept)


def hidden_of_change(question: Question, change: Tallies, was_hidden: frozenset[Group]) -> frozenset[Group]:
    """What a release must hide so that its difference from the last gives nothing away; that is a table too.

    What was hidden stays so; those who came since must be ten or more in each group, and not of one mind. Raises
    NotSafe.
    """
    one_mind = _OneMind(question, change.groups, _items(question, change))
    counts = {group: max(0, more) for group, more in change.people_of(question.name).items()}
    return was_hidden | hidden_groups(counts, was_hidden | one_mind.alone(), one_mind)


def _items(question: Question, tallies: Tallies) -> list[Counts]:
    """What people are parted by: one answer of several, or, where many may be taken, each of them taken or left."""
    chosen = tallies.chosen(question.name)
    if not question.several:
        return [chosen]
    left = tallies.answers[question.name][:, :1] - chosen
    return [np.column_stack((chosen[:, n], left[:, n])) for n in range(chosen.shape[1])]


class _OneMind:
    """Whether all of some groups together, or all but one person, answered a question alike.

    What nearly nobody among several choices took is told of so many people by its rarity alone, and is no secret.
    """

    def __init__(self, question: Question, groups: Sequence[Group], items: Sequence[Counts]):
        self._question, self._groups, self._items = question, groups, items
        self._place = {group: number for number, group in enumerate(groups)}

    def __call__(self, groups: Iterable[Group]) -> bool:
        rows = [self._place[group] for group in groups]
        return any(self._alike(parts[rows].sum(axis=0)[None])[0] for parts in self._items)

    def alone(self) -> set[Group]:
        """The groups that are so by themselves."""
        alike = np.logical_or.reduce([self._alike(parts) for parts in self._items])
        return {self._groups[row] for row in np.flatnonzero(alike).tolist()}

    def _alike(self, parts: Counts) -> Mask:
        alike = of_one_mind(parts)
        return alike & (parts[:, 0] > parts[:, 1]) if self._question.several else alike


def _wider(question: Question) -> list[int]:
    """For each class that people are parted by, the first one of its third."""
    if question.several:
        return [0, 1]
    thirds: dict[int, int] = {}
    return [
        number if choice.third is None else thirds.setdefault(choice.third, number)
        for number, choice in enumerate(question.choices)
    ]


class _Words:
    """A question's counts as they are published; equal ones are one object, for a province has millions."""

    def __init__(self, question: Question):
        alone = [(number,) for number in range(len(question.choices))]
        by_first: dict[int, tuple[int, ...]] = {}
        for number, first in enumerate(range(len(alone)) if question.several else _wider(question)):
            by_first[first] = (*by_first.get(first, ()), number)
        self._alone, self._together = (
            [_Class(question, those) for those in told] for told in (alone, by_first.values())
        )

    def counts(
        self, groups: Sequence[Group], hidden: Mask, answered: Sequence[int], told: Sequence[tails.Told]
    ) -> dict[Group, tuple[Count, ...]]:
        """The counts of every group that is shown."""
        low, high = _ends([each.low for each in told]), _ends([each.high for each in told])
        is_together = told[0].is_coarse & (np.array(answered) > 0)
        found: dict[Group, tuple[Count, ...]] = {}
        for choices, mine in ((self._alone, ~is_together), (self._together, is_together)):
            rows = np.flatnonzero(mine & ~hidden)
            columns = [those.within(low[rows, those.first], high[rows, those.first]) for those in choices]
            found |= zip([groups[row] for row in rows.tolist()], zip(*columns, strict=True), strict=True)
        return found


class _Class(dict[tuple[int, int], Count]):
    """How many took one of some choices that are told together, by the ends of it."""

    def __init__(self, question: Question, places: Sequence[int]):
        super().__init__()
        self.first = places[0]
        choices = [question.choices[place] for place in places]
        labels = {language: " / ".join(c.label[language] for c in choices) for language in choices[0].label}
        self._said = Count(
            choice="+".join(choice.name for choice in choices),
            label=labels,
            count=None,
            low=choices[0].low,
            high=choices[-1].high,
            no_answer=choices[0].no_answer,
        )

    def within(self, low: Row, high: Row) -> Iterator[Count]:
        """The count of each group, from its ends."""
        return map(self.__getitem__, zip(low.tolist(), high.tolist(), strict=True))

    def __missing__(self, ends: tuple[int, int]) -> Count:
        low, high = ends
        exact = low == high
        found = replace(self._said, count=low) if exact else replace(self._said, at_least=low, at_most=high)
        self[ends] = found
        return found


def _ends(items: Sequence[Counts]) -> Counts:
    """By group, an end of each choice: of several items, of how many took it."""
    return items[0] if len(items) == 1 else np.column_stack([each[:, 0] for each in items])


def shown_remarks(remarks: Sequence[Remark], chance: random.Random) -> dict[str | None, list[Remark]]:
    """R6: where SMALLEST_GROUP people or more of a school wrote a remark, that school's; all others' under None.

    In no order, long numbers masked; the others too are shown only where there are so many.
    """
    by_school: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_school.setdefault(remark.school_id, []).append(remark)
    found: dict[str | None, list[Remark]] = {None: []}
    for school, listed in by_school.items():
        key = school if school != OTHER_SCHOOLS and len(listed) >= SMALLEST_GROUP else None
        found.setdefault(key, []).extend(Remark(r.id, r.school_id, LONG_NUMBER.sub(MASK, r.words)) for r in listed)
    for listed in found.values():
        chance.shuffle(listed)
    return {school: listed for school, listed in found.items() if len(listed) >= SMALLEST_GROUP}
