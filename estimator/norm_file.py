"""Norm files ↔ norms: a strict reader that names every problem by file and key.

A file has three kinds of table. `[document.KEY]` is a source: issuer, title, date, place, address, how well read.
`[MEASURE]` says a measure's dimension, unit and zero_step, once among all files, and its `[[MEASURE.statement]]` what
documents say of it. `[[figure]]` is a price, a bitrate, a share or an assumption. A district's own file adds to these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from estimator.assessment import Source
from estimator.norms import (
    BY_SCREEN,
    CONFIDENCES,
    DIMENSIONS,
    FIGURE_KINDS,
    HOUSE,
    Figure,
    MeasureNorm,
    NormProblems,
    Norms,
    Statement,
)
from estimator.plan import DEVICES, GRADES, N_, Problem

PACKAGE = Path(__file__).parent / "norms"

Key = tuple[type | tuple[type, ...], bool]  # type, and whether it must be there
NUMBER = (int, float)
DOCUMENT_KEYS: Mapping[str, Key] = {
    "issuer": (str, True),
    "title": (str, True),
    "chinese_issuer": (str, False),
    "chinese_title": (str, False),
    "date": (date, False),
    "undated": (bool, False),
    "until": (date, False),
    "place": (str, True),
    "url": (str, True),
    "confidence": (str, True),
    "checked_on": (date, True),
}
# A rule of our own has no document to be read: it says what it is, and where and since when it may speak.
HOUSE_RULE_KEYS: Mapping[str, Key] = {
    "house_rule": (bool, True),
    "title": (str, True),
    "chinese_title": (str, True),
    "date": (date, False),
    "place": (str, True),
}
MEASURE_KEYS: Mapping[str, Key] = {
    "dimension": (str, True),
    "unit": (str, True),
    "zero_step": (NUMBER, True),
    "statement": (list, False),
}
STATEMENT_KEYS: Mapping[str, Key] = {
    "document": (str, True),
    "grades": (list, True),
    "value": (NUMBER, True),
    "quote": (str, True),
    "clause": (str, False),
    "confidence": (str, False),
    "minutes_by_screen": (dict, False),
}
FIGURE_KEYS: Mapping[str, Key] = {
    "name": (str, True),
    "kind": (str, True),
    "value": (NUMBER, True),
    "unit": (str, True),
    "document": (str, True),
    "confidence": (str, False),
    "derived": (str, False),
}
CLAUSES = tuple(f"N{number}" for number in range(1, 15))


@dataclass
class _Reading:
    """What has been read so far, and what is wrong with it."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    figures: dict[str, list[Figure]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, where: str, found: object, message: str, remedy: str, **values: str) -> None:
        self.problems.append(Problem(where, "" if found is None else str(found), message, remedy, values))


def load(*extra: Path) -> Norms:
    """The norms that ship with the program, and those of further files.

    Raises NormProblems with every problem of every file.
    """
    reading = _Reading()
    files = [(path, _parsed(path, reading)) for path in (*sorted(PACKAGE.glob("*.toml")), *extra)]
    for path, content in files:
        _read_documents(path.name, content, reading)
    for path, content in files:
        _read_measures(path.name, content, reading)
    for path, content in files:
        _read_statements(path.name, content, reading)
        _read_figures(path.name, content, reading)
    reading.problems.extend(_overlaps(reading))
    if reading.problems:
        raise NormProblems(tuple(reading.problems))
    measures = {
        name: MeasureNorm(
            name, m["dimension"], m["unit"], float(m["zero_step"]), tuple(reading.statements.get(name, ()))
        )
        for name, m in reading.measures.items()
    }
    return Norms(measures, {name: tuple(figures) for name, figures in reading.figures.items()})


def _parsed(path: Path, reading: _Reading) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reading.complain(path.name, error, N_("The file cannot be read."), N_("Write it as TOML in UTF-8."))
        return {}


def _read_documents(file: str, content: Mapping[str, Any], reading: _Reading) -> None:
    for key, said in content.get("document", {}).items():
        where = f"{file}: [document.{key}]"
        if key in reading.documents:
            reading.complain(where, key, N_("This document is described twice."), N_("Keep one description."))
        elif isinstance(said, dict) and "house_rule" in said:
            if _well_formed(said, HOUSE_RULE_KEYS, where, reading):
                reading.documents[key] = {"issuer": "", "url": "", "confidence": HOUSE, **said}
        elif _well_formed(said, DOCUMENT_KEYS, where, reading):
            _check_words(said, where, reading)
            reading.documents[key] = said


