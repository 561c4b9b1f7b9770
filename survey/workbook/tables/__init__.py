"""The same release for analysing: tidy tables with a codebook, as a workbook and as CSV files."""

from survey.workbook.tables.analysis import build
from survey.workbook.tables.csv_files import Unpacked, pack
from survey.workbook.tables.listed import tables_of
from survey.workbook.tables.table import Field, Table

__all__ = ["Field", "Table", "build", "Unpacked", "build", "pack", "tables_of"]
