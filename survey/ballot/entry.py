"""Who may come in: a slip's code that is unused, or an open link that is not full. Looking burns nothing."""

from __future__ import annotations

from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select

from survey import db
from survey.ballot.schools import school_of
from survey.ballot.slips import fingerprint, with_spares
from survey.ballot.store import Group, OpenReceipt, Slip, takes_answers

SECONDS_REMEMBERED = 20
GROUPS_REMEMBERED = 10_000


def may_come_in(entry: str, school: Any, group: Any, day: Any = None) -> ColumnElement[bool]:
    """For a query: a group takes answers by this kind of entry, and one more. Values, or parameters told later."""
    has_room = _slips_have_room if entry == "slips" else _link_has_room
    return and_(Group.id == group, Group.entry == entry, takes_answers(day), has_room(school, group))


def _slips_have_room(school: Any, group: Any) -> ColumnElement[bool]:
    """Slips that were printed once are no more than may be used; where they were printed again, those used count."""
    used = select(func.count()).where(Slip.school_id == school, Slip.group_id == group, Slip.receipt_hash.is_not(None))
    return or_(Group.prints <= 1, used.scalar_subquery() < with_spares(Group.enrolled))


def _link_has_room(school: Any, group: Any) -> ColumnElement[bool]:
    came = select(func.count()).where(OpenReceipt.school_id == school, OpenReceipt.group_id == group)
    return came.scalar_subquery() < Group.enrolled


def _admitting(entry: str, school: str, group: str) -> Group | None:
    with db.turn("ballots"):  # where a file is read while somebody writes it, SQLite naps
        return db.session("ballots").scalars(select(Group).where(may_come_in(entry, school, group))).first()


def group_of_code(code: str) -> Group | None:
    """The group a normalised code admits to; None when it was never issued, is used, or the campaign is closed."""
    slip = _slip(code)
    if slip is None or slip.receipt_hash is not None:
        return None
    return _admitting("slips", slip.school_id, slip.group_id)


def _slip(code: str) -> Slip | None:
    """Of a code alone nobody knows the school: this is the one question that goes to all parts of a divided store."""
    return db.session("ballots").scalars(select(Slip).where(Slip.code_hash == fingerprint(code))).first()


def was_issued(code: str) -> bool:
    """Whether a normalised code stands on a slip, used or not."""
    return _slip(code) is not None


def shut_group_of_code(code: str) -> Group | None:
    """The group of a normalised code whose school was closed, or whose first day is still to come.

    That is the same for everybody in it: whoever holds a slip is told, whether the slip was used or not.
    """
    slip = _slip(code)
    return shut_group(slip.group_id) if slip else None


def shut_group(group_id: str) -> Group | None:
    """The same of a group itself."""
    group = db.session("ballots").get(Group, group_id)
    is_shut = group is not None and (group.school_closed or not group.has_begun)
    return group if is_shut else None


def group_of_link(link_id: str) -> Group | None:
    """The group of an open link; None when there is none such, it is closed, or everybody asked has answered."""
    return _admitting("open_link", school_of(link_id), link_id)


def ended_group_of_link(link_id: str) -> Group | None:
    """The group of an open link that takes no answers today; None for any other link."""
    group = db.session("ballots").get(Group, link_id)
    return group if group is not None and group.entry == "open_link" and not group.takes_answers else None


def still_takes_answers(group_id: str) -> bool:
    """Whether a group takes answers; as it was at most SECONDS_REMEMBERED ago. Sending is what decides."""
    remembered: dict[str, tuple[float, bool]] = current_app.extensions.setdefault("open_groups", {})
    when, is_open = remembered.get(group_id, (0.0, False))
    if not when or monotonic() - when > SECONDS_REMEMBERED:
        if len(remembered) >= GROUPS_REMEMBERED:
            remembered.clear()
        with db.reading("ballots") as connection:
            is_open = (
                connection.execute(select(Group.id).where(Group.id == group_id, takes_answers())).scalar() is not None
            )
        remembered[group_id] = monotonic(), is_open
    return is_open
