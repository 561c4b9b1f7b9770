"""What a spreadsheet program may have made of a cell: a formula, an error, a date that was to be a number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from estimator.field_checks import LONGEST_NAME
from estimator.plan import N_, Problem
from estimator.plan_columns import Column


def is_empty(value: Any) -> bool:
    """Whether nothing stands in a cell; blanks are nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def formula_in(value: Any) -> str:
    """A formula as its cell shows it; one that fills several cells with the range it fills."""
    if isinstance(value, ArrayFormula):
        return f"{{{value.text}}} ({value.ref})"[:LONGEST_NAME]
    if isinstance(value, DataTableFormula):
        inputs = ",".join(str(cell) for cell in (value.r1, value.r2) if cell)
        return f"{{=TABLE({inputs})}} ({value.ref})"[:LONGEST_NAME]
    return str(value)[:LONGEST_NAME]


def flaw_of(cell: Any, where: str, column: Column) -> Problem | None:
    """Why what stands in a cell cannot be what somebody wrote there; None when it can."""
    # A name may begin with «=»; what the program would compute is marked as a formula, what it could not as an error.
    if cell.data_type == "f":
        return Problem(where, formula_in(cell.value), N_("A formula stands here."), N_("Write the value itself."))
    if cell.data_type == "e":
        found = str(cell.value)
        return Problem(where, found, N_("A formula has left an error here."), N_("Write the value itself."))
    if isinstance(cell.value, (date, time, timedelta)) and not _may_stand(cell.value, column):
        message = (
            N_("Excel has made a date of this.")
            if isinstance(cell.value, date)
            else N_("Excel has made a time of this.")
        )
        return Problem(where, _shown(cell.value), message, _remedy(column))
    return None


def _may_stand(value: date | time | timedelta, column: Column) -> bool:
    if column.holds == "date":
        return isinstance(value, date)
    # 9-30 that became 30 September has no time of day; a beginning at midnight nobody means.
    return column.holds == "time" and (not isinstance(value, datetime) or value.time() != time())


def _remedy(column: Column) -> str:
    if column.holds == "number":
        return N_("Format the cell as a number, then write the number again.")
    if column.holds == "days":
        return N_("Format the cell as text, then write the days again: 1-5 becomes 5 January otherwise.")
    if column.holds == "date":
        return N_("Write year-month-day such as 2020-03-09.")
    return N_("Format the cell as text, then write it again.")


def _shown(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else str(value)
