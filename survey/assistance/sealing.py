"""Sealing requests at rest, under a key that lies apart from the store and is used for nothing else.

XChaCha20-Poly1305, bound to the request and the part: what is sealed for one cannot be put in the place of another.
Each use has a key of its own, derived with BLAKE2b from the installation's `assistance` key. That one is never rotated,
since receipt codes and printed addresses hang on it; once what seals is rotated, it has a key `assistance_seal` for it.
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

from survey.keys import NEXT, read_key, valid_keys

KEY, SEAL_KEY = "assistance", "assistance_seal"
STEP_BYTES = 1024  # sealed parts are as long as a multiple of this, so that lengths say little of what was written


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
    rotated = valid_keys(folder, SEAL_KEY) if (folder / SEAL_KEY).exists() else []
    waiting = folder / f"{SEAL_KEY}{NEXT}"
    if not rotated and waiting.exists():  # the first rotation was cut off
        return [_key("seal"), waiting.read_bytes(), _key("seal")]
    return [*rotated, _key("seal")]


def _key(use: str) -> bytes:
    whole = read_key(current_app.config["SETTINGS"].keys, KEY)
    return hashlib.blake2b(use.encode(), key=whole, digest_size=Aead.KEY_SIZE).digest()