def _check_words(said: Mapping[str, Any], where: str, reading: _Reading) -> None:
    if said["confidence"] not in CONFIDENCES:
        reading.complain(
            f"{where} confidence",
            said["confidence"],
            N_("This is no word for how well a line was read."),
            N_("Write one of %(words)s."),
            words=", ".join(CONFIDENCES),
        )
    for key in ("issuer", "title"):
        if not said[key].strip():
            reading.complain(f"{where} {key}", None, N_("The source is missing."), N_("Name who says so, and where."))
    if ("date" in said) == said.get("undated", False):
        remedy = N_("Give its date, or write undated = true.")
        reading.complain(f"{where} date", said.get("date"), N_("The document has no date, or two minds of it."), remedy)
    if "until" in said and said["until"] <= said.get("date", date.min):
        reading.complain(f"{where} until", said["until"], N_("It ends before it begins."), N_("Put a later day."))


def _read_measures(file: str, content: Mapping[str, Any], reading: _Reading) -> None:
    for name, said in content.items():
        if name in ("document", "figure") or set(said) <= {"statement"}:
            continue
        where = f"{file}: [{name}]"
        if name in reading.measures:
            reading.complain(where, name, N_("This measure is described twice."), N_("Keep one description."))
        elif _well_formed(said, MEASURE_KEYS, where, reading):
            if said["dimension"] not in DIMENSIONS:
                reading.complain(
                    f"{where} dimension",
                    said["dimension"],
                    N_("Nobody knows this dimension."),
                    N_("Write one of %(words)s."),
                    words=", ".join(DIMENSIONS),
                )
            reading.measures[name] = said


def _read_statements(file: str, content: Mapping[str, Any], reading: _Reading) -> None:
    for measure, table in content.items():
        if measure in ("document", "figure"):
            continue
        if measure not in reading.measures:
            if set(table) <= {"statement"}:
                reading.complain(
                    f"{file}: [{measure}]",
                    measure,
                    N_("Nobody knows this measure."),
                    N_("Use a measure's own name."),
                )
            continue
        for number, said in enumerate(table.get("statement", ()), start=1):
            where = f"{file}: [[{measure}.statement]] {number}"
            if _well_formed(said, STATEMENT_KEYS, where, reading) and _sound(measure, said, where, reading):
                statement = _statement(measure, said, reading)
                reading.statements.setdefault(measure, []).append(statement)


def _statement(measure: str, said: Mapping[str, Any], reading: _Reading) -> Statement:
    document = reading.documents[said["document"]]
    first, last = said["grades"]
    return Statement(
        id=f"{said['document']}/{measure}/{first}-{last}",
        measure=measure,
        value=float(said["value"]),
        unit=reading.measures[measure]["unit"],
        place=document["place"],
        grades=(first, last),
        date=document.get("date", date.min),
        until=document.get("until"),
        quote=said["quote"],
        source=_source(document, said),
        clause=said.get("clause"),
        house_rule=document["confidence"] == HOUSE,
        minutes_by_screen=said.get("minutes_by_screen"),
    )


def _source(document: Mapping[str, Any], said: Mapping[str, Any]) -> Source:
    """The document, read as well as this line of it was."""
    return Source(
        issuer=document["issuer"],
        title=document["title"],
        date=document.get("date"),
        url=document["url"],
        confidence=said.get("confidence", document["confidence"]),
        checked_on=document.get("checked_on"),
        chinese_issuer=document.get("chinese_issuer", ""),
        chinese_title=document.get("chinese_title", ""),
    )


def _sound(measure: str, said: Mapping[str, Any], where: str, reading: _Reading) -> bool:
    before = len(reading.problems)
    grades = said["grades"]
    if len(grades) != 2 or not all(type(g) is int and g in GRADES for g in grades) or grades[0] > grades[1]:
        reading.complain(
            f"{where} grades",
            grades,
            N_("These are no grades."),
            N_("Write the first and the last, 1 to 12."),
        )
    if said.get("clause", CLAUSES[0]) not in CLAUSES:
        reading.complain(
            f"{where} clause", said["clause"], N_("The notice has no such clause."), N_("Write N1 to N14.")
        )
    _check_origin(said, where, reading)
    _check_screens(measure, said, where, reading)
    return len(reading.problems) == before


