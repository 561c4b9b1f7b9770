"""The workbook for analysing: one sheet a table, one header row, nothing merged, every column of one type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice, repeat

from openpyxl.utils import get_column_letter

from survey.workbook.book import Book, Row
from survey.workbook.columns import by_columns
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
    name = table.name if number == 1 else f"{table.name}_{number}"
    sheet, written = book.sheet(name, _rows(book, table.fields, rows))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.fields))}{written}"
    sheet.oddFooter.left.text = footer.replace("&", "&&")  # type: ignore[union-attr]
    for place, field in enumerate(table.fields, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(field)


def _rows(book: Book, fields: Sequence[Field], rows: Iterable[tuple[Cell, ...]]) -> Iterator[Row]:
    header = book.looks.number(HEADER)
    yield None, [book.cell("", header, field.name) for field in fields]
    columns = [_Cells(book, field) for field in fields]
    for some in by_columns(rows):
        made = (map(cells.__getitem__, held) for cells, held in zip(columns, some, strict=True))
        yield from zip(repeat(None), zip(*made, strict=True))


class _Cells(dict[Cell, str]):
    """The cells of one column, each made once. No place is told: a table has no gaps."""

    def __init__(self, book: Book, field: Field):
        super().__init__()
        self._book, self._of_one_type = book, field.of_one_type
        self._usual = book.looks.number(Look(format=FORMATS[field.kind], wrap=False))
        self._quoted = book.looks.number(Look(format=FORMATS["text"], wrap=False, quoted=True))

    def __missing__(self, value: Cell) -> str:
        is_quoted = isinstance(value, str) and looks_like_formula(value)
        made = self._book.cell("", self._quoted if is_quoted else self._usual, value)
        if self._of_one_type:
            self[value] = made
        return made


def _width(field: Field) -> float:
    return WIDE_WIDTH if field.name in WIDE else max(WIDTHS[field.kind], len(field.name) + 3)
