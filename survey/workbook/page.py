"""A sheet as values: title, sentences, one table, notes. What each sheet's module makes and `layout` writes."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | None

TEXT, WHOLE, ONE_DIGIT, SHARE = "@", "#,##0", "#,##0.0", "0%"


@dataclass(frozen=True, slots=True)
class Over:
    """A number beyond its limit: marked so that it is seen without colour."""

    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its unit stands in the header. Numbers above `limit` are marked."""

    header: str
    width: float  # in characters
    format: str = TEXT
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet. `frozen` columns stay in sight when the sheet is moved sideways."""

    name: str
    title: str
    lead: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | Over, ...], ...]
    notes: tuple[str, ...] = ()
    frozen: int = 1
