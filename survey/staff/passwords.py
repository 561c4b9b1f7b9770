"""Passwords: argon2id hashes, the same work for a login that does not exist, and which ones are tried first."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

SHORTEST = 10  # characters
COMMON = Path(__file__).parent / "common_passwords.txt"
DIGITS_KEPT = 12  # of a common password's SHA-256
FEWEST_CHARACTERS = 5  # different ones in a password; a house rule
SHORTEST_OWN_WORD = 4  # a login of fewer letters may stand in a password by chance
RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


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


def is_tried_first(password: str, *own_words: str) -> bool:
    """Whether a password is a common one, holds one of these words, or is one character or one run of keys."""
    small = password.casefold()
    if hashlib.sha256(small.encode()).hexdigest()[:DIGITS_KEPT] in _common():
        return True
    own = [word.casefold() for word in (*own_words, "jianfu") if len(word) >= SHORTEST_OWN_WORD]
    runs = [run for each in RUNS for run in (each, each[::-1])]
    return (
        len(set(small)) < FEWEST_CHARACTERS
        or any(word in small for word in own)
        or any(small in run * 2 or run in small for run in runs if len(run) >= SHORTEST)
    )


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@cache
def _nobody() -> str:
    return hashed("nobody has this password")
