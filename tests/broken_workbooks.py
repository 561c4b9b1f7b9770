"""What offices do to workbooks, as tests say it: a case's words → the workbook with that done to it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula


def done_to(content: bytes, case: Mapping[str, Any]) -> bytes:
    """The workbook after what the case says was done to it, in the order of the table below."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for word, do in DOINGS.items():
        if word in case:
            do(book, case[word])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The workbook's bytes."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(book: Workbook, cells: Mapping[str, Any]) -> None:
    for where, value in cells.items():
        sheet, _, cell = where.partition("!")
        if hasattr(value, "year") and not hasattr(value, "hour"):
            book[sheet][cell].number_format = "d-mmm"
        book[sheet][cell].value = value


def _throw_away(book: Workbook, columns: list[str]) -> None:
    for where in columns:
        sheet, _, letter = where.partition("!")
        book[sheet].delete_cols(column_index_from_string(letter))


def _hide(book: Workbook, things: list[str]) -> None:
    for where in things:
        sheet, _, thing = where.partition("!")
        if not thing:
            book[sheet].sheet_state = "hidden"
        elif thing.isdecimal():
            book[sheet].row_dimensions[int(thing)].hidden = True
        else:
            book[sheet].column_dimensions[thing].hidden = True


def _merge(book: Workbook, ranges: list[str]) -> None:
    for where in ranges:
        sheet, _, range_ = where.partition("!")
        book[sheet].merge_cells(range_)


def _fill(formula: Callable[[str, str], Any]) -> Callable[[Workbook, Mapping[str, str]], None]:
    def do(book: Workbook, ranges: Mapping[str, str]) -> None:
        for where, said in ranges.items():
            sheet, _, range_ = where.partition("!")
            book[sheet][range_.partition(":")[0]].value = formula(range_, said)

    return do


def _title(book: Workbook, sheets: list[str]) -> None:
    for name in sheets:
        book[name].insert_rows(1, 2)
        book[name]["A1"] = "2020 年春季学期 grade 表"
        book[name].merge_cells("A1:D1")


def _rename(book: Workbook, names: Mapping[str, str]) -> None:
    for name, other in names.items():
        book[name].title = other


def _copy(book: Workbook, names: Mapping[str, str]) -> None:
    for name, other in names.items():
        book.copy_worksheet(book[name]).title = other


def _delete(book: Workbook, names: list[str]) -> None:
    for name in names:
        del book[name]


def _leave_errors(book: Workbook, cells: list[str]) -> None:
    _write(book, dict.fromkeys(cells, "#REF!"))


def _format(book: Workbook, cells: Mapping[str, str]) -> None:
    for where, number_format in cells.items():
        sheet, _, cell = where.partition("!")
        book[sheet][cell].number_format = number_format


DOINGS: Mapping[str, Callable[[Workbook, Any], None]] = {
    "cells": _write,
    "errors": _leave_errors,
    "formats": _format,
    "arrays": _fill(lambda range_, text: ArrayFormula(range_, text)),
    "tables": _fill(lambda range_, cell: DataTableFormula(range_, r1=cell)),
    "columns": _throw_away,
    "merge": _merge,
    "hide": _hide,
    "titles": _title,
    "copy": _copy,
    "rename": _rename,
    "delete": _delete,
}
