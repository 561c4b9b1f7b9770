"""Opening a workbook that a stranger sent: refused quickly when it is none, too large, or a bomb."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator.plan import N_, PlanProblems, Problem

# What a damaged file is told by, by whichever of the readers comes upon it: the archive's (of one that is sealed with a
# password too), the XML's (a SyntaxError), openpyxl's; defusedxml tells an entity bomb by a ValueError.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    SyntaxError,
    InvalidFileException,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
MOST_BYTES = 2_000_000
MOST_MEMBERS = 200
MOST_UNPACKED_BYTES = 20_000_000
MOST_RATIO = 100
MOST_ROWS = 6_000
MOST_COLUMNS = 60
MOST_CELLS = 60_000  # of one sheet; reading so many takes about a second
# As they stand in a sheet's XML; some programs put a prefix before each name.
ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
RANGE = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref=[\"']([A-Za-z0-9$:]{1,40})[\"']")


def refuse(filename: str, message: str, remedy: str, **values: int) -> PlanProblems:
    """The error for a file that is not read at all."""
    return PlanProblems((Problem(filename, "", message, remedy, values),))


def check_size(content: bytes, filename: str) -> None:
    """Raises PlanProblems for a file that is too large."""
    if len(content) > MOST_BYTES:
        remedy = N_("Send at most %(most)s bytes.")
        raise refuse(filename, N_("The file is too large."), remedy, most=MOST_BYTES)


def open_workbook(content: bytes, filename: str) -> Workbook:
    """The workbook, its formulas as text. Raises PlanProblems when it cannot or must not be opened."""
    check_size(content, filename)
    try:
        _check_archive(content, filename)
        # Not read-only: merged and hidden cells are explained by cell; the archive's bounds keep this small.
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except PlanProblems:
        raise
    except UNREADABLE as error:
        raise refuse(
            filename,
            N_("The file is no workbook that can be read."),
            N_("Save it as .xlsx and send it again."),
        ) from error
    if not book.worksheets:
        raise refuse(filename, N_("The file has no sheet with cells."), N_("Save it as .xlsx and send it again."))
    return book


def rows_of(sheet: Worksheet) -> Iterator[tuple[Any, ...]]:
    """The sheet's rows of cells, no more and no wider than anyone needs."""
    return islice(sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS)), MOST_ROWS)


def _check_archive(content: bytes, filename: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * len(content):
            raise refuse(
                filename,
                N_("The file unpacks to far more than it holds."),
                N_("Save it again with a spreadsheet program."),
            )
        for member in members:
            # What a member claims to be is not what it unpacks to; reading no further than the claim settles it.
            with archive.open(member) as file:
                if len(file.read(member.file_size + 1)) > member.file_size:
                    raise refuse(
                        filename,
                        N_("The file unpacks to far more than it holds."),
                        N_("Save it again with a spreadsheet program."),
                    )
                _check_extent(file.name, member, archive, filename)


def _check_extent(name: str, member: zipfile.ZipInfo, archive: zipfile.ZipFile, filename: str) -> None:
    """Refuse a sheet with too many cells, with rows numbered beyond what it holds, or with ranges (merged cells, links)
    of more cells than any sheet needs: the reader makes every cell of them.
    """
    if not name.lower().endswith(".xml"):
        return
    text = archive.read(member)
    highest = max((int(found[1]) for found in ROW.finditer(text)), default=0)
    if highest > MOST_ROWS:
        remedy = N_("Delete what stands below row %(most)s.")
        raise refuse(filename, N_("A sheet has too many rows."), remedy, most=MOST_ROWS)
    if sum(1 for _ in CELL.finditer(text)) > MOST_CELLS:
        remedy = N_("Keep at most %(most)s filled cells.")
        raise refuse(filename, N_("A sheet has too many cells."), remedy, most=MOST_CELLS)
    if sum(_cells_in(found[1].decode()) for found in RANGE.finditer(text)) > MOST_CELLS:
        remedy = N_("Unmerge cells and remove links that reach over whole rows or columns.")
        raise refuse(filename, N_("Merged cells or links reach over too many cells."), remedy)


def _cells_in(range_: str) -> int:
    """How many cells a range has; 0 of what is none, for the reader refuses that."""
    try:
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(range_))
    except ValueError:
        return 0
    return (right - left + 1) * (bottom - top + 1)
