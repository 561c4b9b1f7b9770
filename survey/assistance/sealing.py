"""Sealing requests at rest, under a key that lies apart from the store and is used for nothing else.

XChaCha20-Poly1305, bound to the request and the part: what is sealed for one cannot be put in the place of another.
Each use has a key of its own, derived with BLAKE2b from the installation's `assistance` key. That one is never rotated,
since receipt codes and printed addresses hang on it; once what seals is rotated, it has a key `assistance_seal` for it.
The store knows by a mark which key it belongs to: another one would lead every link astray, so it is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from sqlalchemy import select

from survey import db
from survey.assistance.store import HelpRequest, KeyMark
from survey.keyring import key_marks, rotation
from survey.keyring.keys import NEXT, bytes_of, is_there, read_key, valid_keys

KEY, SEAL_KEY = "assistance", "assistance_seal"
STEP_BYTES = 1024  # sealed parts are as long as a multiple of this, so that lengths say little of what was written


class OtherKey(RuntimeError):
    """The store is sealed with another key than the one that lies here."""


def mark() -> None:
    """Mark a store that has no mark with the key that lies here: before anything is first stored. Commits.

    Not when a program starts: the mixer's has keys of its own, and stores nothing here. Raises OtherKey.
    """
    key_marks.once("of_requests_put", _installed(), _mark)


def _mark() -> None:
    store = db.begin_writing("assistance")
    check()
    key_marks.put(store, KeyMark, id=1, mark=key_marks.mark_of(_installed()))
    check()
    store.commit()


def check() -> None:
    """Raises OtherKey where the store is sealed with another key than the one that lies here."""
    store, key = db.session("assistance"), _installed()
    known = store.get(KeyMark, 1)
    if known is None and (request := store.scalars(select(HelpRequest).limit(1)).first()):  # older than the mark
        fits = _opens(_derived(key, "seal"), request.id, request.facts)
    else:
        fits = known is None or key_marks.is_of(known.mark, key)
    if not fits:
        raise OtherKey(
            "Requests for help are sealed with another key. Put that key back (the file "
            f"{current_app.config['SETTINGS'].keys / KEY}); without it they cannot be opened."
        )


def opens(keys: rotation.Keys) -> bool | None:
    """Whether these keys open what is sealed here, or would by its mark; None where nothing is sealed or marked."""
    with db.reading("assistance") as connection:
        mark = connection.scalar(select(KeyMark.mark))
        request = connection.execute(select(HelpRequest.id, HelpRequest.facts).limit(1)).first()
    if mark is not None and not key_marks.is_of(mark, *keys[KEY]):
        return False
    if request is None:
        return None if mark is None else True
    sealing = [*keys[SEAL_KEY], *(_derived(key, "seal") for key in keys[KEY])]
    return any(_opens(key, *request) for key in sealing)


def seal(owner: str, part: str, value: Any) -> bytes:
    """A value sealed for one part of one request."""
    text = json.dumps(value, ensure_ascii=False).encode()
    padded = text.ljust(-(-len(text) // STEP_BYTES) * STEP_BYTES)  # JSON passes over spaces at its end
    return seal_with(_sealing_keys()[0], owner, part, padded)


def seal_with(key: bytes, owner: str, part: str, padded: bytes) -> bytes:
    """What `seal` seals, under a key of its own."""
    return bytes(Aead(key).encrypt(padded, _place(owner, part)))


def unseal(owner: str, part: str, sealed: bytes) -> Any:
    """The value. Raises nacl.exceptions.CryptoError for another key, or another place."""
    return json.loads(unsealed(owner, part, sealed))


def unsealed(owner: str, part: str, sealed: bytes) -> bytes:
    """What `seal` sealed, as it was sealed. Raises as `unseal`."""
    *others, last = _sealing_keys()
    for key in others:
        with suppress(CryptoError):
            return bytes(Aead(key).decrypt(sealed, _place(owner, part)))
    return bytes(Aead(last).decrypt(sealed, _place(owner, part)))


def fingerprint(*words: str) -> bytes:
    """HMAC-SHA256 under a key of this room: what is stored in place of a receipt code."""
    return hmac.new(_key("fingerprint"), "\0".join(words).encode(), hashlib.sha256).digest()


def _place(owner: str, part: str) -> bytes:
    return f"{owner}\0{part}".encode()


def _sealing_keys() -> list[bytes]:
    """The present one first; the last is the one from before the first rotation."""
    folder = current_app.config["SETTINGS"].keys
    rotated = valid_keys(folder, SEAL_KEY) if is_there(folder / SEAL_KEY) else []
    waiting = folder / f"{SEAL_KEY}{NEXT}"
    if not rotated and is_there(waiting):  # the first rotation was cut off
        return [_key("seal"), bytes_of(waiting), _key("seal")]
    return [*rotated, _key("seal")]


def _key(use: str) -> bytes:
    key = _installed()
    key_marks.once("of_requests", key, check)
    return _derived(key, use)


def _opens(key: bytes, owner: str, facts: bytes) -> bool:
    try:
        Aead(key).decrypt(facts, _place(owner, "facts"))
    except CryptoError:
        return False
    return True


def _installed() -> bytes:
    return read_key(current_app.config["SETTINGS"].keys, KEY)


def _derived(key: bytes, use: str) -> bytes:
    return hashlib.blake2b(use.encode(), key=key, digest_size=Aead.KEY_SIZE).digest()