def _check_screens(measure: str, said: Mapping[str, Any], where: str, reading: _Reading) -> None:
    """Minutes for every device where screens are limited one by one, and nowhere else."""
    told = said.get("minutes_by_screen", {})
    minutes = [m for m in told.values() if isinstance(m, NUMBER) and not isinstance(m, bool) and 0 < m < float("inf")]
    if measure == BY_SCREEN and (set(told) != set(DEVICES) or len(minutes) != len(DEVICES) or said["value"] != 1):
        message = N_("A limit screen by screen gives minutes for every device, and its value is 1.")
        remedy = N_("Write value = 1 and minutes_by_screen = { %(words)s }, each above 0.")
        words = ", ".join(f"{device} = …" for device in DEVICES)
        reading.complain(f"{where} minutes_by_screen", told or None, message, remedy, words=words)
    elif measure != BY_SCREEN and told:
        message, remedy = N_("Only %(words)s is limited screen by screen."), N_("Put the statement there.")
        reading.complain(f"{where} minutes_by_screen", told, message, remedy, words=BY_SCREEN)


def _check_origin(said: Mapping[str, Any], where: str, reading: _Reading) -> None:
    if said["document"] not in reading.documents:
        reading.complain(
            f"{where} document",
            said["document"],
            N_("The source is missing."),
            N_("Describe it under [document.…]."),
        )
    if not 0 <= said["value"] < float("inf"):
        reading.complain(f"{where} value", said["value"], N_("This is no limit."), N_("Write a number from 0 up."))
    if said.get("confidence", CONFIDENCES[0]) not in CONFIDENCES:
        reading.complain(
            f"{where} confidence",
            said["confidence"],
            N_("This is no word for how well a line was read."),
            N_("Write one of %(words)s."),
            words=", ".join(CONFIDENCES),
        )


def _read_figures(file: str, content: Mapping[str, Any], reading: _Reading) -> None:
    for number, said in enumerate(content.get("figure", ()), start=1):
        where = f"{file}: [[figure]] {said.get('name', number)}"
        before = len(reading.problems)
        if not _well_formed(said, FIGURE_KEYS, where, reading):
            continue
        _check_origin(said, where, reading)
        if said["kind"] not in FIGURE_KINDS:
            reading.complain(
                f"{where} kind",
                said["kind"],
                N_("Nobody knows this kind of figure."),
                N_("Write one of %(words)s."),
                words=", ".join(FIGURE_KINDS),
            )
        if len(reading.problems) == before:
            reading.figures.setdefault(said["name"], []).append(_figure(said, reading.documents[said["document"]]))


def _figure(said: Mapping[str, Any], document: Mapping[str, Any]) -> Figure:
    return Figure(
        name=said["name"],
        kind=said["kind"],
        value=float(said["value"]),
        unit=said["unit"],
        place=document["place"],
        date=document.get("date", date.min),
        source=_source(document, said),
        house_rule=document["confidence"] == HOUSE,
    )


def _well_formed(said: object, keys: Mapping[str, Key], where: str, reading: _Reading) -> bool:
    """Whether a table has every key it must have, none that nobody knows, and values of the right type."""
    if not isinstance(said, dict):
        reading.complain(where, said, N_("A table is expected here."), N_("See the files that ship with the program."))
        return False
    before = len(reading.problems)
    for key in said:
        if key not in keys:
            reading.complain(f"{where} {key}", said[key], N_("Nobody knows this key."), N_("Check its spelling."))
    for key, (kind, must) in keys.items():
        if key not in said:
            if must:
                reading.complain(f"{where} {key}", None, N_("This key is missing."), N_("Add it."))
        elif not isinstance(said[key], kind) or (isinstance(said[key], bool) and kind is not bool):
            reading.complain(f"{where} {key}", said[key], N_("The value is of another kind."), N_("Check its type."))
    return len(reading.problems) == before


def _overlaps(reading: _Reading) -> Iterator[Problem]:
    """Two statements of one issuer on one measure that hold for the same place, grade and day."""
    for measure, told in reading.statements.items():
        for one, other in combinations(told, 2):
            if (one.source.issuer, one.place) == (other.source.issuer, other.place) and _share_a_day(one, other):
                yield Problem(
                    f"[{measure}] {other.id}",
                    one.id,
                    N_("Two statements of one issuer overlap in grades and dates."),
                    N_("Say with until when the older document ends, or part the grades."),
                )


def _share_a_day(one: Statement, other: Statement) -> bool:
    grades = one.grades[0] <= other.grades[1] and other.grades[0] <= one.grades[1]
    return grades and one.date < (other.until or date.max) and other.date < (one.until or date.max)
