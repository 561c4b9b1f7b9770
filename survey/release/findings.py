"""What a release says: shares, how far they may be trusted, the middle of banded answers, what is needed most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from survey.release.published import QuestionTable, Release, Text
from survey.release.statistics import chance_range, is_clearly_different, silence_range

NEEDS = "needs"  # the question, in every questionnaire, that asks what is needed
SLIPS = "slips"
# As Gallup and Sport England (Active Lives, 2024–25) ask for before two groups are compared.
FEWEST_TO_COMPARE = 30
# How one share is to another …
MORE, LESS, NOT_CLEAR = "more", "less", "not_clear"
# … or why that cannot be told.
OPEN_LINK, TOO_FEW, MORE_THAN_ASKED, TOLD_OTHERWISE = "open_link", "too_few", "more_than_asked", "told_otherwise"
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who gave an answer took a choice: exactly, or from how many to how many."""

    choice: str
    label: Text
    least: int
    most: int
    of: int

    @property
    def is_exact(self) -> bool:
        """Whether it is told exactly."""
        return self.least == self.most

    @property
    def is_told(self) -> bool:
        """Whether anything is told of it: not if it may be nobody, and may be everybody."""
        return self.of > 0 and (self.least > 0 or self.most < self.of)

    @property
    def share(self) -> float:
        """0 to 1; the middle of what is told."""
        return (self.least + self.most) / 2 / self.of if self.of else 0.0


class Comparable(Protocol):
    """A share that can be held against another: with the door it came in by, and its range by chance."""

    @property
    def share(self) -> Share:
        """The share."""

    @property
    def entry(self) -> str:
        """How its answers came in: slips, or an open link."""

    @property
    def by_chance(self) -> Range | None:
        """Its range by chance; None where there is none."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A share where it stands: in a table of a release."""

    share: Share
    table: QuestionTable
    release: Release

    @property
    def entry(self) -> str:
        """How the release's answers came in."""
        return self.release.entry

    @property
    def by_chance(self) -> Range | None:
        """Its range by chance; None where there is none."""
        found = trust(self.share, self.table, self.release)
        return found.by_chance if found else None


@dataclass(frozen=True, slots=True)
class Trust:
    """How many answered of those invited, and what that leaves open of a share."""

    answered: int
    invited: int | None
    by_chance: Range | None  # if the silent are like those who answered; None where the same may answer twice
    by_silence: Range | None  # if none, or all, of the silent would have said the same


def shares(table: QuestionTable) -> tuple[Share, ...]:
    """The choices with their shares of those who gave one; «not sure» is left out. Empty for a hidden table."""
    if table.answered is None:
        return ()
    without = sum(c.count or 0 for c in table.counts if c.no_answer)
    listed = [(c, c.band) for c in table.counts if not c.no_answer]
    return tuple(Share(c.choice, c.label, *band, table.answered - without) for c, band in listed if band)


def trust(share: Share, table: QuestionTable, release: Release) -> Trust | None:
    """What a share leaves open; None in a hidden table."""
    if table.answered is None:
        return None
    who = table.audience
    invited = release.response(who.questionnaire, who.school_id, who.grade).invited
    return trust_of(share, table.answered, invited, release.entry)


def trust_of(share: Share, answered: int, invited: int | None, entry: str) -> Trust:
    """What a share leaves open, of so many who answered, so many who were asked, and their door."""
    # Of other grades or schools together nobody knows how many were asked; more than were asked is no sample.
    if entry != SLIPS or not share.of or invited is None or answered > invited:
        return Trust(answered, invited, None, None)
    # A share within a band may be trusted from the low end's lowest to the high end's highest.
    lows, highs = (_ranges(count, share.of, invited) for count in (share.least, share.most))
    return Trust(answered, invited, *((low[0], high[1]) for low, high in zip(lows, highs, strict=True)))


def _ranges(count: int, answered: int, invited: int) -> tuple[Range, Range]:
    return chance_range(count, answered, invited), silence_range(count, answered, invited)


def difference(one: Comparable, other: Comparable, *, told_alike: bool = True) -> str:
    """Whether one share is clearly more than another, or clearly less; or why that cannot be told.

    Unless `told_alike` is waived, a bound is not held against a share that is told exactly.

    Clearly: their ranges by chance part, and FEWEST_TO_COMPARE people or more gave an answer to each.
    """
    if {one.entry, other.entry} != {SLIPS}:
        return OPEN_LINK
    if told_alike and one.share.is_exact != other.share.is_exact:
        return TOLD_OTHERWISE
    if min(one.share.of, other.share.of) < FEWEST_TO_COMPARE:
        return TOO_FEW
    here, there = one.by_chance, other.by_chance
    if not here or not there:
        return MORE_THAN_ASKED
    if not is_clearly_different(here, there):
        return NOT_CLEAR
    return MORE if here > there else LESS


def in_district(share: Share, table: QuestionTable, release: Release) -> Placed | None:
    """The same choice in the whole district; None where it is told otherwise there."""
    return of_district(table.audience.questionnaire, table.question, release).get(share.choice)


def of_district(questionnaire: str, question: str, release: Release) -> Mapping[str, Placed]:
    """Choice → its share in the whole district."""
    whole = release.table(questionnaire, question)
    return {share.choice: Placed(share, whole, release) for share in shares(whole)}


def beside_district(share: Share, table: QuestionTable, release: Release) -> str:
    """Whether a choice is clearly more common in a school than in the district, or less; or why it is not told."""
    return beside(Placed(share, table, release), in_district(share, table, release))


def beside(one: Placed, whole: Placed | None) -> str:
    """The same, where the choice in the district is known; None: it is told otherwise there."""
    return difference(one, whole) if whole else TOLD_OTHERWISE


def needs(release: Release, questionnaire: str) -> tuple[Share, ...]:
    """What the people of a questionnaire need, the most named first."""
    return most_first(release.table(questionnaire, NEEDS))


def most_first(table: QuestionTable) -> tuple[Share, ...]:
    """The choices of which something is told, the most frequent first."""
    return tuple(sorted((share for share in shares(table) if share.is_told), key=lambda share: -share.share))
