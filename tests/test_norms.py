"""Who limits what, and what the norm files refuse."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estimator import norm_file
from estimator.assess import MEASURES
from estimator.norms import NormProblems

NORMS = norm_file.load()
CASES = tomllib.loads((Path(__file__).parent / "cases/norms.toml").read_text(encoding="utf-8"))["case"]
DOCUMENT = """
[document.TOWN]
issuer = "Town"
title = "Rules"
date = 2020-03-01
place = "CN-41-AY"
url = "town.example"
confidence = "verified"
checked_on = 2026-11-23
"""
STATEMENT = """
[[screen_minutes.statement]]
document = "TOWN"
grades = [1, 6]
value = 50
quote = "50 minutes"
"""


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_which_statement_applies(case: dict[str, Any]) -> None:
    applies = NORMS.ruling(case["measure"], case["place"], case["grade"], case["day"]).applies
    assert applies is not None
    assert (applies.value, applies.source.issuer) == (case["value"], case["issuer"])


def test_every_statement_is_kept_applied_or_passed_over_with_a_reason() -> None:
    for measure, norm in NORMS.measures.items():
        ruling = NORMS.ruling(measure, "CN-34", 3, date(2020, 3, 9))
        told = [s for s, _ in ruling.passed_over] + ([ruling.applies] if ruling.applies else [])
        assert sorted(s.id for s in told) == sorted(s.id for s in norm.statements)
        assert all(why for _, why in ruling.passed_over)


def test_what_was_read_too_weakly_never_decides() -> None:
    ruling = NORMS.ruling("screen_minutes", "CN-32", 4, date(2020, 3, 9))
    assert ruling.applies is None
    assert any(
        s.source.issuer.endswith("Jiangsu") and why == "read too weakly to decide" for s, why in ruling.passed_over
    )


LIMITS = tomllib.loads((Path(__file__).parent / "cases/limits.toml").read_text(encoding="utf-8"))
EVERY = [(m, who, value) for m, listed in LIMITS.items() for who, value in listed.items()]


@pytest.mark.parametrize(("measure", "who", "value"), EVERY, ids=[f"{m}: {who}" for m, who, _ in EVERY])
def test_each_limit_is_as_it_was_read(measure: str, who: str, value: float) -> None:
    document, grades = who.split(", grades ")
    first, last = grades.split("–")
    found = {s.id: s.value for s in NORMS.measures[measure].statements}
    assert found[f"{document}/{measure}/{first}-{last}"] == value


def test_no_limit_is_without_its_case() -> None:
    assert len(EVERY) == sum(len(norm.statements) for norm in NORMS.measures.values())


def test_every_measure_has_its_norm_and_every_norm_its_measure() -> None:
    assert set(NORMS.measures) == set(MEASURES)


def test_every_statement_is_cited() -> None:
    for norm in NORMS.measures.values():
        for s in norm.statements:
            assert s.source.title, s.id
            assert s.source.chinese_title, s.id
            if not s.house_rule:
                assert s.source.issuer, s.id
                assert s.source.url, s.id
                assert s.source.checked_on, s.id
                # Only what is too weak to decide may lack a date.
                assert s.source.date or s.source.confidence == "weak", s.id


def problems_of(tmp_path: Path, text: str) -> list[str]:
    """What the reader says of a district's own file."""
    path = tmp_path / "town.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NormProblems) as found:
        norm_file.load(path)
    return [str(problem) for problem in found.value.problems]


def test_a_district_adds_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text(DOCUMENT + STATEMENT, encoding="utf-8")
    applies = norm_file.load(path).ruling("screen_minutes", "CN-41-AY", 3, date(2020, 3, 9)).applies
    assert applies is not None
    assert applies.value == 50


def test_an_unknown_key_is_refused_by_file_and_key(tmp_path: Path) -> None:
    (said,) = problems_of(tmp_path, DOCUMENT + STATEMENT + "limit = 50\n")
    assert said.startswith("town.toml: [[screen_minutes.statement]] 1 limit: Nobody knows this key.")


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    (said,) = problems_of(tmp_path, STATEMENT)
    assert "The source is missing" in said


def test_a_document_has_a_date_or_says_that_it_has_none(tmp_path: Path) -> None:
    (said,) = problems_of(tmp_path, DOCUMENT.replace("date = 2020-03-01\n", "") + STATEMENT)
    assert "no date" in said
    (said,) = problems_of(tmp_path, DOCUMENT + "undated = true\n" + STATEMENT)
    assert "no date" in said


def test_a_house_rule_needs_no_document_but_says_what_it_is(tmp_path: Path) -> None:
    rule = '[document.TOWN]\nhouse_rule = true\nplace = "CN-41-AY"\ntitle = "Ours"\n'
    said = problems_of(tmp_path, rule + STATEMENT)
    assert any("[document.TOWN] chinese_title" in problem for problem in said)
    ruling = NORMS.ruling("families_short_of_device", "CN-34", 3, date(2020, 3, 9)).applies
    assert ruling is not None
    assert (ruling.house_rule, ruling.source.date) == (True, None)


def test_overlapping_dates_of_one_issuer_are_refused(tmp_path: Path) -> None:
    second = DOCUMENT.replace("TOWN", "LATER").replace("2020-03-01", "2020-04-01")
    (said,) = problems_of(tmp_path, DOCUMENT + second + STATEMENT + STATEMENT.replace("TOWN", "LATER"))
    assert "overlap" in said


def test_an_older_document_that_ends_gives_way(tmp_path: Path) -> None:
    first = DOCUMENT.replace("date = 2020-03-01", "date = 2020-03-01\nuntil = 2020-04-01")
    second = DOCUMENT.replace("TOWN", "LATER").replace("2020-03-01", "2020-04-01")
    path = tmp_path / "town.toml"
    path.write_text(first + second + STATEMENT + STATEMENT.replace("TOWN", "LATER").replace("50", "40"))
    norms = norm_file.load(path)
    limits = [
        norms.ruling("screen_minutes", "CN-41-AY", 3, day).applies for day in (date(2020, 3, 9), date(2020, 4, 9))
    ]
    assert [s.value for s in limits if s] == [50, 40]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    wrong = STATEMENT.replace("[1, 6]", "[6, 1]").replace("value = 50", "value = -1")
    assert len(problems_of(tmp_path, DOCUMENT + wrong)) == 2
