"""A plan → its workbook, or the empty template: drop-downs, notes, nothing that becomes a formula."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from estimator.plan import Plan
from estimator.plan_columns import COLUMNS, TABLES, Column
from estimator.plan_reading import plan_as_dict

ROWS_WITH_DROP_DOWNS = 500
HEADER_FILL = PatternFill("solid", fgColor="E3F0EC")
NOTES = (
    "填写说明 · How to fill this in",
    "每个工作表第一行是列名，请不要改动。 Leave the first row of each sheet as it is.",
    "school：一行，学校名称、地区代码、该周星期一、币种。 One row about the school.",
    "grades：每个年级一行。 One row a grade.",
    "activities：每项课程或任务一行；每周重复的写在一行里。 One row a lesson or task; days lists when it repeats.",
    "留空的格子采用默认值。 An empty cell takes the default.",
)


def write(plan: Plan | None = None) -> bytes:
    """An .xlsx file that `plan_file.read` reads back to an equal plan; without a plan, the template."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    data = plan_as_dict(plan) if plan else {}
    for name, columns in COLUMNS.items():
        rows = [data] if name == "school" else data.get(TABLES[name], [])
        write_table(book.create_sheet(name), columns, rows)
    notes = book.create_sheet("填写说明 notes")
    for line in NOTES:
        notes.append([line])
    notes.column_dimensions["A"].width = 110
    for name, columns in COLUMNS.items():
        for column in columns:
            notes.append([f"{name} · {column.name} · {column.chinese}：{column.note or '–'}"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def write_table(sheet: Worksheet, columns: tuple[Column, ...], rows: list[dict[str, Any]]) -> None:
    """A header that names the columns, drop-downs where only some words can stand, and the rows."""
    for position, column in enumerate(columns, start=1):
        letter = get_column_letter(position)
        header = sheet.cell(1, position, column.name)
        header.font, header.fill, header.alignment = Font(bold=True), HEADER_FILL, Alignment(wrap_text=True)
        sheet.column_dimensions[letter].width = max(column.width, len(column.name) + 2)
        if column.words:
            choice = DataValidation(
                "list", formula1=f'"{",".join(column.words)}"', allow_blank=True, showErrorMessage=True
            )
            choice.add(f"{letter}2:{letter}{ROWS_WITH_DROP_DOWNS}")
            sheet.add_data_validation(choice)
        for number, row in enumerate(rows, start=2):
            _write(sheet.cell(number, position), row.get(column.name), column)
    sheet.freeze_panes = "A2"


def _write(cell: Any, value: Any, column: Column) -> None:
    if value is None or value == []:
        return
    if column.holds == "date":
        cell.value, cell.number_format = date.fromisoformat(value), "yyyy-mm-dd"
    elif isinstance(value, bool):
        cell.value = "yes" if value else "no"
    elif isinstance(value, list):
        cell.value = " ".join(value)
    else:
        cell.value = value
    if isinstance(cell.value, str):
        # A school or subject named «=1+1» is still a name.
        cell.data_type = "s"
