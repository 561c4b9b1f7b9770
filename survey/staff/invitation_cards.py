"""Inviting the principals of all schools that nobody logs in for: a card for each, whose link is shown this once.

A press of the button draws its links from a mark in the form: the same form sent again, by a second press or where the
answer was lost on its way, finds the cards that it made. Of the links only hashes are stored, and of the mark nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, func, select

from survey import db
from survey.db import new_id
from survey.staff.invitations import begin, hash_of, make, usable
from survey.staff.store import Account, Bureau, Invitation, School

MARK_CHARACTERS = len(new_id())


class Overtaken(ValueError):
    """Invitations were made since the page was shown on which somebody asks to end those that are out."""


@dataclass(frozen=True, slots=True)
class Card:
    """A link for the principal of a school."""

    school_id: str
    token: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many schools of a bureau nobody logs in for, closed ones aside."""

    uninvited: int  # no invitation of theirs can be used
    invited: int
    known: str  # a digest of the invitations that are out: whoever ends them says which they knew


def lacking(bureau: Bureau) -> Lacking:
    """What there is to invite."""
    return Lacking(_number(bureau.id, is_invited=False), _number(bureau.id, is_invited=True), _out(bureau.id))


def cards(bureau: Bureau, mark: str, *, anew: bool = False, known: str = "") -> Sequence[Card]:
    """Cards for the schools that nobody logs in for and that have no invitation; the caller commits.

    Args:
        mark: of the press, random; with one that was used before, what is left of the cards that it made.
        anew: for those that have an invitation instead, which ends.
        known: with `anew`, the digest of those that end.

    Raises Overtaken where `known` is not what is out.
    """
    bureau_id = bureau.id
    desk = begin(School.bureau_id == bureau_id)
    tokens = {each: _token(mark, each) for each in desk.scalars(select(School.id).where(School.bureau_id == bureau_id))}
    if (made := _made_before(bureau_id, tokens)) is not None:
        return made
    if anew and known != _out(bureau_id):
        raise Overtaken
    chosen = select(School).where(*_lacks(bureau_id, is_invited=anew))
    return [Card(each.id, tokens[each.id], make(each, tokens[each.id]).last_day) for each in desk.scalars(chosen)]


def _made_before(bureau_id: str, tokens: dict[str, str]) -> Sequence[Card] | None:
    """Of what a press made, what can be used; None where it made nothing yet."""
    made = select(Invitation.school_id, Invitation.token_hash, Invitation.last_day, and_(*usable()).label("is_usable"))
    hashes = {(school_id, hash_of(token)) for school_id, token in tokens.items()}
    rows = db.session("desk").execute(made.where(Invitation.bureau_id == bureau_id))
    mine = [row for row in rows if (row.school_id, row.token_hash) in hashes]
    if not mine:
        return None
    return [Card(row.school_id, tokens[row.school_id], row.last_day) for row in mine if row.is_usable]


def _token(mark: str, school_id: str) -> str:
    key: bytes = current_app.config["SECRET_KEY"]
    drawn = hmac.digest(key, f"invitation\0{mark}\0{school_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def _number(bureau_id: str, *, is_invited: bool) -> int:
    lacking = select(func.count()).select_from(School).where(*_lacks(bureau_id, is_invited=is_invited))
    return db.session("desk").scalars(lacking).one()


def _out(bureau_id: str) -> str:
    out = select(Invitation.token_hash).where(Invitation.bureau_id == bureau_id, *usable())
    return hashlib.sha256("".join(sorted(db.session("desk").scalars(out))).encode()).hexdigest()


def _lacks(bureau_id: str, *, is_invited: bool) -> Sequence[ColumnElement[bool]]:
    logs_in = exists().where(Account.school_id == School.id, ~Account.closed)
    out = exists().where(Invitation.school_id == School.id, *usable())
    return School.bureau_id == bureau_id, School.closed_on.is_(None), ~logs_in, out if is_invited else ~out
