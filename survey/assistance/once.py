"""Forms that count once: sent again, by a second press or by loading the page anew, they are the same thing.

A form carries a random value, the day on which it was shown and a mark that it is ours. Of what must not come again a
fingerprint is kept, for as long as a form may still bring it: nothing of anybody.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import delete

from survey import db
from survey.assistance.limits import LIMITS
from survey.assistance.sealing import fingerprint
from survey.assistance.store import Spent
from survey.day import today

RANDOM_LENGTH, DAY_LENGTH, MARK_LENGTH = 32, 6, 16  # characters
DRAWN_LENGTH = RANDOM_LENGTH + DAY_LENGTH


def new_form() -> str:
    """What a fresh form carries."""
    drawn = secrets.token_hex(RANDOM_LENGTH // 2) + f"{today().toordinal():0{DAY_LENGTH}x}"
    return drawn + _mark(drawn)


def is_ours(form: str) -> bool:
    """Whether a form that was sent is one that this installation showed, not too long ago."""
    drawn, mark = form[:DRAWN_LENGTH], form[DRAWN_LENGTH:]
    if len(drawn) != DRAWN_LENGTH or not hmac.compare_digest(mark.encode(), _mark(drawn).encode()):
        return False
    return today().toordinal() - int(drawn[RANDOM_LENGTH:], 16) <= LIMITS.form_valid


def spend(kind: str, value: str) -> None:
    """Let this not come again; the caller commits."""
    until = today() + timedelta(days=LIMITS.form_valid)
    db.session("assistance").merge(Spent(mark=_spent(kind, value), until=until))


def is_spent(kind: str, value: str) -> bool:
    """Whether this has been, in the last days."""
    return db.session("assistance").get(Spent, _spent(kind, value)) is not None


def forget_old() -> None:
    """Forget what no form can bring any more. Commits."""
    db.session("assistance").execute(delete(Spent).where(Spent.until < today()))
    db.session("assistance").commit()


def _spent(kind: str, value: str) -> bytes:
    return fingerprint("spent", kind, value)


def _mark(drawn: str) -> str:
    return fingerprint("form", drawn).hex()[:MARK_LENGTH]
