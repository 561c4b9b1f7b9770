"""What parents said anonymously that they need, beside what the school has and what was asked for by name: counts only.

The two are never joined by more than this: a row for each kind of need, and a number in each column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.assistance.counts import Counts
from survey.release.findings import NEEDS, Share, shares
from survey.release.published import Release

WHO_REPORTS = "parent"
# Need of a request → the choice of the questionnaire that means it, and what can be lent or given against it. Where
# the questionnaire does not ask, or nothing can be lent, there is none.
MEANT_BY: Mapping[str, str] = {
    "device": "device",
    "data": "data",
    "signal": "data",
    "printing": "print",
    "adult_time": "adult_help",
    "worry": "mind",
}
MET_BY: Mapping[str, tuple[str, ...]] = {
    "device": ("tablet", "computer", "phone"),
    "data": ("data_card",),
    "printing": ("printed_pack",),
}
# Need → the need under which the pieces that meet it are counted already.
ALSO_MET_BY: Mapping[str, str] = {"signal": "data"}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of need."""

    need: str
    reported: Share | None  # by parents, in the release; None where it is hidden or not asked
    free: int | None  # pieces that lie free; None where nothing can be lent, or it is counted under another need
    free_under: str | None  # that need
    asked: int  # open requests that name it


def rows(release: Release | None, school_id: str, counts: Counts) -> tuple[Row, ...]:
    """A row for each kind of need that a request can name."""
    reported = _reported(release, school_id) if release else {}
    free = {line.kind: line.free for line in counts.stock}
    return tuple(
        Row(
            need,
            reported.get(MEANT_BY.get(need, "")),
            sum(free[kind] for kind in MET_BY[need]) if need in MET_BY else None,
            ALSO_MET_BY.get(need),
            asked,
        )
        for need, asked in counts.needs.items()
    )


def _reported(release: Release, school_id: str) -> Mapping[str, Share]:
    try:
        table = release.table(WHO_REPORTS, NEEDS, school_id)
    except KeyError:
        return {}
    return {share.choice: share for share in shares(table)}
