"""Norm files ↔ norms: a strict reader that names every problem by file and key.

A file has three kinds of table. `[document.KEY]` is a source: issuer, title, date, place, address, how well read.
`[MEASURE]` says a measure's dimension, unit and zero_step, once among all files, and its `[[MEASURE.statement]]` what
documents say of it. `[[figure]]` is a price, a bitrate, a share or an assumption. A district's own file adds to these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from estimator.assessment import Source
from estimator.norm_checks import (
    DOCUMENT_KEYS,
    FIGURE_KEYS,
    HOUSE_RULE_KEYS,
    MEASURE_KEYS,
    STATEMENT_KEYS,
    Reading,
    check_origin,
    check_words,
    held_in,
    overlaps,
    sound,
    well_formed,
)
from estimator.norms import DIMENSIONS, FIGURE_KINDS, HOUSE, Figure, MeasureNorm, NormProblems, Norms, Statement
from estimator.plan import N_

PACKAGE = Path(__file__).parent / "norms"
DOCUMENTS = PACKAGE / "documents.toml"


def load(*extra: Path) -> Norms:
    """The norms that ship with the program, and those of further files.

    Raises NormProblems with every problem of every file.
    """
    reading = Reading()
    return _norms([(path.name, _parsed(path, reading)) for path in (*_shipped(), *extra)], reading)


def load_with(name: str, own: Mapping[str, Any]) -> Norms:
    """The norms that ship with the program, and those of one more file's content, which problems call by this name.

    Raises NormProblems as `load` does.
    """
    reading = Reading()
    return _norms([*((path.name, _parsed(path, reading)) for path in _shipped()), (name, own)], reading)


def _shipped() -> list[Path]:
    return sorted(PACKAGE.glob("*.toml"))


def _norms(files: Sequence[tuple[str, Mapping[str, Any]]], reading: Reading) -> Norms:
    for name, content in files:
        _read_documents(name, content, reading)
    for name, content in files:
        _read_measures(name, content, reading)
    for name, content in files:
        _read_statements(name, content, reading)
        _read_figures(name, content, reading)
    reading.problems.extend(overlaps(reading))
    if reading.problems:
        raise NormProblems(tuple(reading.problems))
    measures = {
        name: MeasureNorm(
            name, m["dimension"], m["unit"], float(m["zero_step"]), tuple(reading.statements.get(name, ()))
        )
        for name, m in reading.measures.items()
    }
    return Norms(measures, {name: tuple(figures) for name, figures in reading.figures.items()})


def documents() -> Mapping[str, Source]:
    """Key → document, of those that ship with the program; a house rule has none. Raises NormProblems."""
    reading = Reading()
    _read_documents(DOCUMENTS.name, _parsed(DOCUMENTS, reading), reading)
    if reading.problems:
        raise NormProblems(tuple(reading.problems))
    return {key: _source(said, {}) for key, said in reading.documents.items() if "house_rule" not in said}


def _parsed(path: Path, reading: Reading) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reading.complain(path.name, error, N_("The file cannot be read."), N_("Write it as TOML in UTF-8."))
        return {}
    shaped = {name: said for name, said in content.items() if _is_shaped(name, said)}
    for name in content.keys() - shaped.keys():
        where, remedy = f"{path.name}: {name}", N_("See the files that ship with the program.")
        reading.complain(where, content[name], N_("A table is expected here."), remedy)
    return shaped


def _is_shaped(name: str, said: object) -> bool:
    """Whether something at the top of a file is of the kind that its name calls for."""
    if name == "figure":
        return isinstance(said, list) and all(isinstance(each, dict) for each in said)
    return isinstance(said, dict) and isinstance(said.get("statement", []), list)


def _read_documents(file: str, content: Mapping[str, Any], reading: Reading) -> None:
    for key, said in content.get("document", {}).items():
        where = f"{file}: [document.{key}]"
        if key in reading.documents:
            reading.complain(where, key, N_("This document is described twice."), N_("Keep one description."))
        elif isinstance(said, dict) and "house_rule" in said:
            if well_formed(said, HOUSE_RULE_KEYS, where, reading):
                about = {"place": held_in(said, where, reading)}
                reading.documents[key] = {"issuer": "", "url": "", "confidence": HOUSE, **said, **about}
        elif well_formed(said, DOCUMENT_KEYS, where, reading):
            check_words(said, where, reading)
            reading.documents[key] = said | {"place": held_in(said, where, reading)}


def _read_measures(file: str, content: Mapping[str, Any], reading: Reading) -> None:
    for name, said in content.items():
        if name in ("document", "figure") or set(said) <= {"statement"}:
            continue
        where = f"{file}: [{name}]"
        if name in reading.measures:
            reading.complain(where, name, N_("This measure is described twice."), N_("Keep one description."))
        elif well_formed(said, MEASURE_KEYS, where, reading):
            if said["dimension"] not in DIMENSIONS:
                reading.complain(
                    f"{where} dimension",
                    said["dimension"],
                    N_("Nobody knows this dimension."),
                    N_("Write one of %(words)s."),
                    words=", ".join(DIMENSIONS),
                )
            reading.measures[name] = said


def _read_statements(file: str, content: Mapping[str, Any], reading: Reading) -> None:
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
            if well_formed(said, STATEMENT_KEYS, where, reading) and sound(measure, said, where, reading):
                statement = _statement(measure, said, reading)
                reading.statements.setdefault(measure, []).append(statement)


def _statement(measure: str, said: Mapping[str, Any], reading: Reading) -> Statement:
    document = reading.documents[said["document"]]
    first, last = said["grades"]
    return Statement(
        id=f"{said['document']}/{measure}/{first}-{last}",
        measure=measure,
        value=float(said["value"]),
        unit=reading.measures[measure]["unit"],
        place=document["place"],
        grades=(first, last),
        date=document.get("since", document.get("date", date.min)),
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


def _read_figures(file: str, content: Mapping[str, Any], reading: Reading) -> None:
    for number, said in enumerate(content.get("figure", ()), start=1):
        where = f"{file}: [[figure]] {said.get('name', number)}"
        before = len(reading.problems)
        if not well_formed(said, FIGURE_KEYS, where, reading):
            continue
        check_origin(said, where, reading)
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
