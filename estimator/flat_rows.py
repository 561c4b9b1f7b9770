"""Flat files of activities → rows of words, the header first: CSV; Parquet where its library is installed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any

from estimator.plan import N_, PlanProblems, Problem

ROWS_AT_A_TIME = 100_000


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a file, by the end of its name. Raises PlanProblems where it cannot be read."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise _unreadable(path, "")
    return read(path)


def _unreadable(path: Path, said: str) -> PlanProblems:
    return PlanProblems((Problem(path.name, said, N_("The file cannot be read."), N_("Write it as CSV in UTF-8.")),))


def _csv_rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.reader(file)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, str(error)) from None


def _parquet_rows(path: Path) -> Iterator[list[str]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        message, remedy = N_("Parquet needs a library that is not installed."), N_("Run: pip install pyarrow")
        raise PlanProblems((Problem(path.name, "", message, remedy),)) from None
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file.schema_arrow.names
            for batch in file.iter_batches(ROWS_AT_A_TIME):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield [_words(value) for value in row]
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(path, str(error)) from None


def _words(value: Any) -> str:
    """A typed value as CSV would have it. Absent whole numbers make pandas write the others as 20.0."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


READERS: Mapping[str, Callable[[Path], Iterator[list[str]]]] = {".csv": _csv_rows, ".parquet": _parquet_rows}
