"""Casting: the last button. One transaction burns the slip and stores the sealed ballot, or does nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey import db
from survey.ballot.seal_key import public_key
from survey.ballot.sealing import seal
from survey.ballot.slips import fingerprint
from survey.ballot.store import Ballot, Group, OpenReceipt, Slip, takes_answers
from survey.db import new_id
from survey.questionnaire.model import Answers


@dataclass(frozen=True, slots=True)
class Entry:
    """By which door somebody came in. `ack` is random and made when they began; it tells a resend from a second use."""

    group_id: str
    ack: str
    code: str | None  # None: the group's open link


def cast(entry: Entry, answers: Answers, comment: str | None) -> bool:
    """Store one sealed ballot. True when it is stored, or was already by this same ack; False when it may not be."""
    session = db.session("ballots")
    group = session.get(Group, entry.group_id)
    if group is None:
        return False
    admitted = _burn(session, group, entry)
    if admitted:
        session.add(Ballot(group_id=group.id, sealed=seal(_payload(answers, comment), public_key())))
        session.commit()
        return True
    session.rollback()
    return _was_cast(session, entry)


def _payload(answers: Answers, comment: str | None) -> bytes:
    """What the mixer finds. The rows' ids are drawn here: they make a mixing repeatable and join nothing."""
    said = {"answers": dict(answers), "answer_id": new_id(), "comment": comment, "comment_id": new_id()}
    return json.dumps(said, ensure_ascii=False).encode()


def _burn(session: Session, group: Group, entry: Entry) -> bool:
    return _burn_slip(session, group, entry) if group.entry == "slips" else _take_place(session, group, entry)


def _burn_slip(session: Session, group: Group, entry: Entry) -> bool:
    """One conditional update: of many at once, one finds the slip unused."""
    if entry.code is None or not group.takes_answers:
        return False
    mine = (Slip.code_hash == fingerprint(entry.code), Slip.group_id == group.id, Slip.receipt_hash.is_(None))
    burnt = session.execute(update(Slip).where(*mine).values(receipt_hash=_receipt(entry)))
    return bool(burnt.rowcount == 1)  # type: ignore[attr-defined]


def _take_place(session: Session, group: Group, entry: Entry) -> bool:
    """One conditional insert, while there is room; the receipt's own key refuses a second one."""
    # Where many write at once, two could find the last place free.
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    taken = select(func.count()).where(OpenReceipt.group_id == group.id).scalar_subquery()
    room = select(literal(_receipt(entry)), literal(group.id)).where(
        taken < group.enrolled, select(takes_answers()).where(Group.id == group.id).scalar_subquery()
    )
    try:
        taking = insert(OpenReceipt).from_select(["receipt_hash", "group_id"], room)
        placed = session.execute(taking, execution_options={"preserve_rowcount": True})
    except IntegrityError:
        return False
    return bool(placed.rowcount == 1)  # type: ignore[attr-defined]


def _was_cast(session: Session, entry: Entry) -> bool:
    receipt = _receipt(entry)
    if entry.code is None:
        return session.get(OpenReceipt, receipt) is not None
    slip = session.get(Slip, fingerprint(entry.code))
    return slip is not None and slip.receipt_hash == receipt


def _receipt(entry: Entry) -> bytes:
    return fingerprint(entry.code or entry.group_id, entry.ack)
