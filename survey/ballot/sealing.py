"""Sealing a ballot: the web process holds the public key and cannot open what it sealed."""

from __future__ import annotations

from nacl.bindings import crypto_box_seal
from nacl.public import PrivateKey, SealedBox

# Ballots of one length say nothing of how much somebody wrote.
SIZE = 4096
LENGTH_BYTES = 4


def seal(payload: bytes, public_key: bytes) -> bytes:
    """The payload padded to SIZE and sealed. Raises ValueError when it is longer."""
    framed = len(payload).to_bytes(LENGTH_BYTES, "big") + payload
    if len(framed) > SIZE:
        raise ValueError(f"A ballot of {len(payload)} bytes is too long.")
    return crypto_box_seal(framed.ljust(SIZE, b"\0"), public_key)


def open_sealed(sealed: bytes, private_key: bytes) -> bytes:
    """The payload. Raises nacl.exceptions.CryptoError for what was not sealed to this key."""
    framed = SealedBox(PrivateKey(private_key)).decrypt(sealed)
    length = int.from_bytes(framed[:LENGTH_BYTES], "big")
    return bytes(framed[LENGTH_BYTES : LENGTH_BYTES + length])
