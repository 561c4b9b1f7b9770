"""A sheet as values: title, sentences, tables, pictures, notes. What each sheet's module makes and `layout` writes."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | None

TEXT, WHOLE, ONE_DIGIT, SHARE = "@", "#,##0", "#,##0.0", "0%"


@dataclass(frozen=True, slots=True)
class Over:
    """A number beyond its limit: marked so that it is seen without colour."""

    value: float


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another sheet."""

    words: str
    sheet: str


Shown = Value | Over | Link


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its unit stands in the header. Numbers above `limit` are marked."""

    header: str
    width: float  # in characters
    format: str = TEXT
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A native chart of a table's columns, which are named by their place from 0; it stands beside the table."""

    title: str
    names: int  # the column whose words stand along the axis …
    names_axis: str
    values: tuple[int, ...]  # … and those whose numbers are drawn
    values_axis: str  # with the unit
    format: str = WHOLE
    lying: bool = True  # bars from left to right: long words stay readable
    from_row: int | None = None  # rows of the table from this one on are drawn in the colour of what is over
    most: float | None = None  # where the axis ends; None: where the figures do


@dataclass(frozen=True, slots=True)
class Block:
    """One more table of a sheet, with its heading, what it shows, and its picture."""

    heading: str
    lead: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Shown, ...], ...]
    picture: Picture | None = None
    new_page: bool = False  # on paper


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet. `frozen` columns stay in sight when the sheet is moved sideways.

    `blocks` are further tables under the first, on the same columns. `beside` are the widths of what is kept free to the
    right of the tables for pictures, after a first column of air.
    """

    name: str
    title: str
    lead: tuple[str | Link, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Shown, ...], ...]
    notes: tuple[str, ...] = ()
    frozen: int = 1
    blocks: tuple[Block, ...] = ()
    beside: tuple[float, ...] = ()

    @property
    def widths(self) -> tuple[float, ...]:
        """The widths of the sheet's columns, in characters."""
        return (*(column.width for column in self.columns), *self.beside)
