"""A family's side: asking, looking the request up, withdrawing it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey import db
from survey.assistance import receipts
from survey.assistance.sealing import seal
from survey.assistance.store import DONE, HelpRequest, today
from survey.db import new_id

FEWEST_TAKEN = 50  # open requests that even the smallest school takes: a house rule


class DoorFull(ValueError):
    """More open requests than the school has pupils: a flood, or a need that a list cannot hold."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a family writes."""

    who: str
    reach: str  # how to reach them
    grade: int
    needs: tuple[str, ...]  # of help_words.NEED_LABELS
    words: str


def ask(door: str, form: str, asked: Asked, pupils: int) -> str:
    """Store a request; its receipt code. A form that is sent again changes nothing and has the same code. Commits.

    Raises DoorFull.
    """
    code = receipts.code_of(form)
    store = db.begin_writing("assistance")
    if of_code(code) is None:
        if _open_at(door) >= max(pupils, FEWEST_TAKEN):
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
    still_open = (HelpRequest.door == door, HelpRequest.state != DONE)
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
