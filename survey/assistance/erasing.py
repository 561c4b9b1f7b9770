"""Erasing requests, at once when a family withdraws, else 90 days after closing; and telling all that is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from survey import db
from survey.assistance import casework, lending, receipts
from survey.assistance.store import DONE, HelpRequest, Loan, today

DAYS_KEPT = 90  # after a request is closed


class StillLent(ValueError):
    """Something lent for the request is not back: until then the school has to know who has it."""


def erase(request: HelpRequest) -> None:
    """Take a request and its loans out of the file, for good. Commits. Raises StillLent."""
    if lending.is_out(request):
        raise StillLent(request.id)
    _erase([request])


def erase_due() -> Mapping[str, int]:
    """Erase what was closed DAYS_KEPT days ago or earlier and has nothing out. Commits. Door → how many."""
    last = today() - timedelta(days=DAYS_KEPT)
    chosen = select(HelpRequest).where(HelpRequest.state == DONE, HelpRequest.done_on <= last)
    due = [request for request in db.session("assistance").scalars(chosen) if not lending.is_out(request)]
    if due:
        _erase(due)
    return Counter(request.door for request in due)


def everything(request: HelpRequest) -> dict[str, Any]:
    """All that is stored about a request, in words and days: what its person may ask for at any time."""
    asked = asdict(casework.asked(request))
    return {
        "reference": receipts.reference(request.id),
        "state": request.state,
        "asked_on": request.asked_on,
        "promised_on": request.promised_on,
        "done_on": request.done_on,
        **asked,
        **{f"school_{name}": words for name, words in asdict(casework.notes(request)).items()},
        "loans": [
            {"kind": each.loan.kind, "which": each.label, "lent_on": each.loan.lent_on, "due_on": each.loan.due_on}
            | {"ended_on": each.loan.ended_on, "end": each.loan.end}
            for each in lending.of_request(request)
        ],
    }


def _erase(requests: Iterable[HelpRequest]) -> None:
    store, ids = db.session("assistance"), [request.id for request in requests]
    store.execute(delete(Loan).where(Loan.request_id.in_(ids)))
    store.execute(delete(HelpRequest).where(HelpRequest.id.in_(ids)))
    store.commit()
    # The file overwrites what is deleted; writing it anew also takes what an index or an older page may hold.
    db.vacuum("assistance")
