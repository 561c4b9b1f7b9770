"""Erasing requests: at once when a family withdraws, else 90 days after closing; and telling all that is stored.

While something is lent, a request that is withdrawn keeps who has it and how to reach them, and nothing else; it is
erased when the thing is back, or written off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from nacl.exceptions import CryptoError
from sqlalchemy import delete, select

from survey import db
from survey.assistance import casework, lending, once, receipts
from survey.assistance.limits import LIMITS
from survey.assistance.sealing import seal, unseal
from survey.assistance.store import DONE, WITHDRAWN, HelpRequest, Loan
from survey.day import today


@dataclass(frozen=True, slots=True)
class Due:
    """What the scheduled job did: door → how many."""

    erased: Counter[str]
    written_off: Counter[str]


def withdraw(request: HelpRequest) -> bool:
    """Take a request out of the file for good; whether all of it went. Commits.

    While something is lent for it, who has it stays until that is back.
    """
    whole = not lending.is_out(request)
    if whole:
        _erase([request])
    else:
        _keep_the_borrower(request)
    # The file overwrites what is deleted; writing it anew also takes what an index or an older page may hold.
    db.vacuum("assistance")
    return whole


def erase_all(requests: Sequence[HelpRequest]) -> None:
    """Take requests for which nothing is lent out of the file, for good. Commits."""
    _erase(requests)
    db.vacuum("assistance")


def end_loan(loan_id: str, door: str, how: str) -> bool:
    """A piece is back or lost; whether its request, that was withdrawn, is erased with it. Commits. Raises WrongEnd."""
    lending.end(loan_id, door, how)
    store = db.session("assistance")
    request = store.get_one(HelpRequest, (store.get_one(Loan, (loan_id, door)).request_id, door))
    return request.state == WITHDRAWN and not lending.is_out(request) and withdraw(request)


def erase_due() -> Due:
    """Write off what nobody brings back, then erase what was closed or withdrawn and has nothing out. Commits."""
    store = db.begin_writing("assistance")
    written_off = _write_off()
    last = today() - timedelta(days=LIMITS.kept_after_closing)
    chosen = select(HelpRequest).where(
        ((HelpRequest.state == DONE) & (HelpRequest.done_on <= last)) | (HelpRequest.state == WITHDRAWN)
    )
    due = [request for request in store.scalars(chosen) if not lending.is_out(request)]
    _erase(due)
    once.forget_old()
    if due:
        db.vacuum("assistance")
    return Due(Counter(request.door for request in due), written_off)


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


def _erase(requests: Sequence[HelpRequest]) -> None:
    store, ids = db.session("assistance"), [request.id for request in requests]
    loans = select(Loan).where(Loan.request_id.in_(ids))
    for request in requests:
        once.spend("receipt", request.receipt.hex())
    for gone in (*ids, *(loan.id for loan in store.scalars(loans))):
        once.spend("row", gone)
    store.flush()
    store.execute(delete(Loan).where(Loan.request_id.in_(ids)))
    store.execute(delete(HelpRequest).where(HelpRequest.id.in_(ids)))
    store.commit()


def _keep_the_borrower(request: HelpRequest) -> None:
    try:
        person = unseal(request.id, "person", request.person)
    except CryptoError:  # what cannot be opened is not needed either
        person = {"who": "", "reach": ""}
    request.person = seal(request.id, "person", {**person, "words": ""})
    request.facts = seal(request.id, "facts", {"grade": None, "needs": ()})
    request.notes, request.promised_on = None, None
    request.state, request.done_on = WITHDRAWN, today()
    db.session("assistance").commit()


def _write_off() -> Counter[str]:
    """What was lent for a closed or withdrawn request, and is due for so long that nobody waits for it any more."""
    last = today() - timedelta(days=LIMITS.awaited_after_due)
    chosen = (
        select(Loan)
        .join(HelpRequest, (HelpRequest.id == Loan.request_id) & (HelpRequest.door == Loan.door))
        .where(Loan.ended_on.is_(None), Loan.due_on <= last, HelpRequest.state.in_((DONE, WITHDRAWN)))
    )
    loans = list(db.session("assistance").scalars(chosen))
    for loan in loans:
        lending.write_off(loan)
    return Counter(loan.door for loan in loans)
