"""What families, pupils and teachers say they need, ranked, with how far each share may be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from survey.release.findings import NEEDS, Placed, Share, most_first, place
from survey.release.published import QuestionTable, Release

MOST_ON_OVERVIEW = 3
NOTHING = "none"  # the choice, in every questionnaire, that nothing is needed


@dataclass(frozen=True, slots=True)
class Needed:
    """One questionnaire's needs, the most named first; none where they are hidden."""

    questionnaire: str
    table: QuestionTable
    needs: tuple[Placed, ...]

    @property
    def most(self) -> tuple[Share, ...]:
        """The most named; that nothing is needed is no need."""
        return tuple(each.share for each in self.needs if each.share.choice != NOTHING)[:MOST_ON_OVERVIEW]


def needed(release: Release) -> list[Needed]:
    """The needs of every questionnaire that asked for them, in the whole district."""
    tables = [table for table in release.of_district() if table.question == NEEDS]
    return [
        Needed(table.audience.questionnaire, table, tuple(place(s, table, release) for s in most_first(table)))
        for table in tables
    ]
