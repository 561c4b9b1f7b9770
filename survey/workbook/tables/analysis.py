"""The workbook for analysing: one sheet a table, one header row, nothing merged, every column of one type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import chain, islice

from openpyxl.utils import get_column_letter

from survey.workbook.book import Book, TableColumn
from survey.workbook.styles import HEADER_FILL, Look
from survey.workbook.tables.table import Cell, Field, Table
from survey.workbook.text import looks_like_formula

MOST_ROWS = 1_000_000  # of a sheet; Excel has 1,048,576
HEADER = Look(bold=True, fill=HEADER_FILL, wrap=False)
FORMATS = {"text": "@", "whole": "0", "number": "General", "yes_no": "General", "day": "yyyy-mm-dd"}
WIDTHS = {"text": 18, "whole": 11, "number": 12, "yes_no": 11, "day": 12}
WIDE = {"school", "meaning_en", "meaning_zh", "source_en", "source_zh", "url", "campaign", "bureau", "subjects"}
WIDE_WIDTH = 40


def build(tables: Sequence[Table], title: str, day: date, footer: str) -> bytes:
    """The .xlsx file. A table with more rows than a sheet takes goes on in a second one, named `…_2`."""
    book = Book("en")
    for table in tables:
        rows = table.rows
        _write(book, table, 1, islice(rows, MOST_ROWS), footer)
        for number, first in enumerate(rows, start=2):
            _write(book, table, number, chain((first,), islice(rows, MOST_ROWS - 1)), footer)
    return book.pack(title, day)


def _write(book: Book, table: Table, number: int, rows: Iterable[tuple[Cell, ...]], footer: str) -> None:
    quoted = book.looks.number(Look(format=FORMATS["text"], wrap=False, quoted=True))
    header = book.looks.number(HEADER)
    name = table.name if number == 1 else f"{table.name}_{number}"
    columns = [
        TableColumn(partial(_look, book.looks.number(Look(format=FORMATS[f.kind], wrap=False)), quoted), f.of_one_type)
        for f in table.fields
    ]
    written = book.table(name, [(header, field.name) for field in table.fields], columns, rows)
    sheet = book.named(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.fields))}{written}"
    sheet.oddFooter.left.text = footer.replace("&", "&&")  # type: ignore[union-attr]
    for place, field in enumerate(table.fields, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(field)


def _look(usual: int, quoted: int, cell: Cell) -> int:
    return quoted if isinstance(cell, str) and looks_like_formula(cell) else usual


def _width(field: Field) -> float:
    return WIDE_WIDTH if field.name in WIDE else max(WIDTHS[field.kind], len(field.name) + 3)
