"""rules.toml → the clauses, read strictly: every problem by clause and row, and none is let pass."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from estimator.assess import MEASURES
from estimator.assessment import Source
from estimator.norm_file import documents
from survey.notice.facts import RECORDS
from survey.notice.plan_figures import PLAN_FIGURES
from survey.notice.rules import (
    MIXED_IS_PARTLY,
    MIXED_IS_WORST,
    Bounds,
    Clause,
    OfAnswers,
    OfMeasure,
    OfPlan,
    OfRecord,
    OfResponse,
    Rule,
)
from survey.questionnaire import built_in
from survey.words import wording

FILE = Path(__file__).parent / "rules.toml"
CLAUSE_KEYS = {"if_mixed", "seen", "heard"}
PAIRS = (("kept_up_to", "not_kept_from"), ("kept_from", "not_kept_up_to"))
BOUND_KEYS = {key for pair in PAIRS for key in pair}
# What a row may be, by the key that says so → its other keys, and whether it has bounds.
SEEN_KINDS: Mapping[str, tuple[set[str], bool]] = {
    "measure": (set(), False),
    "plan": (set(), True),
    "record": (set(), True),
}
HEARD_KINDS: Mapping[str, tuple[set[str], bool]] = {"from": ({"question", "answers"}, True), "answered": (set(), False)}


class RuleProblems(ValueError):
    """Rules that cannot be used; every problem at once."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@cache
def clauses() -> Mapping[str, Clause]:
    """Id → clause, in the order of the notice. Raises RuleProblems."""
    return read(FILE.read_text(encoding="utf-8"))


@cache
def notice() -> Source:
    """The document whose clauses they are."""
    return documents()[tomllib.loads(FILE.read_text(encoding="utf-8"))["document"]]


def read(text: str) -> Mapping[str, Clause]:
    """The clauses of a file's text. Raises RuleProblems, with the clause and the row of each problem."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleProblems([f"this is no TOML: {error}"]) from None
    problems = [*_of_file(content)]
    if not problems:
        usual = content["usual"]
        for clause in wording.CLAUSES:
            problems += _of_clause(clause, content[clause])
    if problems:
        raise RuleProblems(problems)
    return {clause: _clause(clause, content[clause], usual) for clause in wording.CLAUSES}


def _of_file(content: Mapping[str, Any]) -> Iterator[str]:
    expected = {"document", "usual", *wording.CLAUSES}
    yield from (f"{key}: nobody knows it" for key in content if key not in expected)
    yield from (f"{key}: it is missing" for key in sorted(expected - {*content}))
    yield from (
        f"{key}: a table is expected" for key in content if key in wording.CLAUSES and not _is_table(content[key])
    )
    if content.get("document") not in documents():
        yield f"document: {content.get('document')!r} is not in estimator/norms/documents.toml"
    if _is_table(content.get("usual")):
        yield from _of_bounds("usual", content["usual"], True)


def _of_clause(name: str, said: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} {key}: nobody knows it" for key in said if key not in CLAUSE_KEYS)
    if said.get("if_mixed") not in (MIXED_IS_PARTLY, MIXED_IS_WORST):
        yield f"{name} if_mixed: {said.get('if_mixed')!r}; write {MIXED_IS_PARTLY} or {MIXED_IS_WORST}"
    if not said.get("seen") and not said.get("heard"):
        yield f"{name}: it is neither seen nor heard"
    if len({"record" in row for row in said.get("seen", ())}) > 1:
        yield f"{name} seen: a clause is seen in the plan or in records, not in both"
    for side, kinds in (("seen", SEEN_KINDS), ("heard", HEARD_KINDS)):
        for number, row in enumerate(said.get(side, ()), start=1):
            yield from _of_row(name, f"{name} {side} {number}", row, kinds)


def _of_row(clause: str, where: str, row: Any, kinds: Mapping[str, tuple[set[str], bool]]) -> Iterator[str]:
    kind = [key for key in kinds if _is_table(row) and key in row]
    if len(kind) != 1:
        yield f"{where}: one of {', '.join(kinds)} is expected"
        return
    also, has_bounds = kinds[kind[0]]
    known = {kind[0], *also} | (BOUND_KEYS if has_bounds else set())
    yield from (f"{where} {key}: nobody knows it here" for key in row if key not in known)
    yield from (f"{where} {key}: it is missing" for key in sorted(also - {*row}))
    if row[kind[0]] not in NAMES[kind[0]]():
        yield f"{where} {kind[0]}: nobody knows {row[kind[0]]!r}"
    elif kind[0] == "from" and also <= {*row}:
        yield from _of_question(clause, where, row)
    if has_bounds:
        yield from _of_bounds(where, row, kind[0] != "from")


def _of_question(clause: str, where: str, row: Mapping[str, Any]) -> Iterator[str]:
    found = next((q for q in built_in()[row["from"]].questions if q.name == row["question"]), None)
    if found is None:
        yield f"{where} question: the questionnaire does not ask {row['question']!r}"
        return
    if clause not in found.clauses:
        yield f"{where} question: {row['question']!r} does not hear {clause}; see its clauses in the questionnaire"
    answers = {choice.name for choice in found.choices if not choice.no_answer}
    if not row["answers"] or not {*row["answers"]} < answers:
        yield f"{where} answers: {row['answers']!r}; some, not all, of {', '.join(sorted(answers))} are expected"


def _of_bounds(where: str, row: Mapping[str, Any], must: bool) -> Iterator[str]:
    said = {key: row[key] for key in row if key in BOUND_KEYS}
    if not said and not must:
        return
    if not any({*said} == {*pair} for pair in PAIRS):
        yield f"{where}: {' or '.join(' with '.join(pair) for pair in PAIRS)} is expected"
    elif any(isinstance(value, bool) or not isinstance(value, int | float) for value in said.values()):
        yield f"{where}: its bounds must be numbers"
    else:
        bounds = _bounds(said)
        if bounds.kept == bounds.not_kept or bounds.less_is_better != (PAIRS[0][0] in said):
            yield f"{where}: its bounds lie the wrong way round"


def _clause(name: str, said: Mapping[str, Any], usual: Mapping[str, Any]) -> Clause:
    seen, heard = (tuple(_rule(row, usual) for row in said.get(side, ())) for side in ("seen", "heard"))
    return Clause(name, seen, heard, said["if_mixed"])


def _rule(row: Mapping[str, Any], usual: Mapping[str, Any]) -> Rule:
    if "measure" in row:
        return OfMeasure(row["measure"])
    if "answered" in row:
        return OfResponse(row["answered"])
    if "from" in row:
        bounds = _bounds(row if BOUND_KEYS & {*row} else usual)
        return OfAnswers(row["from"], row["question"], tuple(row["answers"]), bounds)
    return OfPlan(row["plan"], _bounds(row)) if "plan" in row else OfRecord(row["record"], _bounds(row))


def _bounds(row: Mapping[str, Any]) -> Bounds:
    kept, not_kept = next(pair for pair in PAIRS if pair[0] in row)
    return Bounds(float(row[kept]), float(row[not_kept]))


def _is_table(said: object) -> bool:
    return isinstance(said, dict)


NAMES: Mapping[str, Callable[[], Any]] = {
    "measure": lambda: MEASURES,
    "plan": lambda: PLAN_FIGURES,
    "record": lambda: RECORDS,
    "from": built_in,
    "answered": built_in,
}
