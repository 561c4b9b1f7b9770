"""The mixer's pair of keys: the private one in the mixer's own folder, the public one in the ballots store.

Whoever serves pages reads the public key from the store and needs nothing of the mixer's folder, so that both can run
as users of their own (docs/operations.md). When a round is over and its last ballot is opened, the pair is thrown away
and a new one made: a key that leaks later opens no copy that somebody kept of the ballots.

Whoever seals reads the key after the first row they write. Whatever changes the key lets nobody write such rows, and
waits for those who have begun: so no ballot is sealed to a key that is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from sqlalchemy import Connection, or_, select, text
from sqlalchemy.orm import Session

from survey import db
from survey.ballot.clock import latest_day
from survey.ballot.store import Ballot, Group, OpenReceipt, SealKey, Slip, takes_answers
from survey.disturbed import NotNow
from survey.keys import OWNERS_FOLDER, write_key

FILE = "ballot_private"
NEXT_FILE = "ballot_private_next"
PUBLISHED = select(SealKey.public).where(SealKey.id == 1)
HOLD_UP_SENDERS = text(f"lock table {Slip.__tablename__}, {OpenReceipt.__tablename__} in share mode")


class OtherKey(RuntimeError):
    """Ballots wait that were sealed to another mixer's key."""


class NoSealKey(NotNow):
    """No mixer has published its key yet: nothing can be sealed."""


def private_key(folder: Path) -> bytes:
    """The private key in the mixer's folder, made there when it is missing; its public half is published.

    Raises OtherKey while ballots wait that this key cannot open.
    """
    path = folder / FILE
    _finish_renewal(folder)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
        write_key(path, bytes(PrivateKey.generate()))
    private = path.read_bytes()
    _publish(_public_half(path))
    return private


def public_key(connection: Connection) -> bytes:
    """The key to seal with. Raises NoSealKey before the mixer's first start."""
    return published(connection.execute(PUBLISHED).first())


def published(row: Sequence[Any] | None) -> bytes:
    """The key in the row of a statement that tells it. Raises NoSealKey before the mixer's first start."""
    found: bytes | None = row[0] if row else None
    if found is None:
        raise NoSealKey("The mixer has not started yet: flask --app survey mix")
    return found


def renew(folder: Path) -> bool:
    """Throw a used pair away and make a new one, where nobody can seal with it now. Whether it was done."""
    session = db.session("ballots")
    known = session.get(SealKey, 1)
    if known is None or not known.used or _is_needed(session):
        session.rollback()
        return False
    session.rollback()
    hold_up_senders(session)
    if _is_needed(session):
        session.rollback()
        return False
    write_key(folder / NEXT_FILE, bytes(PrivateKey.generate()))
    known.public, known.used = _public_half(folder / NEXT_FILE), False
    session.commit()
    _finish_renewal(folder)
    return True


def hold_up_senders(session: Session) -> None:
    """Until this transaction ends nobody begins to send; when this returns, whoever had begun is through.

    Whoever also takes rows of groups takes those before.
    """
    if session.get_bind().dialect.name != "sqlite":  # where any transaction on this store keeps other writers out
        session.execute(HOLD_UP_SENDERS)


def _is_needed(session: Session) -> bool:
    """Whether a ballot waits, or may still come."""
    day = takes_answers(), takes_answers(latest_day())
    may_come = session.scalars(select(Group.id).where(or_(*day)).limit(1)).first()
    return _some_wait(session) or may_come is not None


def _some_wait(session: Session) -> bool:
    return session.scalars(select(Ballot.id).limit(1)).first() is not None


def _finish_renewal(folder: Path) -> None:
    """Where a renewal was cut off: the next key counts as soon as its public half is published, and not before."""
    following = folder / NEXT_FILE
    if not following.exists():
        return
    session = db.session("ballots")
    known = session.get(SealKey, 1)
    session.rollback()
    if known and known.public == _public_half(following):
        following.replace(folder / FILE)
    else:
        following.unlink()


def _publish(public: bytes) -> None:
    session = db.session("ballots")
    known = session.get(SealKey, 1)
    if known and known.public == public:
        session.rollback()
        return
    session.rollback()
    hold_up_senders(session)
    if known and _some_wait(session):
        session.rollback()
        raise OtherKey(
            "Ballots wait that were sealed to another key. Start the mixer with the folder that holds that key "
            f"(JIANFU_MIXER_KEYS, file {FILE}); without it they cannot be opened."
        )
    session.merge(SealKey(id=1, public=public, used=False))
    session.commit()


def _public_half(path: Path) -> bytes:
    return bytes(PrivateKey(path.read_bytes()).public_key)
