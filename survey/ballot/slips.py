"""Slips: single-use codes, shown once when they are printed; only their fingerprint is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

from flask import current_app
from sqlalchemy import delete, func, select

from survey import db
from survey.ballot.store import Slip
from survey.keys import read_key

# Letters and digits that no one mistakes for another, in print or by hand.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
RANDOM_CHARACTERS = 11
CODE_LENGTH = RANDOM_CHARACTERS + 1  # the last one checks the others
# Besides spaces and dashes, marks that a keyboard or a chat puts around a text and nobody sees.
SEPARATORS = re.compile(r"[\s\-‐-―·\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def issue(group_id: str, count: int) -> list[str]:
    """New codes of a group, as they are printed. They cannot be shown again.

    Together with those that are used there are never more than `count`: slips printed earlier and not used end here.
    """
    session = db.session("ballots")
    session.execute(delete(Slip).where(Slip.group_id == group_id, Slip.receipt_hash.is_(None)))
    used = session.scalar(select(func.count()).where(Slip.group_id == group_id)) or 0
    codes = [_new_code() for _ in range(max(0, count - used))]
    session.add_all(Slip(code_hash=fingerprint(code), group_id=group_id) for code in codes)
    session.commit()
    return [printed(code) for code in codes]


def normalise(typed: str) -> str | None:
    """The code a person meant, whatever their case, spaces and dashes; None when it cannot be one."""
    code = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    fits = len(code) == CODE_LENGTH and all(c in ALPHABET for c in code) and _check_letter(code[:-1]) == code[-1]
    return code if fits else None


def printed(code: str) -> str:
    """A code in groups of four, as on the slip."""
    return "-".join(code[n : n + 4] for n in range(0, CODE_LENGTH, 4))


def fingerprint(*words: str) -> bytes:
    """HMAC-SHA256 under this installation's pepper: what is stored in place of a code or receipt."""
    pepper = read_key(current_app.config["SETTINGS"].keys, "pepper")
    return hmac.new(pepper, "\0".join(words).encode(), hashlib.sha256).digest()


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return letters + _check_letter(letters)


def _check_letter(letters: str) -> str:
    """Weighted by position, so that one wrong letter or two exchanged neighbours are noticed."""
    return ALPHABET[sum(n * ALPHABET.index(c) for n, c in enumerate(letters, start=1)) % len(ALPHABET)]
