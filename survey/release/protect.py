"""From counts to what may be shown: rules R1 to R5, question by question, and R6 for remarks.

R1 threshold, R4 complements and R5 audit are `suppression`; R2 coarser classes and R3 tails are `tails`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence

from survey.pooled import OTHER_SCHOOLS
from survey.questionnaire.model import Choice, Question
from survey.release import tails
from survey.release.groups import Group
from survey.release.published import Count
from survey.release.suppression import SMALLEST_GROUP, NotSafe, hidden_groups
from survey.release.tabulate import Remark
from survey.release.tails import Parts, Told
from survey.release.tallies import Tallies

LONG_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")  # a telephone, an identity card
MASK = "▇▇▇"
TAKEN, LEFT = "taken", "left"  # of one choice among several
MOST_ROUNDS = 30


def shown_counts(
    question: Question, tallies: Tallies, already: Iterable[Group]
) -> tuple[frozenset[Group], Mapping[Group, tuple[Count, ...]]]:
    """The groups that are hidden for a question, and the counts of those that are not.

    `already` are hidden whatever they answered here. Raises NotSafe.
    """
    counts = tallies.people_of(question.name)
    items = _items(question, tallies)
    kept = set(already)
    for _ in range(MOST_ROUNDS):
        hidden = hidden_groups(counts, kept, lambda groups: _of_one_mind(question, items, groups))
        try:
            told = {name: tails.told(parts, hidden, _classes(question)) for name, parts in items.items()}
        except NotSafe as refused:
            kept |= {*refused.groups}  # what cannot be told even as a bound is not told
        else:
            shown = [group for group in counts if group not in hidden]
            return hidden, {group: _counts(question, told, group, counts[group]) for group in shown}
    raise NotSafe(kept)


def hidden_of_change(question: Question, change: Tallies, was_hidden: frozenset[Group]) -> frozenset[Group]:
    """What a release must hide so that its difference from the last gives nothing away; that is a table too.

    What was hidden stays so; those who came since must be ten or more in each group, and not of one mind. Raises
    NotSafe.
    """
    items = _items(question, change)
    alike = {group for group in change.groups if _of_one_mind(question, items, (group,))}
    counts = {group: max(0, more) for group, more in change.people_of(question.name).items()}
    return was_hidden | hidden_groups(counts, was_hidden | alike, lambda groups: _of_one_mind(question, items, groups))


def _items(question: Question, tallies: Tallies) -> dict[str, dict[Group, Parts]]:
    """What people are parted by: one answer of several, or, where many may be taken, each of them taken or left."""
    names = [choice.name for choice in question.choices]
    chosen = tallies.chosen(question.name)
    if not question.several:
        rows = chosen.tolist()
        return {
            "": {group: dict(zip(names, row, strict=True)) for group, row in zip(tallies.groups, rows, strict=True)}
        }
    left = tallies.answers[question.name][:, :1] - chosen
    return {
        name: {
            group: {TAKEN: taken, LEFT: others}
            for group, taken, others in zip(tallies.groups, chosen[:, n].tolist(), left[:, n].tolist(), strict=True)
        }
        for n, name in enumerate(names)
    }


def _of_one_mind(question: Question, items: Mapping[str, Mapping[Group, Parts]], groups: Iterable[Group]) -> bool:
    """Whether all of these groups together, or all but one person, answered alike.

    What nearly nobody among several choices took is told of so many people by its rarity alone, and is no secret.
    """
    listed = tuple(groups)
    for parts in items.values():
        together: dict[str, int] = {}
        for group in listed:
            for name, people in parts[group].items():
                together[name] = together.get(name, 0) + people
        if tails.of_one_mind(together) and (not question.several or together[TAKEN] > together[LEFT]):
            return True
    return False


def _classes(question: Question) -> Mapping[str, str]:
    """Choice → the class of its third, by the names of all that are in it."""
    thirds: dict[int, list[str]] = {}
    for choice in question.choices:
        if choice.third is not None:
            thirds.setdefault(choice.third, []).append(choice.name)
    return {name: "+".join(names) for names in thirds.values() for name in names}


def _counts(
    question: Question, told: Mapping[str, Mapping[Group, Told]], group: Group, answered: int
) -> tuple[Count, ...]:
    if not answered:
        return tuple(_count([choice], (0, 0)) for choice in question.choices)
    if question.several:
        return tuple(_count([choice], told[choice.name][group].band(TAKEN)) for choice in question.choices)
    classes, of_group = _classes(question), told[""][group]
    within: dict[str, list[Choice]] = {}
    for choice in question.choices:
        wide = classes.get(choice.name, choice.name)
        within.setdefault(choice.name if choice.name in of_group.exactly else wide, []).append(choice)
    return tuple(_count(choices, of_group.band(name)) for name, choices in within.items())


def _count(choices: Sequence[Choice], band: tails.Band) -> Count:
    first, last = choices[0], choices[-1]
    labels = {language: " / ".join(c.label[language] for c in choices) for language in first.label}
    exact = band[0] == band[1]
    return Count(
        choice="+".join(choice.name for choice in choices),
        label=labels,
        count=band[0] if exact else None,
        at_least=None if exact else band[0],
        at_most=None if exact else band[1],
        low=first.low,
        high=last.high,
        no_answer=first.no_answer,
    )


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
