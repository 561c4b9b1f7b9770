"""The mixer's pair of keys: the private one in the mixer's own folder, the public one in the ballots store.

Whoever serves pages reads the public key from the store and needs nothing of the mixer's folder, so that both can run
as users of their own (docs/operations.md). When a round is over and its last ballot is opened, the pair is thrown away
and a new one made: a key that leaks later opens no copy that somebody kept of the ballots.

A mixer whose folder lacks the private half of what is published changes nothing: it may be a second one, on another
machine, and what is sealed to its key the first could never open.

Whoever seals reads the key after the first row they write. Whatever changes the key lets nobody write such rows, and
waits for those who have begun: so no ballot is sealed to a key that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from nacl.public import PrivateKey
from sqlalchemy import Connection, or_, select, text
from sqlalchemy.orm import Session

from survey import db, whole_file
from survey.ballot.clock import latest_day
from survey.ballot.store import Ballot, Group, OpenReceipt, SealKey, Slip, takes_answers
from survey.calling import OF_THE_MIXER
from survey.disturbed import NotNow
from survey.keyring.keys import KEY_BYTES, OWNERS_FOLDER
from survey.stores import store_address
from survey.within_reach import exists

FILE = "ballot_private"
NEXT_FILE = "ballot_private_next"
PUBLISHED = select(SealKey.public).where(SealKey.id == 1)
HOLD_UP_SENDERS = text(f"lock table {Slip.__tablename__}, {OpenReceipt.__tablename__} in share mode")


class OtherKey(click.ClickException):
    """The key that is published is another mixer's: where, what was found, and what would do."""


class NoSealKey(NotNow):
    """No mixer has published its key yet: nothing can be sealed."""


def private_key(folder: Path, *, in_place_of_another: bool = False) -> bytes:
    """The private key in the mixer's folder, whose public half is published.

    Where no mixer has published one, this one's is, and is made when it is missing. Raises OtherKey where another's is
    published, and changes nothing; with `in_place_of_another` only while ballots wait.
    """
    public = _public()
    _finish_renewal(folder, public)
    if public not in _public_halves(folder):
        _publish(folder, in_place_of_another)
    return (folder / FILE).read_bytes()


def amiss(folder: Path) -> Iterator[str]:
    """That the key which is published does not lie in this folder, which the caller may read."""
    public = _public()
    if public is not None and public not in _public_halves(folder):
        with db.reading("ballots") as connection:
            yield _refusal(folder, some_wait=_some_wait(connection))


def public_key(connection: Connection) -> bytes:
    """The key to seal with. Raises NoSealKey before the mixer's first start."""
    return published(connection.execute(PUBLISHED).first())


def published(row: Sequence[Any] | None) -> bytes:
    """The key in the row of a statement that tells it. Raises NoSealKey before the mixer's first start."""
    found: bytes | None = row[0] if row else None
    if found is None:
        raise NoSealKey(
            f"The mixer has not started yet. On a server: {OF_THE_MIXER}; elsewhere: flask --app survey mix"
        )
    return found


def renew(folder: Path) -> bool:
    """Throw a used pair away and make a new one, where nobody can seal with it now. Whether it was done."""
    session = db.session("ballots")
    known = session.get(SealKey, 1)
    if known is None or not known.used or is_needed(session):
        session.rollback()
        return False
    session.rollback()
    hold_up_senders(session)
    if is_needed(session):
        session.rollback()
        return False
    whole_file.make(folder / NEXT_FILE, bytes(PrivateKey.generate()))
    known.public, known.used = _public_half(folder / NEXT_FILE), False
    session.commit()
    _finish_renewal(folder, _public())
    return True


def hold_up_senders(session: Session) -> None:
    """Until this transaction ends nobody begins to send; when this returns, whoever had begun is through.

    Whoever also takes rows of groups takes those before.
    """
    if session.get_bind().dialect.name != "sqlite":  # where any transaction on this store keeps other writers out
        session.execute(HOLD_UP_SENDERS)


def is_needed(store: Session | Connection) -> bool:
    """Whether a ballot waits, or may still come."""
    day = takes_answers(), takes_answers(latest_day())
    may_come = store.scalars(select(Group.id).where(or_(*day)).limit(1)).first()
    return _some_wait(store) or may_come is not None


def _some_wait(store: Session | Connection) -> bool:
    return store.scalars(select(Ballot.id).limit(1)).first() is not None


def _finish_renewal(folder: Path, public: bytes | None) -> None:
    """Where a renewal was cut off: the next key counts as soon as its public half is published, and not before.

    Where neither's is, both stay: this may be the wrong store.
    """
    found = _public_halves(folder).get(public) if public else None
    if found == folder / NEXT_FILE:
        found.replace(folder / FILE)
    elif found:
        (folder / NEXT_FILE).unlink(missing_ok=True)


def _publish(folder: Path, in_place_of_another: bool) -> None:
    session = db.session("ballots")
    session.rollback()
    if in_place_of_another:  # where none is published nobody seals
        hold_up_senders(session)
    is_published = session.get(SealKey, 1) is not None
    some_wait = _some_wait(session)
    if is_published and (some_wait or not in_place_of_another):
        session.rollback()
        raise OtherKey(_refusal(folder, some_wait=some_wait))
    session.merge(SealKey(id=1, public=_public_half(_made(folder)), used=False))
    session.commit()


def _made(folder: Path) -> Path:
    """The mixer's own key, made when it is missing."""
    path = folder / FILE
    if not exists(path):
        folder.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
        whole_file.make(path, bytes(PrivateKey.generate()))
    return path


def _refusal(folder: Path, *, some_wait: bool) -> str:
    path = folder / FILE
    waiting = " Ballots wait that were sealed to it; without it they cannot be opened." if some_wait else ""
    return (
        f"The ballots store, {store_address.told(db.engine('ballots').url)}, has the public key of another mixer; "
        f"{path} is {'not its private half' if exists(path) else 'not there'}.{waiting} Where another machine mixes, "
        f"leave it to that one. Else start this one with the folder that holds that key (JIANFU_MIXER_KEYS, file {FILE}"
        "); if it is lost for good, and no ballot waits any more, publish another (mix --new-key), as «If the mixer's "
        "key is lost» in docs/operations.md says"
    )


def _public() -> bytes | None:
    """The key that is published, if one is."""
    with db.reading("ballots") as connection:
        return connection.execute(PUBLISHED).scalar()


def _public_halves(folder: Path) -> dict[bytes, Path]:
    """Of the keys that lie in the mixer's folder: the one that counts, and the next."""
    there = [path for name in (NEXT_FILE, FILE) if exists(path := folder / name)]
    return {_public_half(path): path for path in there if path.stat().st_size == KEY_BYTES}


def _public_half(path: Path) -> bytes:
    return bytes(PrivateKey(path.read_bytes()).public_key)
