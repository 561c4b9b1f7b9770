"""The bureau's Excel summary, one module a sheet."""

from survey.workbook.build import SHEETS, build
from survey.workbook.summary import SchoolRow, Summary

__all__ = ["SHEETS", "SchoolRow", "Summary", "build"]
