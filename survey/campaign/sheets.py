"""What is printed: slips to cut and fold, school by school, each with its QR code.

Slips are made as they are sent, group by group, so that a large district neither waits nor fills the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, takewhile

from markupsafe import Markup

from survey import qr_code
from survey.ballot import groups as ballot_groups
from survey.ballot import slips
from survey.ballot.groups import ListedGroup
from survey.ballot.store import Group
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.words.name_order import name_order

MOST_SLIPS_OFFERED = 20_000  # on one page; the others follow once these are printed
MOST_SLIPS_TOGETHER = 5_000  # in one document; a browser still prints so many


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip: the code, and a QR whose address carries it behind the # that no server is sent."""

    group: Group
    code: str
    qr: Markup


@dataclass(frozen=True, slots=True)
class SchoolSheets:
    """One school's envelope: what is inside, and the sheets of each group, made when they are asked for."""

    groups: tuple[Group, ...]
    sheets: Iterator[tuple[Group, list[PrintedSlip]]]

    @property
    def number(self) -> int:
        """How many slips are inside."""
        return number_of(self.groups)


def print_slips(group: Group, address: str) -> list[PrintedSlip]:
    """New slips of a group. They are shown this once; only fingerprints are kept."""
    return [
        PrintedSlip(group, code, qr_code.drawn(f"{address}#{code}")) for code in slips.issue(group.id, slips_for(group))
    ]


def print_schools(groups: Sequence[Group], address: str, note: Callable[[Group], None]) -> Iterator[SchoolSheets]:
    """The sheets of these groups by school, made one by one; `note` is called before each group's codes are made."""
    for of_school in by_school(groups):
        yield SchoolSheets(of_school, ((group, _noted(group, address, note)) for group in of_school))


def by_school(groups: Sequence[Group]) -> list[tuple[Group, ...]]:
    """The groups of each school together."""
    ordered = sorted(groups, key=lambda group: (name_order(group.school_name), group.school_id))
    return [tuple(those) for _, those in groupby(ordered, key=lambda group: group.school_id)]


def parts(groups: Sequence[Group]) -> list[tuple[tuple[Group, ...], ...]]:
    """Whole schools put together up to MOST_SLIPS_TOGETHER; a larger school stands alone."""
    found: list[list[tuple[Group, ...]]] = []
    room = 0
    for of_school in by_school(groups):
        number = number_of(of_school)
        if number > room or not found:
            found.append([])
            room = MOST_SLIPS_TOGETHER
        found[-1].append(of_school)
        room -= number
    return [tuple(part) for part in found]


def parts_to_print(campaign: Campaign) -> tuple[list[tuple[tuple[Group, ...], ...]], int]:
    """The first documents of slips that were never printed, and how many schools come after those."""
    fresh = ballot_groups.schools_to_print(campaign.id)
    waiting = [(id_, listed) for id_, listed in rounds.asked(campaign).schools.items() if id_ in fresh]
    waiting = [(id_, listed) for id_, listed in waiting if not listed[0].school_closed]
    slips_so_far = accumulate(number_of(listed) for _, listed in waiting)
    offered = takewhile(lambda number: number <= MOST_SLIPS_OFFERED, slips_so_far)
    first = [id_ for (id_, _), _ in zip(waiting, offered, strict=False)]
    first = first or [id_ for id_, _ in waiting[:1]]
    listed = ballot_groups.groups_of(campaign.id, schools=first) if first else []
    return parts([group for group in listed if not group.prints]), len(waiting) - len(first)


def slips_for(group: Group | ListedGroup) -> int:
    """How many slips a group has."""
    number: int = slips.with_spares(group.enrolled)
    return number


def number_of(groups: Sequence[Group] | Sequence[ListedGroup]) -> int:
    """How many slips these groups have together."""
    return sum(map(slips_for, groups))


def _noted(group: Group, address: str, note: Callable[[Group], None]) -> list[PrintedSlip]:
    note(group)
    return print_slips(group, address)
