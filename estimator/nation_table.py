"""Every school's activities as columns of numbers: the flat table that `nation` scores.

Read from CSV or Parquet with the columns of a plan's activities and `school_id` and `pupils`; `teachers` and
`teachers_on_camera` of the grade may follow. Each distinct word of a column is checked once, by the same checks
as a plan's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator import data_rate
from estimator.cell_words import value_of
from estimator.field_checks import Check, Refused, words
from estimator.flat_rows import ROWS_AT_A_TIME, rows_of
from estimator.plan import DAYS, DEVICES, DEVICES_BY_KIND, KINDS, N_, TIMED_KINDS, Activity, PlanProblems, Problem
from estimator.plan_columns import COLUMNS
from estimator.plan_reading import ACTIVITY, GRADE

MOST_PROBLEMS = 100  # told of one file
NO_START, USUAL_KBPS = -1, -1.0
OF_GRADE = ("pupils", "teachers", "teachers_on_camera")
ONLY_TOLD = ("subject", "area", "source")  # say what a lesson is about; no measure of this table needs them
NEEDED = ("school_id", "grade", "kind", "days", "minutes", "pupils")
Progress = Callable[[int], None]
Array = NDArray[Any]

TYPES: Mapping[str, type[np.generic]] = {
    "school": np.int32,
    "grade": np.int8,
    "kind": np.int8,
    "days": np.uint8,
    "start": np.int16,
    "minutes": np.int16,
    "devices": np.uint8,
    "required": np.bool_,
    "kbps": np.float64,
    "pages": np.int16,
    "colour": np.bool_,
    "homework_minutes": np.int16,
    "adult_minutes": np.int16,
    "check_in": np.bool_,
    "video": np.bool_,
    "upload_mb": np.float64,
    "buy": np.float64,
    "pupils": np.int32,
    "teachers": np.int32,
    "teachers_on_camera": np.int32,
}


@dataclass(frozen=True, slots=True)
class Table:
    """One row an activity, sorted by school, grade and start. `days` and `devices` are bits in the order of plan.py."""

    schools: tuple[str, ...]  # place → school_id
    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.columns["school"])

    def rows(self, chosen: slice) -> Table:
        """Some of the rows, which are whole schools."""
        return Table(self.schools, {name: column[chosen] for name, column in self.columns.items()})


def is_among(column: Array, chosen: Iterable[int], *, of: int) -> NDArray[np.bool_]:
    """Whether each of a column's numbers, from 0 to below `of`, is one of the chosen; a table looked up."""
    listed = np.zeros(of, dtype=np.bool_)
    listed[list(chosen)] = True
    return np.asarray(listed[column])


def sorted_table(schools: Sequence[str], columns: Mapping[str, Array]) -> Table:
    """The table in its order; what is in order already is left as it is."""
    keys = (columns["start"], columns["grade"], columns["school"])
    order = np.lexsort(keys)
    if not np.array_equal(order, np.arange(len(order))):
        columns = {name: column[order] for name, column in columns.items()}
    return Table(tuple(schools), columns)


def encoded(a: Activity) -> dict[str, int | float | bool]:
    """An activity as the numbers of a row."""
    return {
        "grade": a.grade,
        "kind": KINDS.index(a.kind),
        "days": sum(1 << DAYS.index(day) for day in a.days),
        "start": NO_START if a.start_minute is None else a.start_minute,
        "minutes": a.minutes,
        "devices": sum(1 << DEVICES.index(device) for device in a.devices),
        "required": a.required,
        "kbps": USUAL_KBPS if a.kbps is None else a.kbps,
        "pages": a.pages,
        "colour": a.colour,
        "homework_minutes": a.homework_minutes,
        "adult_minutes": a.adult_minutes,
        "check_in": a.check_in,
        "video": a.upload == "video",
        "upload_mb": a.upload_mb,
        "buy": a.buy,
    }


def read(path: Path, progress: Progress = lambda _rows: None) -> Table:
    """The table in a file. Raises PlanProblems with row and column of what is wrong, at most a hundred."""
    reader = _Reader(path.name)
    rows = rows_of(path)
    reader.begin(next(rows, []))
    parts = [reader.part(some, progress) for some in _by(rows, ROWS_AT_A_TIME)]
    if not parts and not reader.problems:
        reader.problems.append(Problem(path.name, "", N_("There is none."), N_("Add at least one.")))
    if reader.problems:
        raise PlanProblems(tuple(reader.problems[:MOST_PROBLEMS]))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in TYPES}
    table = sorted_table(list(reader.schools), columns)
    if problems := _contradictions(path.name, table):
        raise PlanProblems(tuple(problems[:MOST_PROBLEMS]))
    return table


