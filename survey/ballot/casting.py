"""Casting: the last button. One transaction burns the slip and stores the sealed ballot, or does nothing.

The statements go to the driver as they are: this is what an evening's load is made of. The first of them tells the key
to seal with too; seal_key.py says why that key stays until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

from survey.ballot.content import sealed
from survey.ballot.entry import GROUP, SCHOOL, may_come_in
from survey.ballot.schools import school_of
from survey.ballot.seal_key import PUBLISHED, published
from survey.ballot.slips import fingerprint
from survey.ballot.store import Ballot, Group, OpenReceipt, Slip
from survey.day import today
from survey.db import new_id
from survey.questionnaire.model import Answers
from survey.stores import direct
from survey.stores.prepared_statement import Values


@dataclass(frozen=True, slots=True)
class Entry:
    """By which door somebody came in. `ack` is random and made when they began; it tells a resend from a second use."""

    group_id: str
    ack: str
    code: str | None  # None: the group's open link


def _burning(*further: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """One conditional update: of many at once, one finds the slip unused."""
    mine = Slip.school_id == SCHOOL, Slip.group_id == GROUP
    unused = Slip.code_hash == bindparam("code"), Slip.receipt_hash.is_(None)
    burning = update(Slip).where(*unused, *mine, exists().where(may_come_in("slips"), *further))
    return burning.values(receipt_hash=bindparam("receipt")).returning(PUBLISHED.scalar_subquery())


BURN = _burning()
# Where slips were printed once there is room for each: nobody need wait for anybody.
BURN_OF_FIRST_PRINT = _burning(Group.prints <= 1)
# One conditional insert, while there is room. The receipt's own key refuses a second one, and not as an error: in its
# log PostgreSQL would tell when, and the receipt.
TAKE_PLACE = {
    is_file: insert_of(OpenReceipt)
    .from_select(
        ["receipt_hash", "school_id", "group_id"],
        select(bindparam("receipt"), SCHOOL, Group.id).where(may_come_in("open_link")),
    )
    .on_conflict_do_nothing()
    .returning(PUBLISHED.scalar_subquery())
    for is_file, insert_of in ((True, sqlite.insert), (False, postgresql.insert))
}
# Where many write at once, two could find the last place free, of a link or of slips that were printed again. The
# group's key stays free: others refer to it.
LOCK_GROUP = select(Group.id).where(Group.id == GROUP).with_for_update(key_share=True)
STORE = insert(Ballot).values({name: bindparam(name) for name in ("id", "school_id", "group_id", "sealed")})
RECEIPT_OF_SLIP = select(Slip.receipt_hash).where(Slip.code_hash == bindparam("code"), Slip.school_id == SCHOOL)
RECEIPT_OF_LINK = select(OpenReceipt.receipt_hash).where(
    OpenReceipt.receipt_hash == bindparam("receipt"), OpenReceipt.school_id == SCHOOL
)


def cast(entry: Entry, answers: Answers, remarks: Sequence[str] = ()) -> bool:
    """Store one sealed ballot. True when it is stored, or was already by this same ack; False when it may not be.

    Raises NoSealKey before the mixer's first start.
    """
    school, receipt = school_of(entry.group_id), _receipt(entry)
    values = {"group": entry.group_id, "school": school, "receipt": receipt, "day": today()}
    if entry.code is not None:
        values["code"] = fingerprint(entry.code)
    ballot = {"id": new_id(), "school_id": school, "group_id": entry.group_id}

    def store(within: direct.Statements) -> bool:
        burnt = _burn(within, values, is_slip=entry.code is not None)
        if burnt is None:
            return False
        within.add(STORE, {**ballot, "sealed": sealed(answers, remarks, published(burnt))})
        return True

    return direct.write("ballots", store) or _kept_receipt(entry) == receipt


def was_used(entry: Entry) -> bool:
    """Whether an answer came in by this slip, or by this beginning of the open link."""
    return _kept_receipt(entry) is not None


def _burn(within: direct.Statements, values: Values, *, is_slip: bool) -> Sequence[Any] | None:
    """Use the slip, or take a place of the open link; a row with the key to seal with, or None when that may not be."""
    take: Executable = BURN if is_slip else TAKE_PLACE[within.is_file]
    if within.is_file:  # whose writers come one by one anyway
        return within.send(take, values)
    if is_slip:
        if burnt := within.send(BURN_OF_FIRST_PRINT, values):
            return burnt
        within.let_go()  # the group comes before its slips, as whoever closes a round takes them
    within.add(LOCK_GROUP, values)
    return within.send(take, values)


def _kept_receipt(entry: Entry) -> bytes | None:
    """What is stored of an answer by this slip, or by this beginning of the open link; None when there is none."""
    school = school_of(entry.group_id)
    if entry.code is None:
        found = direct.read("ballots", RECEIPT_OF_LINK, {"receipt": _receipt(entry), "school": school})
    else:
        found = direct.read("ballots", RECEIPT_OF_SLIP, {"code": fingerprint(entry.code), "school": school})
    return found[0] if found else None


def _receipt(entry: Entry) -> bytes:
    return fingerprint(entry.code or entry.group_id, entry.ack)
