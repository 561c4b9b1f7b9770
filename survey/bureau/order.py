"""By which column a table is sorted, as the address says it: «screen_minutes-down»."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from survey.words.name_order import Place

NAME = "name"
UP, DOWN = "up", "down"
Row = TypeVar("Row")
Value = float | Place


@dataclass(frozen=True, slots=True)
class Order:
    """A column, and whether its largest value comes first."""

    column: str = NAME
    is_down: bool = False

    def of(self, column: str) -> str:
        """What a column's header says to those who hear the page: how the table is sorted by it."""
        if column != self.column:
            return "none"
        return "descending" if self.is_down else "ascending"

    def next(self, column: str) -> str:
        """What the address says when the column's header is pressed: first the heaviest, names from the beginning."""
        is_down = not self.is_down if column == self.column else column != NAME
        return f"{column}-{DOWN if is_down else UP}"

    def sort(self, rows: Iterable[Row], value: Callable[[Row, str], Value | None]) -> list[Row]:
        """The rows in this order; those without a value come last, whichever way it goes."""
        listed = list(rows)
        known = [row for row in listed if value(row, self.column) is not None]
        known.sort(key=lambda row: value(row, self.column), reverse=self.is_down)  # type: ignore[arg-type, return-value]
        return known + [row for row in listed if value(row, self.column) is None]


def asked(said: str | None, columns: Collection[str]) -> Order:
    """The order an address asks for; by name where it asks for none that there is."""
    column, _, way = (said or "").rpartition("-")
    if column not in {NAME, *columns} or way not in (UP, DOWN):
        return Order()
    return Order(column, way == DOWN)
