"""The same tables as CSV files in one archive, with a data dictionary: UTF-8 with a mark, so that Excel reads Chinese.

Some programs run a text that begins like a formula. Such a text has an apostrophe before it, and so has one that begins
with an apostrophe itself: whoever takes one away from every text that begins with one has what was there.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from flask_babel import lazy_gettext as _l

from survey.workbook import packing
from survey.workbook.columns import by_columns
from survey.workbook.tables.table import Cell, Field, Table, in_both
from survey.workbook.text import NOT_IN_XML, STARTS_A_FORMULA

ENCODING = "utf-8-sig"
DICTIONARY = "dictionary"
GUARD = "'"
GUARDED = (*STARTS_A_FORMULA, GUARD)
LINE_END = "\r\n"
READ_ME = (
    _l("Tables of one published round, for analysing. What is published does not change."),
    _l("Each file has one header row and one row a count. dictionary.csv explains every column and every code."),
    _l("Encoding: UTF-8 with a byte order mark; lines end with CR LF; columns are parted by commas."),
    _l("An empty cell is no zero: it is hidden where the column hidden says true, else it does not apply."),
    _l("Where at_least and at_most differ, only these bounds are told, so that nobody's own answer is given away."),
    _l(
        "A text that begins with = + - @ or an apostrophe has one apostrophe put before it, so that no program runs it."
    ),
    _l("The tables:"),
)


def pack(tables: Sequence[Table], day: date) -> bytes:
    """The archive: a file a table, the codebook as dictionary.csv, and README.txt in both languages."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with _member(archive, "README.txt", day) as text:
            text.write(_readme(tables))
        for table in tables:
            with _member(archive, f"{_file_name(table.name)}.csv", day) as text:
                text.writelines(_lines(table))
    return packed.getvalue()


class Unpacked:
    """The tables of an archive as they were packed; its dictionary tells the types of their columns."""

    def __init__(self, content: bytes):
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._kinds: dict[str, dict[str, str]] = {}
        for line in self._lines(DICTIONARY):
            if line["kind"] == "column":
                self._kinds.setdefault(line["table"], {})[line["column"]] = line["type"]

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """A table's rows, column by column. Raises KeyError for a table that there is not."""
        kinds = self._kinds[table]
        for line in self._lines(_file_name(table)):
            yield {name: _read(cell, kinds[name]) for name, cell in line.items()}

    def _lines(self, name: str) -> Iterator[dict[str, str]]:
        with self._archive.open(f"{name}.csv") as member:
            yield from csv.DictReader(io.TextIOWrapper(member, ENCODING, newline=""))


def _lines(table: Table) -> Iterator[str]:
    """The header, and then many lines at once."""
    yield ",".join(_quoted(field.name) for field in table.fields) + LINE_END
    columns = [_Column(field) for field in table.fields]
    for some in by_columns(table.rows):
        made = (map(column.__getitem__, held) for column, held in zip(columns, some, strict=True))
        yield LINE_END.join(map(",".join, zip(*made, strict=True))) + LINE_END


def _member(archive: zipfile.ZipFile, name: str, day: date) -> IO[str]:
    return io.TextIOWrapper(archive.open(packing.entry(name, day), "w"), ENCODING, newline="")


def _file_name(table: str) -> str:
    return DICTIONARY if table == "codebook" else table


class _Column(dict[Cell, str]):
    """What is written for the cells of one column, worked out once for each that is met."""

    def __init__(self, field: Field):
        super().__init__()
        self._of_one_type = field.of_one_type

    def __missing__(self, cell: Cell) -> str:
        said = _told(cell)
        if self._of_one_type:
            self[cell] = said
        return said


def _quoted(said: str) -> str:
    """A cell as csv writes it; before another one, for an empty one that stands alone is written otherwise."""
    line = io.StringIO()
    # It quotes a line end within a cell because one ends its lines.
    csv.writer(line, lineterminator=LINE_END).writerow((said, ""))
    return line.getvalue().removesuffix(f",{LINE_END}")


def _told(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        said = NOT_IN_XML.sub("", cell)
        return _quoted(GUARD + said if said.startswith(GUARDED) else said)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else repr(cell)


def _read(cell: str, kind: str) -> Cell:
    if cell == "":
        return None
    if kind == "text":
        return sys.intern(cell.removeprefix(GUARD))  # codes repeat by the hundred thousand
    if kind == "yes_no":
        return cell == "true"
    if kind == "day":
        return date.fromisoformat(cell)
    return int(cell) if kind == "whole" else float(cell)


def _readme(tables: Sequence[Table]) -> str:
    listed = {table.name: in_both(table.about) for table in tables}
    parts = []
    for language in range(2):
        lines = [in_both(said)[language] for said in READ_ME]
        lines += [f"  {_file_name(name)}.csv  {about[language]}" for name, about in listed.items()]
        parts.append(LINE_END.join(lines))
    return (2 * LINE_END).join(reversed(parts)) + LINE_END