class _Reader:
    """Turns rows of words into columns of numbers; each distinct word of a column is looked at once."""

    def __init__(self, file: str) -> None:
        self.file, self.problems, self.row = file, list[Problem](), 1
        self.schools: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.known: dict[str, dict[str, Any]] = {}

    def begin(self, header: Sequence[str]) -> None:
        """The first row names the columns."""
        self.places = {name.strip(): place for place, name in enumerate(header)}
        self.known = {name: {} for name in self.places}
        for name in NEEDED:
            if name not in self.places:
                self.problems.append(Problem(f"{self.file}: {name}", "", N_("This is missing."), N_("Fill it in.")))
        for name in self.places:
            if name not in (*ACTIVITY, *OF_GRADE, "school_id"):
                message, remedy = N_("Nobody knows this key."), N_("Check its spelling.")
                self.problems.append(Problem(f"{self.file}: {name}", name, message, remedy))
        if self.problems:
            raise PlanProblems(tuple(self.problems))

    def part(self, rows: list[list[str]], progress: Progress) -> dict[str, Array]:
        """The columns of some rows."""
        listed: dict[str, list[Any]] = {name: [] for name in TYPES}
        for row in rows:
            self.row += 1
            values = {name: self._value(name, row) for name in self.places}
            if len(self.problems) < MOST_PROBLEMS:
                self._append(listed, values)
        progress(len(rows))
        return {name: np.array(listed[name], dtype=kind) for name, kind in TYPES.items()}

    def _value(self, name: str, row: list[str]) -> Any:
        said = row[self.places[name]].strip() if self.places[name] < len(row) else ""
        known = self.known[name]
        if said not in known:
            try:
                known[said] = self._checked(name, said)
            except Refused as no:
                where = f"{self.file} row {self.row}: {name}"
                self.problems.append(Problem(where, said, no.message, no.remedy, no.values))
                return None
        return known[said]

    def _checked(self, name: str, said: str) -> Any:
        if not said:
            if name in NEEDED:
                raise Refused(N_("This is missing."), N_("Fill it in."))
            return None
        if name == "school_id":
            return self.schools.setdefault(words(said), len(self.schools))
        column = COLUMN[name]
        check: Check = CHECKS[name]
        return check(value_of(said, column))

    def _append(self, listed: dict[str, list[Any]], values: dict[str, Any]) -> None:
        given = {name: value for name, value in values.items() if value is not None}
        if not set(NEEDED) <= set(given):
            return
        if given["kind"] in TIMED_KINDS and "start" not in given:
            message = N_("A lesson on television or live needs a beginning.")
            where = f"{self.file} row {self.row}: start"
            self.problems.append(Problem(where, "", message, N_("Write a time such as 09:00.")))
        if told := data_rate.problem(given["kind"], given.get("kbps"), f"{self.file} row {self.row}: kbps"):
            self.problems.append(told)
        said = {name: value for name, value in given.items() if name in ACTIVITY and name not in (*ONLY_TOLD, "start")}
        said |= {"devices": given.get("devices", DEVICES_BY_KIND[given["kind"]]), "subject": ""}
        numbers = encoded(Activity(**said, start_minute=given.get("start")))
        numbers |= {"school": given["school_id"]} | {name: given.get(name, 0) for name in OF_GRADE}
        for name, value in numbers.items():
            listed[name].append(value)


def _by(rows: Iterator[list[str]], many: int) -> Iterator[list[list[str]]]:
    while some := list(islice(rows, many)):
        yield some


def _contradictions(file: str, table: Table) -> list[Problem]:
    """A grade with two numbers of pupils or teachers; timed lessons of one grade at one moment."""
    c = table.columns
    same = (c["school"][1:] == c["school"][:-1]) & (c["grade"][1:] == c["grade"][:-1])
    problems = []
    for name in OF_GRADE:
        for row in np.flatnonzero(same & (c[name][1:] != c[name][:-1]))[:MOST_PROBLEMS]:
            where = f"{file}: {table.schools[c['school'][row]]}, grade {c['grade'][row]}: {name}"
            found = f"{c[name][row]}, {c[name][row + 1]}"
            problems.append(Problem(where, found, N_("The rows of one grade differ."), N_("Correct one of the two.")))
    timed = np.flatnonzero((c["kind"] == KINDS.index("live")) | (c["kind"] == KINDS.index("tv")))
    for bit in range(len(DAYS)):
        on = timed[(c["days"][timed] >> bit & 1) == 1]
        one, other = on[:-1], on[1:]
        meet = (c["school"][one] == c["school"][other]) & (c["grade"][one] == c["grade"][other])
        meet &= c["start"][one].astype(np.int32) + c["minutes"][one] > c["start"][other]
        for row in one[meet][:MOST_PROBLEMS]:
            where = f"{file}: {table.schools[c['school'][row]]}, grade {c['grade'][row]}: {DAYS[bit]}"
            message, remedy = N_("Two lessons of one grade overlap."), N_("Move or shorten one of the two.")
            problems.append(Problem(where, str(c["start"][row]), message, remedy))
    return problems


COLUMN = {column.name: column for name in ("grades", "activities") for column in COLUMNS[name]}
CHECKS: Mapping[str, Check] = {name: check for fields in (GRADE, ACTIVITY) for name, (check, _must) in fields.items()}
