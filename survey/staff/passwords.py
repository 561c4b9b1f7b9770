"""Passwords: argon2id hashes, and the same work for a login that does not exist."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

SHORTEST = 10  # characters


class Cost(NamedTuple):
    """What one hash takes: passes over the memory, and how much of it [byte]."""

    passes: int
    memory_bytes: int


# libsodium's own advice where somebody waits for the answer.
COST = Cost(pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE)


def hashed(password: str) -> str:
    """The password's argon2id hash, with its salt and costs."""
    return pwhash.argon2id.str(password.encode(), opslimit=COST.passes, memlimit=COST.memory_bytes).decode()


def fits(password: str, password_hash: str | None) -> bool:
    """Whether a password belongs to a hash; without a hash the same work is done, and the answer is no."""
    nobody = _nobody()  # in any case: the first call takes longer, and must not tell that there was no hash
    try:
        right = pwhash.verify((password_hash or nobody).encode(), password.encode())
    except InvalidkeyError:
        return False
    return bool(right) and password_hash is not None


@cache
def _nobody() -> str:
    return hashed("nobody has this password")
