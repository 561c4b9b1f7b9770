"""The bureau's Excel summary, one module a sheet."""

from survey.workbook.build import LISTINGS, SHEETS, build
from survey.workbook.summary import SchoolRow, Summary

__all__ = ["LISTINGS", "SHEETS", "SchoolRow", "Summary", "build"]
