"""Sealing requests at rest, under a key that lies apart from the store and is used for nothing else.

XChaCha20-Poly1305, bound to the request and the part: what is sealed for one cannot be put in the place of another.
Each use has a key of its own, derived with BLAKE2b from the installation's `assistance` key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from flask import current_app
from nacl.secret import Aead

from survey.keys import read_key

KEY = "assistance"
STEP_BYTES = 1024  # sealed parts are as long as a multiple of this, so that lengths say little of what was written


def seal(owner: str, part: str, value: Any) -> bytes:
    """A value sealed for one part of one request."""
    text = json.dumps(value, ensure_ascii=False).encode()
    padded = text.ljust(-(-len(text) // STEP_BYTES) * STEP_BYTES)  # JSON passes over spaces at its end
    return bytes(Aead(_key("seal")).encrypt(padded, _place(owner, part)))


def unseal(owner: str, part: str, sealed: bytes) -> Any:
    """The value. Raises nacl.exceptions.CryptoError for another key, or another place."""
    return json.loads(Aead(_key("seal")).decrypt(sealed, _place(owner, part)))


def fingerprint(*words: str) -> bytes:
    """HMAC-SHA256 under a key of this room: what is stored in place of a receipt code."""
    return hmac.new(_key("fingerprint"), "\0".join(words).encode(), hashlib.sha256).digest()


def _place(owner: str, part: str) -> bytes:
    return f"{owner}\0{part}".encode()


def _key(use: str) -> bytes:
    whole = read_key(current_app.config["SETTINGS"].keys, KEY)
    return hashlib.blake2b(use.encode(), key=whole, digest_size=Aead.KEY_SIZE).digest()
