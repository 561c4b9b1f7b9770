"""A plan, or one just begun → its workbook: drop-downs, notes, nothing that becomes a formula or a date."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_words import text_of
from estimator.plan import Plan
from estimator.plan_columns import COLUMNS, SHEETS, TABLES, Column
from estimator.plan_reading import plan_as_dict

ROWS_WITH_DROP_DOWNS = 500
A4 = 9
ONE_WORD = ("word", "yes_no")
AS_TEXT = ("text", "days", "time")  # else Excel makes a date of 1-5, and of «=…» a formula
HEADER_FILL = PatternFill("solid", fgColor="E3F0EC")
NOTES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "en": (
        "notes",
        (
            "How to fill this in",
            "Leave the first row of each sheet as it is.",
            "school: one row about the school.",
            "grades: one row a grade.",
            "activities: one row a lesson or task; «days» lists when it repeats.",
            "An empty cell takes the default.",
        ),
    ),
    "zh": (
        "填写说明",
        (
            "填写说明",
            "每个工作表第一行是列名，请不要改动。",
            "学校：一行，学校名称、地区代码、该周星期一、币种。",
            "年级：每个年级一行。",
            "安排：每项课程或任务一行；一周内重复的写在一行里。",
            "留空的格子采用默认值。",
        ),
    ),
}

VERSION_MARK = "jianfu-plan-version:"
VERSION = re.compile(rf"{VERSION_MARK}(\d{{1,6}})\b")


def write(plan: Plan, language: str = "en") -> bytes:
    """An .xlsx file, in English or Chinese, that `plan_file.read` reads back to an equal plan."""
    return write_begun(plan_as_dict(plan), language)


def write_begun(data: Mapping[str, Any], language: str = "en", version: int | None = None) -> bytes:
    """The template, with as much filled in as is known: any of the keys that `plan_as_dict` gives.

    The file's properties keep the `version` of the plan that it was taken from, so that it is known again when the
    file comes back.
    """
    book = Workbook()
    if version is not None:
        book.properties.keywords = f"{VERSION_MARK}{version}"
    for empty in book.worksheets:
        book.remove(empty)
    for name, columns in COLUMNS.items():
        rows = [data] if name == "school" else data.get(TABLES[name], [])
        write_table(book.create_sheet(SHEETS[name] if language == "zh" else name), columns, rows, language)
    title, lines = NOTES[language]
    notes = book.create_sheet(title)
    for line in lines:
        notes.append([line])
    notes.column_dimensions["A"].width = 80
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def version_of(book: Workbook) -> int | None:
    """The version that a workbook was taken from; None where its properties do not say, or were rewritten."""
    found = VERSION.search(str(book.properties.keywords or ""))
    return int(found[1]) if found else None


def write_table(
    sheet: Worksheet, columns: tuple[Column, ...], rows: Sequence[Mapping[str, Any]], language: str
) -> None:
    """A header that names the columns, drop-downs where only some words can stand, notes, and the rows."""
    for position, column in enumerate(columns, start=1):
        _write_column(sheet, position, column, language)
        for number, row in enumerate(rows, start=2):
            _write(sheet.cell(number, position), row.get(column.name), column, language)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"


def _write_column(sheet: Worksheet, position: int, column: Column, language: str) -> None:
    """A column's heading, and what Excel should hold its cells to."""
    letter, title = get_column_letter(position), column.header(language)
    header = sheet.cell(1, position, title)
    header.font, header.fill = Font(bold=True), HEADER_FILL
    header.alignment = Alignment(horizontal="center", wrap_text=True)
    if remark := column.remark(language):
        header.comment = Comment(remark, "Jianfu")
    sheet.column_dimensions[letter].width = max(column.width, len(title) + 2)
    if column.holds in AS_TEXT:
        sheet.column_dimensions[letter].number_format = FORMAT_TEXT
    if column.holds in ONE_WORD:
        offered = ",".join(text_of(word, column, language) for word in column.words)
        choice = DataValidation("list", formula1=f'"{offered}"', allow_blank=True, showErrorMessage=True)
        choice.add(f"{letter}2:{letter}{ROWS_WITH_DROP_DOWNS}")
        sheet.add_data_validation(choice)


def _write(cell: Any, value: Any, column: Column, language: str) -> None:
    if value is None or value == []:
        return
    if column.holds == "date":
        cell.value, cell.number_format = date.fromisoformat(value), "yyyy-mm-dd"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cell.value, cell.alignment = value, Alignment(horizontal="center")
    else:
        cell.value = text_of(value, column, language)
        if column.holds in AS_TEXT:
            cell.number_format = FORMAT_TEXT
        # A school or subject named «=1+1» is still a name.
        cell.data_type = "s"
