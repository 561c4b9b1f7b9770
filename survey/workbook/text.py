"""Words as a workbook may hold them: never a formula, an error value or a broken file; and the names of sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from estimator.cell_words import lines_needed

LONGEST_SHEET_NAME = 31  # counted as Excel does, in units of UTF-16
LONGEST_TEXT = 32_767  # characters in a cell
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
RESERVED = ("history", "历史记录")  # Excel keeps these names for its list of changes


def clean(text: str) -> str:
    """The text as a cell may have it."""
    return NOT_IN_XML.sub("", text)[:LONGEST_TEXT]


def looks_like_formula(text: str) -> bool:
    """Whether a program that reads the text anew might take it for a formula."""
    return text.startswith(STARTS_A_FORMULA)


@lru_cache(maxsize=65_536)
def escaped(text: str) -> str:
    """The text within an element of a workbook's XML; what looks like a coded character stays as it was typed."""
    said = LOOKS_ESCAPED.sub("_x005F_", clean(text))
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """The name as a sheet may have it, and as none of those `taken`, which are told apart without case."""
    used = {each.casefold() for each in taken} | {*RESERVED}
    plain = " ".join(NOT_IN_SHEET_NAMES.sub(" ", NOT_IN_XML.sub("", name)).split()).strip("' ") or "–"
    said, number = _shortened(plain, LONGEST_SHEET_NAME), 2
    while said.casefold() in used:
        ending = f" ({number})"
        said, number = _shortened(plain, LONGEST_SHEET_NAME - len(ending)) + ending, number + 1
    return said


def header_lines(header: str, width: int) -> str:
    """A column's header with its unit on a line of its own where both do not fit on one.

    Not every program keeps 「）」 with the word before it; one that breaks lines by itself leaves it alone on a line.
    """
    return header.replace("（", "\n（", 1) if lines_needed(header, width) > 1 else header


def _shortened(name: str, units: int) -> str:
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore").strip("' ")
