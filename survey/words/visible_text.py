"""What people see of a name that was typed: two names that look alike must not be two."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # count as letters or signs, and show nothing
KEPT = 65536  # names; a province has fewer schools
NOT_SEEN = "Cf"  # the category of signs that stand in a word and show nothing


def visible(typed: str) -> str:
    """A name without what nobody sees in it: other kinds of spaces, doubled ones, signs of no width; on one line.

    What can be seen is left as it is: names that look different stay different. So are control characters, which no
    keyboard types: to refuse them is for whoever checks the name.
    """
    spaced = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", typed))
    seen = (each for each in spaced if unicodedata.category(each) != NOT_SEEN and each not in BLANK)
    return " ".join("".join(seen).split())


@lru_cache(maxsize=KEPT)
def sought(words: str) -> str:
    """Words as they are looked for: in letters of any width or case, with spaces or without, they are the same."""
    return "".join(unicodedata.normalize("NFKC", visible(words)).casefold().split())
