"""Codes that people type: letters that nobody mistakes for another, and a last one that checks the others."""

from __future__ import annotations

import re
import secrets
import unicodedata

# Letters and digits that no one mistakes for another, in print or by hand.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUP = 4  # characters that are printed together
# Besides spaces and dashes, marks that a keyboard or a chat puts around a text and nobody sees.
SEPARATORS = re.compile(r"[\s\-‐-―·\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def new_code(length: int) -> str:
    """A random code; all but its last character are random."""
    return of_number(secrets.randbelow(len(ALPHABET) ** (length - 1)), length)


def of_number(number: int, length: int) -> str:
    """The code of a number."""
    letters = ""
    for _ in range(length - 1):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters + _check_letter(letters)


def normalise(typed: str, length: int) -> str | None:
    """The code a person meant, whatever their case, spaces and dashes; None when it cannot be one."""
    code = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    fits = len(code) == length and all(c in ALPHABET for c in code) and _check_letter(code[:-1]) == code[-1]
    return code if fits else None


def printed(code: str) -> str:
    """A code in groups, as it is read and typed."""
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def _check_letter(letters: str) -> str:
    """Weighted by position, so that one wrong letter or two exchanged neighbours are noticed."""
    return ALPHABET[sum(n * ALPHABET.index(c) for n, c in enumerate(letters, start=1)) % len(ALPHABET)]
