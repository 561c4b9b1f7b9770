"""Slips: single-use codes, shown once when they are printed; only their fingerprint is kept."""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from survey import db, typed_code
from survey.ballot.schools import school_of
from survey.ballot.store import Group, Slip
from survey.day import today
from survey.keyring import pages_keys
from survey.typed_code import printed as printed

CODE_LENGTH = 12
PEOPLE_A_SPARE = 10  # for every ten people, or part of ten, a slip more, for those that are lost


def issue(group_id: str, count: int) -> list[str]:
    """So many new codes of a group, as they are printed. They cannot be shown again.

    Slips printed earlier and not used end here. However many were used, as many are printed: their number would tell
    staff how many have answered, at any time they like. What holds the number of answers down is casting, which takes
    no more of a group than `with_spares`, however often its slips were printed.
    """
    session = db.session("ballots")
    pages_keys.mark_within(session)
    mine = {"school_id": school_of(group_id), "group_id": group_id}
    # The group before its slips, as whoever closes a round takes them: each could wait for what the other holds.
    noted = {"prints": Group.prints + 1, "printed_on": today()}
    session.execute(update(Group).where(Group.id == group_id).values(noted))
    session.execute(delete(Slip).filter_by(**mine).where(Slip.receipt_hash.is_(None)))
    codes = _new_codes(session, count)
    if codes:  # as rows, for which no objects are made: a district prints tens of thousands
        session.execute(insert(Slip), [{"code_hash": code_hash, **mine} for code_hash in codes])
    session.commit()
    return [printed(code) for code in codes.values()]


def _new_codes(session: Session, count: int) -> dict[bytes, str]:
    """So many codes that no slip has, by fingerprint: in a divided store no key would refuse another school's."""
    found: dict[bytes, str] = {}
    while len(found) < count:
        drawn = [typed_code.new_code(CODE_LENGTH) for _ in range(count - len(found))]
        codes = {fingerprint(code): code for code in drawn}
        taken = set(session.scalars(select(Slip.code_hash).where(Slip.code_hash.in_(list(codes)))))
        found |= {code_hash: code for code_hash, code in codes.items() if code_hash not in taken}
    return found


def with_spares(people: Any) -> Any:
    """How many slips so many people get, and the most answers of a group with slips; a number, or a column of them."""
    return people + (people + PEOPLE_A_SPARE - 1) // PEOPLE_A_SPARE


def normalise(typed: str) -> str | None:
    """The code a person meant, whatever their case, spaces and dashes; None when it cannot be one."""
    return typed_code.normalise(typed, CODE_LENGTH)


def fingerprint(*words: str) -> bytes:
    """HMAC-SHA256 under this installation's pepper: what is stored in place of a code or receipt. Raises OtherKeys."""
    begun = _under(pages_keys.pepper()).copy()
    begun.update("\0".join(words).encode())
    return begun.digest()


@lru_cache(maxsize=1)
def _under(pepper: bytes) -> hmac.HMAC:
    """Begun once: OpenSSL takes longer to find its HMAC than to work one out."""
    return hmac.new(pepper, digestmod="sha256")
