"""The codebook: every column of every table, and every code, in both languages with unit and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _l

from survey.release.published import Release
from survey.workbook.tables.codes import Code, Codes
from survey.workbook.tables.table import ANSWERS, Field, Row, Table, in_both

ITSELF = _l("this codebook")
FIELDS = (
    Field(
        "kind",
        "text",
        _l("What the row explains"),
        ITSELF,
        codes={
            "table": _l("a table"),
            "column": _l("a column of a table"),
            "code": _l("a code in a column"),
            "question": _l("a question"),
            "choice": _l("an answer on offer"),
        },
    ),
    Field("table", "text", _l("The table it stands in"), ITSELF),
    Field("column", "text", _l("The column it stands in"), ITSELF),
    Field("questionnaire", "text", _l("Which questionnaire"), ITSELF),
    Field("question", "text", _l("The question's code"), ITSELF),
    Field("code", "text", _l("The code"), ITSELF),
    Field(
        "type",
        "text",
        _l("Of a column: what it holds. Of a question: whether one or several answers could be chosen"),
        ITSELF,
        codes={
            "text": _l("words or codes"),
            "whole": _l("a whole number"),
            "number": _l("a number"),
            "yes_no": _l("true or false"),
            "day": _l("a day, year-month-day"),
            "one": _l("one answer"),
            "several": _l("several answers; shares add up to more than 100%"),
        },
    ),
    Field("unit", "text", _l("The unit"), ITSELF),
    Field(
        "low", "number", _l("Where a band begins; the number itself belongs to it"), ITSELF, _l("as in the question")
    ),
    Field(
        "high",
        "number",
        _l("Where a band ends; the number itself does not belong to it"),
        ITSELF,
        _l("as in the question"),
    ),
    Field("meaning_en", "text", _l("What it means, in English"), ITSELF),
    Field("meaning_zh", "text", _l("What it means, in Chinese"), ITSELF),
    Field("source_en", "text", _l("Where it comes from, in English"), ITSELF),
    Field("source_zh", "text", _l("Where it comes from, in Chinese"), ITSELF),
)


def codebook(release: Release, tables: Sequence[Table], codes: Codes) -> Table:
    """The codebook of these tables and of itself."""

    def rows() -> Iterator[Row]:
        for table in (*tables, book):
            yield _row("table", table=table.name, meaning=table.about)
            for field in table.fields:
                yield from _column(table, field)
        for key, label in codes.questions.items():
            kind = "several" if codes.several[key] else "one"
            name, question = key
            place = {"table": "answers", "column": "question", "questionnaire": name, "question": question}
            yield _row("question", **place, code=question, type=kind, meaning=label, source=ANSWERS)
            for choice, code in codes.codes[key].items():
                yield _choice({**place, "column": "choice"}, choice, code)
        for name, title in release.questionnaires.items():
            yield _row("code", table="answers", column="questionnaire", code=name, meaning=title)

    book = Table("codebook", _l("Every column and every code"), FIELDS, rows)
    return book


def _column(table: Table, field: Field) -> Iterator[Row]:
    place = {"table": table.name, "column": field.name}
    unit = _said(field.unit)
    yield _row("column", **place, type=field.kind, unit=unit, meaning=field.meaning, source=field.source)
    for code, meaning in field.codes.items():
        yield _row("code", **place, code=str(code), meaning=meaning)


def _choice(place: dict[str, str], choice: str, code: Code) -> Row:
    return _row("choice", **place, code=choice, low=code.low, high=code.high, meaning=code.label, source=ANSWERS)


def _said(words: object) -> str | None:
    """Both languages in one cell, for what is short."""
    english, chinese = in_both(words)
    return f"{english} / {chinese}" if english != chinese else english or None


def _row(kind: str, *, meaning: object, source: object = "", **cells: object) -> Row:
    said = (meaning["en"], meaning["zh"]) if isinstance(meaning, dict) else in_both(meaning)
    origin = in_both(source) if source else (None, None)
    found = {"kind": kind, **cells, "meaning_en": said[0], "meaning_zh": said[1]}
    found |= {"source_en": origin[0], "source_zh": origin[1]}
    return tuple(found.get(field.name) for field in FIELDS)  # type: ignore[misc]
