"""A workbook in the making: openpyxl makes the sheets, their looks and charts; the rows are written here.

openpyxl keeps an object for each cell, or builds an XML tree for each: a district of 1,000 schools would take it
minutes. Rows are written as text into a temporary file instead and put into the sheets when the workbook is packed,
so that only one page is in memory at a time. The same content packs to the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from survey.workbook.styles import Looks
from survey.workbook.text import escaped

FIRST_DAY = date(1899, 12, 30)  # from which a workbook counts its days
CREATOR = "Jianfu"  # the program; no person is named in the file
COMPRESSED = 4  # of 9: in half the time of the usual 6, and a seventh larger
COPIED_AT_ONCE = 1 << 20  # bytes
ROWS = re.compile(rb"<sheetData ?/>|<sheetData>.*</sheetData>", re.DOTALL)
EXTENT = re.compile(rb'<dimension ref="[^"]*" ?/>')
LETTERS = tuple(get_column_letter(number) for number in range(1, 257))

Value = str | int | float | bool | date | None
Filled = tuple[int, Value]  # the number of its look, and what it holds
Row = tuple[float | None, Sequence[Filled]]  # height in points, cells from the first column on
NUMBER = "\x00"  # in no text of a workbook


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: how a value of it looks, by number, and whether all are of one type: 1 is equal to 1.0."""

    look: Callable[[Value], int]
    of_one_type: bool


class Book:
    """A workbook whose sheets are filled one after another, each once."""

    def __init__(self, language: str):
        self._book = Workbook()
        for empty in self._book.worksheets:
            self._book.remove(empty)
        self.looks = Looks(self._book, language)
        self._rows = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the workbook is packed)
        self._parts: list[tuple[int, int, str]] = []  # of each sheet: where its rows begin, how long, the last cell

    @property
    def sheet_names(self) -> list[str]:
        """The sheets so far."""
        return list(self._book.sheetnames)

    def sheet(self, name: str, rows: Iterable[Row]) -> Worksheet:
        """A new sheet with these rows. Its name must be one that `text.sheet_name` gives."""
        start, widest, number = self._rows.tell(), 1, 0
        for number, (height, cells) in enumerate(rows, start=1):
            widest = max(widest, len(cells))
            self._rows.write(_row(number, height, cells).encode())
        return self._sheet_of(name, start, f"{LETTERS[widest - 1]}{max(number, 1)}")

    def table(
        self, name: str, header: Sequence[Filled], columns: Sequence[TableColumn], rows: Iterable[Sequence[Value]]
    ) -> int:
        """A new sheet with a header and rows of values; how many rows it has, the header too.

        What a column has held before is looked up: a province has millions of cells, and few different ones.
        """
        start, number = self._rows.tell(), 1
        self._rows.write(_row(1, None, header).encode())
        made = [_Cells(letter, column) for letter, column in zip(LETTERS, columns, strict=False)]
        for number, values in enumerate(rows, start=2):
            filled = "".join([cells[value] for cells, value in zip(made, values, strict=True)])
            self._rows.write(f'<row r="{NUMBER}">{filled}</row>'.replace(NUMBER, str(number)).encode())
        self._sheet_of(name, start, f"{LETTERS[len(columns) - 1]}{number}")
        return number

    def named(self, name: str) -> Worksheet:
        """One of the sheets."""
        found: Worksheet = self._book[name]
        return found

    def _sheet_of(self, name: str, start: int, last: str) -> Worksheet:
        self._parts.append((start, self._rows.tell() - start, last))
        made: Worksheet = self._book.create_sheet(name)
        return made

    def pack(self, title: str, day: date) -> bytes:
        """The file, with the day in place of the moment and machine it was written on; the workbook ends here."""
        shell, packed = io.BytesIO(), io.BytesIO()
        self._book.save(shell)
        parts = {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(self._parts, start=1)}
        moment = datetime.combine(day, time())
        properties = DocumentProperties(
            creator=CREATOR, lastModifiedBy=CREATOR, title=title, created=moment, modified=moment
        )
        with zipfile.ZipFile(shell) as written, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in written.namelist():
                entry = zipfile.ZipInfo(name, date_time=(day.year, day.month, day.day, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                # zipfile has no other way to say so of a member that is written bit by bit.
                entry._compresslevel = COMPRESSED  # type: ignore[attr-defined]
                if name in parts:
                    with archive.open(entry, "w") as member:
                        member.writelines(self._sheet(written.read(name), *parts[name]))
                else:
                    kept = tostring(properties.to_tree()) if name == ARC_CORE else written.read(name)
                    archive.writestr(entry, kept)
        self._rows.close()
        return packed.getvalue()

    def _sheet(self, shell: bytes, start: int, length: int, last: str) -> Iterator[bytes]:
        before, after = ROWS.split(EXTENT.sub(f'<dimension ref="A1:{last}"/>'.encode(), shell))
        yield before + b"<sheetData>"
        self._rows.seek(start)
        while length:
            found = self._rows.read(min(length, COPIED_AT_ONCE))
            length -= len(found)
            yield found
        yield b"</sheetData>" + after


class _Cells(dict[Value, str]):
    """The cells of one column as XML, each made once; NUMBER stands for the row's number."""

    def __init__(self, letter: str, column: TableColumn):
        super().__init__()
        self._letter, self._column = letter, column

    def __missing__(self, value: Value) -> str:
        made = f'<c r="{self._letter}{NUMBER}" s="{self._column.look(value)}"{_content(value)}'
        if self._column.of_one_type:
            self[value] = made
        return made


def _row(number: int, height: float | None, cells: Sequence[Filled]) -> str:
    tall = f' ht="{height:g}" customHeight="1"' if height else ""
    filled = "".join(
        [
            f'<c r="{letter}{number}" s="{look}"{_content(value)}'
            for letter, (look, value) in zip(LETTERS, cells, strict=False)
        ]
    )
    return f'<row r="{number}"{tall}>{filled}</row>'


def _content(value: Value) -> str:
    if value is None:
        return "/>"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    return f"><v>{(value - FIRST_DAY).days if isinstance(value, date) else value!r}</v></c>"
