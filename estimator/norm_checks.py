"""What norm files may say: the keys of their tables, and what makes a source, a statement or a figure sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from estimator import field_checks
from estimator.norms import ANYWHERE, BY_SCREEN, CONFIDENCES, Figure, Statement
from estimator.plan import DEVICES, GRADES, MINUTES_A_DAY, N_, Problem

Key = tuple[type | tuple[type, ...], bool]  # type, and whether it must be there
NUMBER = (int, float)
DOCUMENT_KEYS: Mapping[str, Key] = {
    "issuer": (str, True),
    "title": (str, True),
    "chinese_issuer": (str, False),
    "chinese_title": (str, False),
    "date": (date, False),
    "undated": (bool, False),
    "since": (date, False),
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
# A limit beyond these is a slip of the pen: a day has no more minutes, and nobody pays that much. House rules, but for
# days and shares.
LARGEST: Mapping[str, float] = {
    "min/day": MINUTES_A_DAY,
    "min": MINUTES_A_DAY,
    "share": 1,
    "times/week": 1_000,
    "pages/week": 10_000,
    "GB/month": 10_000,
    "currency/month": 1_000_000,
}
# Less than these but more than none is a slip too, and would be shown as 0. House rules.
SMALLEST: Mapping[str, float] = {
    "min/day": 1,
    "min": 1,
    "share": 0.001,
    "times/week": 1,
    "pages/week": 1,
    "GB/month": 0.1,
    "currency/month": 0.1,
}
CLAUSES = tuple(f"N{number}" for number in range(1, 15))


@dataclass
class Reading:
    """What has been read so far, and what is wrong with it."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    figures: dict[str, list[Figure]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, where: str, found: object, message: str, remedy: str, **values: str | float) -> None:
        """Note one thing to mend."""
        self.problems.append(Problem(where, "" if found is None else str(found), message, remedy, values))


def well_formed(said: object, keys: Mapping[str, Key], where: str, reading: Reading) -> bool:
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


def check_words(said: Mapping[str, Any], where: str, reading: Reading) -> None:
    """A document must say who says so, since and until when, and how well it was read."""
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
    since = said.get("since", said.get("date", date.min))
    if "until" in said and said["until"] <= since:
        reading.complain(f"{where} until", said["until"], N_("It ends before it begins."), N_("Put a later day."))
    if since < said.get("date", date.min):
        message, remedy = N_("It is in force before it was issued."), N_("Put the day of the document, or a later one.")
        reading.complain(f"{where} since", said["since"], message, remedy)
    if said.get("date", date.min) > said["checked_on"]:
        message, remedy = N_("It was read before it was issued."), N_("Put the day that stands on the document.")
        reading.complain(f"{where} date", said["date"], message, remedy)


def held_in(said: Mapping[str, Any], where: str, reading: Reading) -> str:
    """The place where a document holds, as it is kept; anywhere, where there is no such place."""
    try:
        return field_checks.place(said["place"]) if said["place"] else ANYWHERE
    except field_checks.Refused as refused:
        reading.complain(f"{where} place", said["place"], refused.message, refused.remedy, **refused.values)
        return ANYWHERE


def sound(measure: str, said: Mapping[str, Any], where: str, reading: Reading) -> bool:
    """Whether a well-formed statement can be a limit: its grades, clause, document, value and screens."""
    before = len(reading.problems)
    grades = said["grades"]
    if len(grades) != 2 or not all(type(g) is int and g in GRADES for g in grades):
        reading.complain(
            f"{where} grades",
            grades,
            N_("These are no grades."),
            N_("Write the first and the last, 1 to 12."),
        )
    elif grades[0] > grades[1]:
        message, remedy = N_("The first grade is after the last one."), N_("Write the lower one first.")
        reading.complain(f"{where} grades", grades, message, remedy)
    if said.get("clause", CLAUSES[0]) not in CLAUSES:
        reading.complain(
            f"{where} clause", said["clause"], N_("The notice has no such clause."), N_("Write N1 to N14.")
        )
    check_origin(said, where, reading)
    _check_size(measure, said, where, reading)
    _check_screens(measure, said, where, reading)
    return len(reading.problems) == before


def check_origin(said: Mapping[str, Any], where: str, reading: Reading) -> None:
    """A statement or figure must have a document that is described, and a value that can be one."""
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


def _check_size(measure: str, said: Mapping[str, Any], where: str, reading: Reading) -> None:
    """No limit is so high that nothing could reach it, nor so low that it is none at all."""
    unit = reading.measures[measure]["unit"]
    largest, smallest = LARGEST.get(unit, float("inf")), SMALLEST.get(unit, 0)
    if 0 < said["value"] < smallest:
        message, remedy = (
            N_("So small a limit allows nothing."),
            N_("Write 0 where none is allowed, or a number from %(smallest)s up."),
        )
        reading.complain(f"{where} value", said["value"], message, remedy, smallest=smallest)
    if largest < said["value"] < float("inf"):
        message, remedy = N_("Nothing could reach this limit."), N_("Write a number up to %(largest)s.")
        reading.complain(f"{where} value", said["value"], message, remedy, largest=largest)


def _check_screens(measure: str, said: Mapping[str, Any], where: str, reading: Reading) -> None:
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


def overlaps(reading: Reading) -> Iterator[Problem]:
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
