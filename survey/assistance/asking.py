"""A family's side: asking, looking the request up, withdrawing it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey import db
from survey.assistance import once, receipts, sealing
from survey.assistance.limits import LIMITS
from survey.assistance.sealing import seal
from survey.assistance.store import OPEN, HelpRequest
from survey.day import today
from survey.db import new_id


class DoorFull(ValueError):
    """More open requests than the school has pupils: a flood, or a need that a list cannot hold."""


class WasErased(ValueError):
    """These very words of this very form were withdrawn or erased: a page that is loaded anew brings nothing back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a family writes."""

    who: str
    reach: str  # how to reach them
    grade: int
    needs: tuple[str, ...]  # of help_words.NEED_LABELS
    words: str


def takes(pupils: int) -> int:
    """How many open requests a school's door takes."""
    return max(pupils, LIMITS.fewest_taken)


def ask(door: str, form: str, asked: Asked, pupils: int) -> str:
    """Store a request; its receipt code. The same words sent again with the same form change nothing. Commits.

    Raises DoorFull, WasErased.
    """
    sealing.mark()
    code = receipts.code_of(form, asdict(asked))
    store = db.begin_writing("assistance")
    if once.is_spent("receipt", receipts.receipt_of(code).hex()):
        raise WasErased(door)
    if of_code(code) is None:
        if _open_at(door) >= takes(pupils):
            raise DoorFull(door)
        store.add(_request(door, code, asked))
    try:
        store.commit()
    except IntegrityError:  # the same form at the same moment, where many write at once
        store.rollback()
    return code


def of_code(code: str) -> HelpRequest | None:
    """The request with this receipt code."""
    chosen = select(HelpRequest).where(HelpRequest.receipt == receipts.receipt_of(code))
    return db.session("assistance").scalar(chosen)


def _open_at(door: str) -> int:
    still_open = (HelpRequest.door == door, HelpRequest.state.in_(OPEN))
    return db.session("assistance").scalar(select(func.count()).where(*still_open)) or 0


def _request(door: str, code: str, asked: Asked) -> HelpRequest:
    made = new_id()
    person = {"who": asked.who, "reach": asked.reach, "words": asked.words}
    return HelpRequest(
        id=made,
        door=door,
        receipt=receipts.receipt_of(code),
        asked_on=today(),
        person=seal(made, "person", person),
        facts=seal(made, "facts", {"grade": asked.grade, "needs": asked.needs}),
    )
