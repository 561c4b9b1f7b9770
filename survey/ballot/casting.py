"""Casting: the last button. One transaction burns the slip and stores the sealed ballot, or does nothing.

The statements go to the driver as they are: this is what an evening's load is made of. The first of them tells the key
to seal with too; seal_key.py says why that key stays until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import String, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from survey import db, direct
from survey.ballot.schools import school_of
from survey.ballot.seal_key import PUBLISHED, published
from survey.ballot.sealing import seal
from survey.ballot.slips import fingerprint, with_spares
from survey.ballot.store import Ballot, Group, OpenReceipt, Slip, takes_answers
from survey.day import today
from survey.db import new_id
from survey.questionnaire.model import Answers


@dataclass(frozen=True, slots=True)
class Entry:
    """By which door somebody came in. `ack` is random and made when they began; it tells a resend from a second use."""

    group_id: str
    ack: str
    code: str | None  # None: the group's open link


def _takes_answers(entry: str) -> Any:
    """The group is open to this kind of entry, and its last day not over."""
    return and_(Group.id == bindparam("group"), Group.entry == entry, takes_answers(bindparam("day")))


def _has_room() -> Any:
    """Slips that were printed once are no more than may be used; where they were printed again, those used count."""
    mine = Slip.school_id == bindparam("school"), Slip.group_id == bindparam("group")
    used = select(func.count()).where(*mine, Slip.receipt_hash.is_not(None))
    return or_(Group.prints <= 1, used.scalar_subquery() < with_spares(Group.enrolled))


# One conditional update: of many at once, one finds the slip unused.
BURN = (
    update(Slip)
    .where(
        Slip.code_hash == bindparam("code"),
        Slip.school_id == bindparam("school"),
        Slip.group_id == bindparam("group"),
        Slip.receipt_hash.is_(None),
        exists().where(_takes_answers("slips"), _has_room()),
    )
    .values(receipt_hash=bindparam("receipt"))
    .returning(PUBLISHED.scalar_subquery())
)
# One conditional insert, while there is room. The receipt's own key refuses a second one, and not as an error: in its
# log PostgreSQL would tell when, and the receipt.
TAKE_PLACE = {
    is_file: insert_of(OpenReceipt)
    .from_select(
        ["receipt_hash", "school_id", "group_id"],
        select(bindparam("receipt"), bindparam("school", type_=String), Group.id).where(
            _takes_answers("open_link"),
            select(func.count())
            .where(OpenReceipt.school_id == bindparam("school"), OpenReceipt.group_id == bindparam("group"))
            .scalar_subquery()
            < Group.enrolled,
        ),
    )
    .on_conflict_do_nothing()
    .returning(PUBLISHED.scalar_subquery())
    for is_file, insert_of in ((True, sqlite.insert), (False, postgresql.insert))
}
# Where many write at once, two could find the last place free. The group's key stays free: others refer to it.
LOCK_GROUP = select(Group.id).where(Group.id == bindparam("group")).with_for_update(key_share=True)
STORE = insert(Ballot)
RECEIPT_OF_SLIP = select(Slip.receipt_hash).where(
    Slip.code_hash == bindparam("code"), Slip.school_id == bindparam("school")
)
RECEIPT_OF_LINK = select(OpenReceipt.receipt_hash).where(
    OpenReceipt.receipt_hash == bindparam("receipt"), OpenReceipt.school_id == bindparam("school")
)


def cast(entry: Entry, answers: Answers, remarks: Sequence[str] = ()) -> bool:
    """Store one sealed ballot. True when it is stored, or was already by this same ack; False when it may not be.

    Raises NoSealKey before the mixer's first start.
    """
    of_group = {"school_id": school_of(entry.group_id), "group_id": entry.group_id}
    with direct.writing("ballots") as writer:
        if burnt := _burn(writer, entry):
            sealed = seal(_payload(answers, remarks), published(burnt))
            writer.send(STORE, {"id": new_id(), **of_group, "sealed": sealed})
            writer.commit()
            return True
    return _kept_receipt(entry) == _receipt(entry)


def was_used(entry: Entry) -> bool:
    """Whether an answer came in by this slip, or by this beginning of the open link."""
    return _kept_receipt(entry) is not None


def _payload(answers: Answers, remarks: Sequence[str]) -> bytes:
    """What the mixer finds. The rows' ids are drawn here: they make a mixing repeatable and join nothing."""
    free = [{"id": new_id(), "words": words} for words in remarks]
    said = {"id": new_id(), "answers": dict(answers), "remarks": free}
    return msgspec.json.encode(said)


def _burn(writer: direct.Writer, entry: Entry) -> Sequence[Any] | None:
    """Use the slip, or take a place of the open link; a row with the key to seal with, or None when that may not be."""
    school = school_of(entry.group_id)
    values = {"group": entry.group_id, "school": school, "receipt": _receipt(entry), "day": today()}
    if entry.code is not None:
        return writer.send(BURN, values | {"code": fingerprint(entry.code)})
    if not writer.is_file:  # whose writers come one by one anyway
        writer.send(LOCK_GROUP, values)
    return writer.send(TAKE_PLACE[writer.is_file], values)


def _kept_receipt(entry: Entry) -> bytes | None:
    """What is stored of an answer by this slip, or by this beginning of the open link; None when there is none."""
    school = school_of(entry.group_id)
    with db.reading("ballots") as connection:
        if entry.code is None:
            asked = connection.execute(RECEIPT_OF_LINK, {"receipt": _receipt(entry), "school": school})
        else:
            asked = connection.execute(RECEIPT_OF_SLIP, {"code": fingerprint(entry.code), "school": school})
        found: bytes | None = asked.scalar()
    return found


def _receipt(entry: Entry) -> bytes:
    return fingerprint(entry.code or entry.group_id, entry.ack)
