"""The nation's scores as CSV: one row a school and grade; whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from estimator.nation import Scores

DIGITS = 6  # shown of every figure
BYTE_ORDER_MARK = "utf-8-sig"  # so that Excel reads Chinese school names


def write(path: Path, schools: tuple[str, ...], scores: Scores) -> None:
    """Write beside the file and put it in its place when it is whole. Raises OSError."""
    descriptor, made = tempfile.mkstemp(dir=path.resolve().parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(descriptor, "w", newline="", encoding=BYTE_ORDER_MARK) as file:
            writer = csv.writer(file)
            writer.writerow(_header(scores))
            writer.writerows(_rows(schools, scores))
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _header(scores: Scores) -> list[str]:
    about = ["school_id", "grade", "pupils", "score", "dose", "norms_broken", "norms_checked"]
    return [*about, *scores.measures, *(f"points_{dimension}" for dimension in scores.parts)]


def _rows(schools: tuple[str, ...], scores: Scores) -> Iterator[list[str]]:
    whole = (scores.school, scores.grade, scores.pupils)
    figures = (scores.score, scores.dose, *scores.measures.values(), *scores.parts.values())
    counts = (scores.norms_broken, scores.norms_checked)
    for n in range(len(scores.school)):
        school, grade, pupils = (int(column[n]) for column in whole)
        said = [f"{column[n]:.{DIGITS}g}" for column in figures]
        broken = [str(int(column[n])) for column in counts]
        yield [schools[school], str(grade), str(pupils), *said[:2], *broken, *said[2:]]
