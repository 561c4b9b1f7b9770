"""What keeps a sheet from being read as it looks: merged cells, hidden rows and columns, values under no heading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_flaws import is_empty
from estimator.field_checks import LONGEST_NAME
from estimator.plan import N_, Problem
from estimator.workbook_safety import MOST_COLUMNS

ENOUGH_TO_KNOW_A_ROW = 3  # of its cells


def merged_problems(sheet: Worksheet, header_row: int, columns: Collection[int] | None) -> Iterator[Problem]:
    """Merges from the header downwards, in these columns (None: in any); titles above it may be merged."""
    for merged in sorted(sheet.merged_cells.ranges, key=lambda found: (found.min_row, found.min_col)):
        across = range(merged.min_col, merged.max_col + 1)
        if merged.max_row >= header_row and (columns is None or any(column in columns for column in across)):
            where = f"{sheet.title}!{merged.coord}"
            yield Problem(where, "", N_("Cells are merged here."), N_("Unmerge them and fill in each."))


def merged_cells(sheet: Worksheet, header_row: int) -> dict[tuple[int, int], str]:
    """Row and column of each cell in a merge below the header → the merge."""
    return {
        place: merged.coord
        for merged in sheet.merged_cells.ranges
        if merged.max_row >= header_row
        for place in merged.cells
    }


def hidden_problems(sheet: Worksheet, filled: Sequence[Sequence[Any]], columns: Sequence[int]) -> Iterator[Problem]:
    """A hidden sheet, and hidden rows and columns that hold something: who looks at the sheet does not see them."""
    if sheet.sheet_state != "visible":
        yield Problem(sheet.title, "", N_("This sheet is hidden."), N_("Show it, or delete it."))
    yield from _hidden_rows(sheet, filled)
    yield from _hidden_columns(sheet, filled, columns)


def _hidden_rows(sheet: Worksheet, filled: Sequence[Sequence[Any]]) -> Iterator[Problem]:
    unseen = {number for number, found in sheet.row_dimensions.items() if found.hidden}
    hidden = {row[0].row: row for row in filled if row[0].row in unseen}
    for first, last in _runs(sorted(hidden)):
        if first == last:
            where, message = str(first), N_("Row %(first)s is hidden, but something stands in it.")
        else:
            where = f"{first}:{last}"
            message = N_("Rows %(first)s to %(last)s are hidden, but something stands in them.")
        said = [str(cell.value) for cell in hidden[first] if not is_empty(cell.value)]
        found = " ".join(said[:ENOUGH_TO_KNOW_A_ROW])[:LONGEST_NAME]
        remedy = N_("Show it (a filter may hide it), or delete it.")
        yield Problem(f"{sheet.title}!{where}", found, message, remedy, {"first": first, "last": last})


def _hidden_columns(sheet: Worksheet, filled: Sequence[Sequence[Any]], columns: Sequence[int]) -> Iterator[Problem]:
    # A run of hidden columns is noted at its first, with the last it reaches to.
    runs = [(run.min, run.max) for run in sheet.column_dimensions.values() if run.hidden]
    unseen = {column for first, last in runs if first and last for column in range(first, last + 1)}
    for column in columns:
        said = [row[column - 1].value for row in filled if not is_empty(row[column - 1].value)]
        if column in unseen and said:
            letter, found = get_column_letter(column), str(said[0])[:LONGEST_NAME]
            message = N_("Column %(letter)s is hidden, but something stands in it.")
            remedy = N_("Show it, or delete it.")
            yield Problem(f"{sheet.title}!{letter}", found, message, remedy, {"letter": letter})


def stray_problems(sheet: Worksheet, header_row: int) -> Iterator[Problem]:
    """Values below the header in columns that have no heading, however far to the right; of each column the first."""
    named = {
        column
        for (row, column), cell in sheet._cells.items()
        if row == header_row and (isinstance(cell, MergedCell) or not is_empty(cell.value))
    }
    headed = {column for column in named if column <= MOST_COLUMNS}  # beyond, no heading is read
    first: dict[int, Any] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if row > header_row and column not in headed and not is_empty(cell.value):
            first.setdefault(column, cell)
    for _, cell in sorted(first.items()):
        where, found = f"{sheet.title}!{cell.coordinate}", str(cell.value)[:LONGEST_NAME]
        message, remedy = N_("This column has no heading."), N_("Give it one as in the template, or delete it.")
        yield Problem(where, found, message, remedy)


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of those that follow one another."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
