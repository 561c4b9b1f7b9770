"""What a release says: shares, the middle of banded answers, what is needed most."""

from __future__ import annotations

from dataclasses import dataclass

from survey.release.published import Count, QuestionTable, Release, Text

NEEDS = "needs"  # the question, in every questionnaire, that asks what is needed


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who gave an answer took a choice."""

    label: Text
    count: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.count / self.of if self.of else 0.0


def shares(table: QuestionTable) -> tuple[Share, ...]:
    """The choices with their shares of those who gave one; «not sure» is left out. Empty for a hidden table."""
    if table.answered is None:
        return ()
    without = sum(c.count or 0 for c in table.counts if c.no_answer)
    return tuple(Share(c.label, c.count or 0, table.answered - without) for c in table.counts if not c.no_answer)


def needs(release: Release, questionnaire: str) -> tuple[Share, ...]:
    """What the people of a questionnaire need, the most named first."""
    return tuple(sorted(shares(release.table(questionnaire, NEEDS)), key=lambda s: -s.count))


def grouped_median(table: QuestionTable) -> float | None:
    """The middle of banded answers, L + w·(n/2 − F)/f; None where it is hidden or falls into the open last band."""
    bands: list[Count] = sorted((c for c in table.counts if c.low is not None), key=lambda c: c.low or 0)
    people = sum(c.count or 0 for c in bands)
    below = 0
    for band in bands:
        held = band.count or 0
        if people and below + held >= people / 2:
            if band.high is None or band.low is None or not held:
                return None
            return band.low + (band.high - band.low) * (people / 2 - below) / held
        below += held
    return None
