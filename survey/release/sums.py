"""Shares of a group of schools: what a release shows of each, added up.

Only figures that are shown are added, so that the sum tells nothing that a reader could not add up alone; how many
schools are hidden is told, and nothing of them. A sum is never taken away from the district's figure here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from survey.release.findings import Placed, Share, shares
from survey.release.published import QuestionTable, Release, Text


@dataclass(frozen=True)
class OfSchools(Placed):
    """One share of several schools together."""

    shown: int  # schools that are added up
    hidden: int  # schools that were asked and are not


def chosen(table: QuestionTable, choices: Collection[str], label: Text) -> Share | None:
    """How many took one of these choices; None where they are hidden, or told together with others, or not at all."""
    told, wanted = shares(table), {*choices}
    mine = [share for share in told if wanted.issuperset(share.choice.split("+"))]
    if not told or not told[0].of or {*"+".join(share.choice for share in mine).split("+")} != wanted:
        return None
    of = told[0].of
    least, most = sum(share.least for share in mine), sum(share.most for share in mine)
    others = sum(share.least for share in told) - least if not table.several else 0
    found = Share("+".join(choices), label, least, max(least, min(most, of - others)), of, told[0].unsure)
    return found if found.is_told else None


def table_of(release: Release, questionnaire: str, question: str, school_id: str | None) -> QuestionTable | None:
    """One table of a whole school, or of the district; None where nobody was asked."""
    try:
        return release.table(questionnaire, question, school_id)
    except KeyError:
        return None


def together(
    tables: Sequence[QuestionTable], choices: Collection[str], label: Text, release: Release
) -> OfSchools | None:
    """The shown ones of these schools' tables of one question, added up; None where none is."""
    told = [(table, share) for table in tables if (share := chosen(table, choices, label))]
    if not told:
        return None
    listed = [share for _, share in told]
    asked = [release.response(table.audience.questionnaire, table.audience.school_id).invited for table, _ in told]
    return OfSchools(
        share=Share(
            listed[0].choice,
            label,
            sum(share.least for share in listed),
            sum(share.most for share in listed),
            sum(share.of for share in listed),
            sum(share.unsure for share in listed),
        ),
        answered=sum(table.answered or 0 for table, _ in told),
        invited=None if None in asked else sum(number or 0 for number in asked),
        entry=release.entry,
        shown=len(told),
        hidden=len(tables) - len(told),
    )
