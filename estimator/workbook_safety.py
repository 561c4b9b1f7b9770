"""Opening a workbook that a stranger sent: refused quickly when it is none, too large, or a bomb."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from estimator.plan import N_, PlanProblems, Problem

MOST_BYTES = 2_000_000
MOST_MEMBERS = 200
MOST_UNPACKED_BYTES = 20_000_000
MOST_RATIO = 100
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CELLS = 60_000  # of one sheet; reading so many takes about a second


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
        # Not read-only: merged cells and drop-downs are explained by cell; the archive's bounds keep this small.
        return openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except PlanProblems:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        OSError,
        TypeError,
        AttributeError,
    ) as error:
        # openpyxl tells a damaged file by any of these, and defusedxml an entity bomb by a ValueError.
        raise refuse(
            filename,
            N_("The file is no workbook that can be read."),
            N_("Save it as .xlsx and send it again."),
        ) from error


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
    """Refuse a sheet with too many cells, or with rows numbered beyond what it holds: the reader fills the gap."""
    if not name.startswith("xl/worksheets/sheet"):
        return
    text = archive.read(member)
    highest = max((_row_number(piece) for piece in text.split(b"<row ")[1:]), default=0)
    if highest > MOST_ROWS:
        remedy = N_("Delete what stands below row %(most)s.")
        raise refuse(filename, N_("A sheet has too many rows."), remedy, most=MOST_ROWS)
    if text.count(b"<c ") > MOST_CELLS:
        remedy = N_("Keep at most %(most)s filled cells.")
        raise refuse(filename, N_("A sheet has too many cells."), remedy, most=MOST_CELLS)


def _row_number(piece: bytes) -> int:
    digits = piece.partition(b'r="')[2].partition(b'"')[0]
    return int(digits) if digits.isdigit() and piece.lstrip().startswith(b"r=") else 0
