"""A long list by pages: fifty rows, a search over all of them, and addresses that keep what else was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

from survey.words.visible_text import sought

ROWS = 50  # a shorter list stands whole, with nothing around it
LINKED = 3  # pages: from each of so many, links lead to all others
PAGE, SEARCH = "page", "search"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """Some rows of a list, and which of how many they are."""

    rows: Sequence[Row]
    field: str  # what the address calls the page's number
    number: int  # of this page, from 1
    last: int  # of the last page
    found: int  # rows that fit what was searched for
    in_all: int
    search: str

    @property
    def is_whole(self) -> bool:
        """Whether the list is so short that it stands as it is."""
        return self.in_all <= ROWS

    @property
    def is_long(self) -> bool:
        """Whether there are pages that no link here leads to, so that a number may be typed."""
        return self.last > LINKED

    @property
    def first_row(self) -> int:
        """Which row of those found is the first one here, from 1; 0 where none is found."""
        return (self.number - 1) * ROWS + 1 if self.found else 0

    @property
    def last_row(self) -> int:
        """Which is the last one here."""
        return min(self.number * ROWS, self.found)


def paged(rows: Sequence[Row], words: Callable[[Row], Iterable[str]], field: str = PAGE) -> Paged[Row]:
    """The page of a list that the address asks for, of the rows in one of whose words stands what it searches for.

    A number that there is none such gives the nearest page.
    """
    search = " ".join(request.args.get(SEARCH, "").split()) if len(rows) > ROWS else ""
    wanted = sought(search)
    found = [row for row in rows if any(wanted in sought(each) for each in words(row))] if wanted else rows
    last = max(1, -(-len(found) // ROWS))
    number = min(max(1, request.args.get(field, 1, type=int)), last)
    return Paged(found[(number - 1) * ROWS : number * ROWS], field, number, last, len(found), len(rows), search)


def address(anchor: str = "", **changed: str | int | None) -> str:
    """This page with some of what its address says changed; None takes it out."""
    said = {**request.args.to_dict(), "lang": None, **changed}
    kept = urlencode({name: value for name, value in said.items() if value not in (None, "")})
    return request.path + (f"?{kept}" if kept else "") + (f"#{anchor}" if anchor else "")


def kept_beside_search() -> dict[str, str]:
    """What an address keeps when something else is searched for: the order, and no page's number."""
    said = request.args.to_dict()
    return {name: value for name, value in said.items() if name not in (SEARCH, "lang") and not name.endswith(PAGE)}


def kept_beside_page(field: str) -> dict[str, str]:
    """What an address keeps when another page of a list is asked for: everything else that it says."""
    return {name: value for name, value in request.args.to_dict().items() if name not in (field, "lang")}
