"""Slips: single-use codes, shown once when they are printed; only their fingerprint is kept."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from sqlalchemy import delete, func, select

from survey import db, typed_code
from survey.ballot.store import Slip
from survey.keys import read_key
from survey.typed_code import printed as printed

CODE_LENGTH = 12


def issue(group_id: str, count: int) -> list[str]:
    """New codes of a group, as they are printed. They cannot be shown again.

    Together with those that are used there are never more than `count`: slips printed earlier and not used end here.
    """
    session = db.session("ballots")
    session.execute(delete(Slip).where(Slip.group_id == group_id, Slip.receipt_hash.is_(None)))
    used = session.scalar(select(func.count()).where(Slip.group_id == group_id)) or 0
    codes = [typed_code.new_code(CODE_LENGTH) for _ in range(max(0, count - used))]
    session.add_all(Slip(code_hash=fingerprint(code), group_id=group_id) for code in codes)
    session.commit()
    return [printed(code) for code in codes]


def normalise(typed: str) -> str | None:
    """The code a person meant, whatever their case, spaces and dashes; None when it cannot be one."""
    return typed_code.normalise(typed, CODE_LENGTH)


def fingerprint(*words: str) -> bytes:
    """HMAC-SHA256 under this installation's pepper: what is stored in place of a code or receipt."""
    pepper = read_key(current_app.config["SETTINGS"].keys, "pepper")
    return hmac.new(pepper, "\0".join(words).encode(), hashlib.sha256).digest()
