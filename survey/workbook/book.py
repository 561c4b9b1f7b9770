"""A workbook in the making: openpyxl makes the sheets, their looks and charts; the rows are written here.

openpyxl keeps an object for each cell, or builds an XML tree for each: a district of 1,000 schools would take it
minutes. Rows are written as text into a temporary file instead and put into the sheets when the workbook is packed,
so that only one page is in memory at a time; and a cell's text is made once for all rows in which the same stands,
since a province has millions of cells and few different ones. The same content packs to the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from survey.workbook import packing
from survey.workbook.styles import Looks
from survey.workbook.texts import Texts

FIRST_DAY = date(1899, 12, 30)  # from which a workbook counts its days
CREATOR = "Jianfu"  # the program; no person is named in the file
COPIED_AT_ONCE = 1 << 20  # bytes
WRITTEN_AT_ONCE = 1000  # rows
ROWS = re.compile(rb"<sheetData ?/>|<sheetData>.*</sheetData>", re.DOTALL)
EXTENT = re.compile(rb'<dimension ref="[^"]*" ?/>')
LETTERS = tuple(get_column_letter(number) for number in range(1, 257))

Value = str | int | float | bool | date | None
Row = tuple[float | None, Sequence[str]]  # height in points, cells from the first column on, as `Book.cell` makes them
NUMBER = "\x00"  # where a row's number will stand; in no text of a workbook


class Book:
    """A workbook whose sheets are filled one after another, each once."""

    def __init__(self, language: str):
        self._book = Workbook()
        for empty in self._book.worksheets:
            self._book.remove(empty)
        self.looks = Looks(self._book, language)
        self._texts = Texts()
        self._rows = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the workbook is packed)
        self._parts: list[tuple[int, int, str]] = []  # of each sheet: where its rows begin, how long, the last cell

    @property
    def sheet_names(self) -> list[str]:
        """The sheets so far."""
        return list(self._book.sheetnames)

    def cell(self, letter: str, look: int, value: Value) -> str:
        """A cell as XML: its column's letter, the number of its look, and what it holds.

        Without a letter it follows the one before it, as a cell may that says no place (ECMA-376 part 1, 18.3.1.4):
        places are most of what a packed table takes. Then no cell of its row may be left out, or have a letter.
        """
        place = f' r="{letter}{NUMBER}"' if letter else ""
        if isinstance(value, str):
            return f'<c{place} s="{look}" t="s"><v>{self._texts.number(value)}</v></c>'
        return f'<c{place} s="{look}"{_content(value)}'

    def sheet(self, name: str, rows: Iterable[Row]) -> tuple[Worksheet, int]:
        """A new sheet with these rows, and how many they are. Its name must be one that `text.sheet_name` gives."""
        start, widest, last = self._rows.tell(), 1, 0

        def as_xml() -> Iterator[str]:
            nonlocal widest, last
            for last, (height, cells) in enumerate(rows, start=1):
                widest = max(widest, len(cells))
                yield _row(height, cells).replace(NUMBER, str(last))

        written = as_xml()
        while some := "".join(islice(written, WRITTEN_AT_ONCE)):
            self._rows.write(some.encode())
        self._parts.append((start, self._rows.tell() - start, f"{LETTERS[widest - 1]}{max(last, 1)}"))
        made: Worksheet = self._book.create_sheet(name)
        return made, last

    def pack(self, title: str, day: date) -> bytes:
        """The file, with the day in place of the moment and machine it was written on; the workbook ends here."""
        parts = {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(self._parts, start=1)}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._members(title, day).items():
                if name in parts:
                    with archive.open(packing.entry(name, day), "w") as member:
                        member.writelines(self._sheet(content, *parts[name]))
                else:
                    archive.writestr(packing.entry(name, day), content)
        self._rows.close()
        return packed.getvalue()

    def _members(self, title: str, day: date) -> dict[str, Any]:
        """Each member of the file by its name; the sheets are still without rows."""
        shell, moment = io.BytesIO(), datetime.combine(day, time())
        self._book.save(shell)
        with zipfile.ZipFile(shell) as written:
            members = {name: written.read(name) for name in written.namelist()}
        properties = DocumentProperties(
            creator=CREATOR, lastModifiedBy=CREATOR, title=title, created=moment, modified=moment
        )
        return members | self._texts.members(members) | {ARC_CORE: tostring(properties.to_tree())}

    def _sheet(self, shell: bytes, start: int, length: int, last: str) -> Iterator[bytes]:
        before, after = ROWS.split(EXTENT.sub(f'<dimension ref="A1:{last}"/>'.encode(), shell))
        yield before + b"<sheetData>"
        self._rows.seek(start)
        while length:
            found = self._rows.read(min(length, COPIED_AT_ONCE))
            length -= len(found)
            yield found
        yield b"</sheetData>" + after


def _row(height: float | None, cells: Sequence[str]) -> str:
    tall = f' ht="{height:g}" customHeight="1"' if height else ""
    return f'<row r="{NUMBER}"{tall}>{"".join(cells)}</row>'


def _content(value: float | date | None) -> str:
    if value is None:
        return "/>"
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    return f"><v>{(value - FIRST_DAY).days if isinstance(value, date) else value!r}</v></c>"
