"""Conditions of questionnaires: tests/cases/expressions.toml, here on the server (the browser's test has them too)."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire.expression_reader import ExpressionProblem, parse
from survey.questionnaire.expressions import OPERATIONS, PAGE_OPERATIONS, holds

TOLD = tomllib.loads((Path(__file__).parent / "cases/expressions.toml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = TOLD["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_condition_holds_or_not(case: dict[str, Any]) -> None:
    expression = parse(case["expression"])
    found = holds(expression, case.get("answers", {}), said=case.get("said", ""), columns=case.get("columns"))
    assert found == case["value"]


@pytest.mark.parametrize("case", TOLD["refused"], ids=[case["expression"] for case in TOLD["refused"]])
def test_a_condition_that_cannot_be_used_is_refused_in_words(case: dict[str, str]) -> None:
    with pytest.raises(ExpressionProblem) as found:
        parse(case["expression"])
    assert case["says"] in str(found.value)


def test_every_operation_has_a_case() -> None:
    tried = {name for case in CASES for name in parse(case["expression"]).operations}
    assert tried >= OPERATIONS.keys() - {"true", "false", "number", "string"}
    assert OPERATIONS.keys() >= PAGE_OPERATIONS


SIGNS = ("(", ")", ",", "=", "!=", "<", "+", "-", "*", "div", "and", "or")
WORDS = st.sampled_from((*SIGNS, "${a}", ".", "'x'", "1", "2.5", "not(", "selected("))


@given(st.lists(WORDS, max_size=12), st.sampled_from(["", "x", "1", ["x", "y"], 3.0]))
def test_any_row_of_words_is_a_condition_or_is_refused(words: list[str], answer: Any) -> None:
    try:
        expression = parse(" ".join(words))
    except ExpressionProblem:
        return
    assert holds(expression, {"a": answer}, said=answer) in (True, False)


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    with suppress(ExpressionProblem):
        assert parse(text).written == text
