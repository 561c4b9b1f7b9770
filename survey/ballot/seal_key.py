"""The mixer's pair of keys: the private one in the mixer's own folder, the public one in the ballots store.

Whoever serves pages reads the public key from the store and needs nothing of the mixer's folder, so that both can run
as users of their own (docs/operations.md).
"""

from __future__ import annotations

from pathlib import Path

from nacl.public import PrivateKey

from survey import db
from survey.ballot.store import Ballot, SealKey
from survey.keys import OWNERS_FOLDER, write_key

FILE = "ballot_private"


class OtherKey(RuntimeError):
    """Ballots wait that were sealed to another mixer's key."""


class NoSealKey(RuntimeError):
    """No mixer has published its key yet: nothing can be sealed."""


def private_key(folder: Path) -> bytes:
    """The private key in the mixer's folder, made there when it is missing; its public half is published.

    Raises OtherKey while ballots wait that this key cannot open.
    """
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
        write_key(path, bytes(PrivateKey.generate()))
    private = path.read_bytes()
    _publish(bytes(PrivateKey(private).public_key))
    return private


def public_key() -> bytes:
    """The key to seal with. Raises NoSealKey before the mixer has started for the first time."""
    found = db.session("ballots").get(SealKey, 1)
    if found is None:
        raise NoSealKey("The mixer has not started yet: flask --app survey mix")
    return found.public


def _publish(public: bytes) -> None:
    session = db.session("ballots")
    known = session.get(SealKey, 1)
    if known and known.public != public and session.query(Ballot).first():
        session.rollback()
        raise OtherKey(
            "Ballots wait that were sealed to another key. Start the mixer with the folder that holds that key "
            f"(JIANFU_MIXER_KEYS, file {FILE}); without it they cannot be opened."
        )
    session.merge(SealKey(id=1, public=public))
    session.commit()
