"""What a release says: shares, how far they may be trusted, the middle of banded answers, what is needed most."""

from __future__ import annotations

from dataclasses import dataclass

from survey.release.published import QuestionTable, Release, Text
from survey.release.statistics import chance_range, is_clearly_different, silence_range

NEEDS = "needs"  # the question, in every questionnaire, that asks what is needed
SLIPS = "slips"
# As Gallup and Sport England (Active Lives, 2024–25) ask for before two groups are compared.
FEWEST_TO_COMPARE = 30
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who gave an answer took a choice: exactly, or from how many to how many."""

    label: Text
    least: int
    most: int
    of: int

    @property
    def is_exact(self) -> bool:
        """Whether it is told exactly."""
        return self.least == self.most

    @property
    def share(self) -> float:
        """0 to 1; the middle of what is told."""
        return (self.least + self.most) / 2 / self.of if self.of else 0.0


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
    return tuple(Share(c.label, *band, table.answered - without) for c, band in listed if band)


def trust(share: Share, table: QuestionTable, release: Release) -> Trust | None:
    """What a share leaves open; None in a hidden table."""
    if table.answered is None:
        return None
    who = table.audience
    invited = release.response(who.questionnaire, who.school_id, who.grade).invited
    # Of other grades or schools together nobody knows how many were asked; more than were asked is no sample.
    if release.entry != SLIPS or not share.of or invited is None or table.answered > invited:
        return Trust(table.answered, invited, None, None)
    # A share within a band may be trusted from the low end's lowest to the high end's highest.
    lows, highs = (_ranges(count, share.of, invited) for count in (share.least, share.most))
    return Trust(table.answered, invited, *((low[0], high[1]) for low, high in zip(lows, highs, strict=True)))


def _ranges(count: int, answered: int, invited: int) -> tuple[Range, Range]:
    return chance_range(count, answered, invited), silence_range(count, answered, invited)


def is_more_than_elsewhere(share: Share, table: QuestionTable, release: Release) -> bool | None:
    """Whether a choice is clearly more common in a school than in the district, or clearly less; None if neither.

    Clearly: their ranges by chance part, and FEWEST_TO_COMPARE people or more gave an answer.
    """
    whole = release.table(table.audience.questionnaire, table.question)
    found = [other for other in shares(whole) if other.label == share.label]
    if not found or share.of < FEWEST_TO_COMPARE:
        return None
    here, there = trust(share, table, release), trust(found[0], whole, release)
    if not (here and there and here.by_chance and there.by_chance):
        return None
    return here.by_chance > there.by_chance if is_clearly_different(here.by_chance, there.by_chance) else None


def needs(release: Release, questionnaire: str) -> tuple[Share, ...]:
    """What the people of a questionnaire need, the most named first."""
    found = [share for share in shares(release.table(questionnaire, NEEDS)) if share.of]
    return tuple(sorted(found, key=lambda share: -share.share))
