"""Many rows, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

ROWS_AT_ONCE = 1000

Value = TypeVar("Value")


def by_columns(rows: Iterable[Sequence[Value]]) -> Iterator[tuple[tuple[Value, ...], ...]]:
    """Some rows at once as columns: what is then done to whole columns takes half as long as cell by cell."""
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield tuple(zip(*some, strict=True))
