"""A families file as a workbook to begin from: what may be filled in is coloured, and held to its range."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_words import lines_needed
from estimator.families import SOURCE_KEYS, Families
from estimator.families_columns import (
    COLUMNS,
    FIGURES,
    NAME,
    SETTINGS_OFFERED,
    SHEET_TITLES,
    WHOSE,
    YEARLY,
    Figure,
)
from estimator.plan_columns import SETTING_WORDS
from estimator.plan_workbook import write_table

TO_FILL_IN = PatternFill("solid", fgColor="FFF8E1")
THOUSANDS = "#,##0"
LINE_POINTS = 15
WRITTEN_ON = 0.85  # of a column's width: what does not fit on a line goes to the next as a whole word
MARGIN = 0.3  # inches: a row of a figure is long
PLACES = {column.name: place for place, column in enumerate(COLUMNS, start=1)}


def fits(said: Families) -> bool:
    """Whether a workbook has room for all that a file says: for so many income groups."""
    return len(said.income) <= len(FIGURES["income"].columns)


def write(content: Mapping[str, Any], language: str) -> bytes:
    """The content of a families file that fits, as a workbook in English or Chinese; prices may be filled in."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    sheet = book.create_sheet(SHEET_TITLES[language])
    rows = [_whose(content["name"], language), *(_row(name, content, language) for name in FIGURES)]
    write_table(sheet, COLUMNS, rows, language)
    for number, name in enumerate((NAME, *FIGURES), start=2):
        _lay_out(sheet, number, name, language)
    margins, sheet.print_options.gridLines = sheet.page_margins, True
    margins.left = margins.right = margins.top = margins.bottom = MARGIN
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _whose(name: str, language: str) -> dict[str, Any]:
    """The row that says whose families these are."""
    if language == "zh":
        return {"figure": NAME, "meaning": WHOSE.chinese_note, "value": SETTING_WORDS.get(name, name)}
    return {"figure": NAME, "meaning": WHOSE.note, "value": name}


def _row(name: str, content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A figure's row; of a price that the file does not have only what it means."""
    figure = FIGURES[name]
    row: dict[str, Any] = {"figure": name, "meaning": figure.chinese_note if language == "zh" else figure.note}
    said = content["income"] if name == YEARLY else content.get("prices", {}).get(name) or content.get(name, {})
    values = said.get(YEARLY if name == YEARLY else "shares") or [said.get("value")]
    row |= dict(zip(figure.columns, values, strict=False))
    if source := {} if name == YEARLY else said.get("source", {}):
        row |= {key: source[key] for key in SOURCE_KEYS} | {"date": source["date"].isoformat()}
        if language == "zh":
            row |= {key: source.get(f"chinese_{key}", source[key]) for key in ("issuer", "title")}
    return row


def _lay_out(sheet: Worksheet, number: int, name: str, language: str) -> None:
    """A row whose words are read in full, with those cells marked that are to be filled in."""
    figure = FIGURES.get(name, WHOSE)
    numbers = [sheet.cell(number, PLACES[key]) for key in figure.columns]
    sources = [] if name in (NAME, YEARLY) else [sheet.cell(number, PLACES[key]) for key in SOURCE_KEYS]
    for cell in sheet[number]:
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for cell in numbers:
        cell.alignment = Alignment("center", "center", wrap_text=True)
    for cell in (*numbers, *sources):
        cell.fill = TO_FILL_IN
    rooms = (int(column.width * WRITTEN_ON) for column in COLUMNS)
    lines = (lines_needed(str(cell.value or ""), room) for cell, room in zip(sheet[number], rooms, strict=True))
    sheet.row_dimensions[number].height = LINE_POINTS * max(lines)
    held = _choice(language) if name == NAME else _range(figure)
    held.add(f"{numbers[0].coordinate}:{numbers[-1].coordinate}")
    sheet.add_data_validation(held)
    if name == YEARLY:
        for cell in numbers:
            cell.number_format = THOUSANDS


def _choice(language: str) -> DataValidation:
    """Town and countryside are offered; any other name may stand there too."""
    return DataValidation("list", formula1=f'"{SETTINGS_OFFERED[language]}"', showErrorMessage=False)


def _range(figure: Figure) -> DataValidation:
    """What a spreadsheet program holds a number to, and says in any language."""
    least, most = f"{figure.least:.0f}", f"{figure.most:.0f}"
    return DataValidation(
        "decimal",
        operator="between",
        formula1=least,
        formula2=most,
        allow_blank=True,
        showErrorMessage=True,
        error=f"{least}–{most}",
    )
