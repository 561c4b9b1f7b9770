"""Who may come in: a slip's code that is unused, or an open link that is not full. Looking burns nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Date, Executable, String, and_, bindparam, func, or_, select

from survey import db
from survey.ballot.schools import school_of
from survey.ballot.slips import fingerprint, with_spares
from survey.ballot.store import Group, OpenReceipt, Slip, takes_answers
from survey.day import today
from survey.db import BallotsBase
from survey.stores import direct
from survey.stores.prepared_statement import Row

SECONDS_REMEMBERED = 20
GROUPS_REMEMBERED = 10_000


SCHOOL, GROUP = bindparam("school", type_=String), bindparam("group", type_=String)
DAY = bindparam("day", type_=Date)


def may_come_in(entry: str) -> ColumnElement[bool]:
    """For a query that is told SCHOOL, GROUP and DAY: the group takes answers by this entry, and one more."""
    has_room = _slips_have_room() if entry == "slips" else _link_has_room()
    return and_(Group.id == GROUP, Group.entry == entry, takes_answers(DAY), has_room)


def _slips_have_room() -> ColumnElement[bool]:
    """Slips that were printed once are no more than may be used; where they were printed again, those used count."""
    used = select(func.count()).where(Slip.school_id == SCHOOL, Slip.group_id == GROUP, Slip.receipt_hash.is_not(None))
    return or_(Group.prints <= 1, used.scalar_subquery() < with_spares(Group.enrolled))


def _link_has_room() -> ColumnElement[bool]:
    came = select(func.count()).where(OpenReceipt.school_id == SCHOOL, OpenReceipt.group_id == GROUP)
    return came.scalar_subquery() < Group.enrolled


@dataclass(frozen=True, slots=True)
class Invited:
    """A group that somebody may come in to, as the first pages have it."""

    id: str
    school_name: str
    bureau_name: str
    questionnaire: str
    asks: str | None
    grade: int | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class _Issued:
    """A slip."""

    school_id: str
    group_id: str
    receipt_hash: bytes | None  # once it is used


def _columns(table: type[BallotsBase], kind: type[Any]) -> list[Any]:
    return [getattr(table, field.name) for field in fields(kind)]


ADMITTING = {e: select(*_columns(Group, Invited)).where(may_come_in(e)) for e in ("slips", "open_link")}
# Of a code alone nobody knows the school: this is the one question that goes to all parts of a divided store.
SLIP = select(*_columns(Slip, _Issued)).where(Slip.code_hash == bindparam("code"))
STILL_OPEN = select(Group.id).where(Group.id == GROUP, takes_answers(DAY))


def _found(statement: Executable, **told: Any) -> Row | None:
    with db.turn("ballots"):  # where a file is read while somebody writes it, SQLite naps
        return direct.read("ballots", statement, told)


def _admitting(entry: str, school: str, group: str) -> Invited | None:
    row = _found(ADMITTING[entry], school=school, group=group, day=today())
    return Invited(*row) if row else None


def group_of_code(code: str) -> Invited | None:
    """The group a normalised code admits to; None when it was never issued, is used, or the campaign is closed."""
    slip = _slip(code)
    return _admitting("slips", slip.school_id, slip.group_id) if slip and slip.receipt_hash is None else None


def _slip(code: str) -> _Issued | None:
    row = _found(SLIP, code=fingerprint(code))
    return _Issued(*row) if row else None


def was_issued(code: str) -> bool:
    """Whether a normalised code stands on a slip, used or not."""
    return _slip(code) is not None


def shut_group_of_code(code: str) -> Group | None:
    """The group of a normalised code that takes no answers today: over, its school closed, or still to begin.

    That is the same for everybody in it: whoever holds a slip is told, whether the slip was used or not. Where slips
    were printed again, those of the first print that were not used are gone; there it would tell who answered.
    """
    slip = _slip(code)
    group = shut_group(slip.group_id) if slip else None
    return group if group and (group.prints <= 1 or not group.has_begun) else None


def shut_group(group_id: str) -> Group | None:
    """A group that takes no answers today, whoever asks: over, its school closed, or still to begin."""
    group = _group(group_id)
    return group if group is not None and not group.takes_answers else None


def group_of_link(link_id: str) -> Invited | None:
    """The group of an open link; None when there is none such, it is closed, or everybody asked has answered."""
    return _admitting("open_link", school_of(link_id), link_id)


def ended_group_of_link(link_id: str) -> Group | None:
    """The group of an open link that takes no answers today; None for any other link."""
    group = shut_group(link_id)
    return group if group and group.entry == "open_link" else None


def _group(group_id: str) -> Group | None:
    db.only_read("ballots")  # what is sent has a transaction of its own
    return db.session("ballots").get(Group, group_id)


def still_takes_answers(group_id: str) -> bool:
    """Whether a group takes answers; as it was at most SECONDS_REMEMBERED ago. Sending is what decides."""
    remembered: dict[str, tuple[float, bool]] = current_app.extensions.setdefault("open_groups", {})
    when, is_open = remembered.get(group_id, (0.0, False))
    if not when or monotonic() - when > SECONDS_REMEMBERED:
        if len(remembered) >= GROUPS_REMEMBERED:
            remembered.clear()
        is_open = _found(STILL_OPEN, group=group_id, day=today()) is not None
        remembered[group_id] = monotonic(), is_open
    return is_open
