"""Limits that differ from screen to screen: tests/cases/screens.toml, for one plan, for advice and for a nation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from estimator import families, nation, norm_file
from estimator.advice import advise
from estimator.assess import assess
from estimator.norms import BY_SCREEN, NormProblems, Norms
from tests.test_assess import NORMS, plan_of
from tests.test_nation import table_of

TOLD = tomllib.loads((Path(__file__).parent / "cases/screens.toml").read_text(encoding="utf-8"))
LIMITS: dict[str, float] = TOLD["minutes_by_screen"]
CASES = TOLD["case"]
GRADE, URBAN = 8, families.load("urban")
DOCUMENT = """
[document.TOWN]
issuer = "Town"
title = "Screens"
date = 2020-03-01
place = "CN-34"
url = "town.example"
confidence = "verified"
checked_on = 2026-11-23
"""


def town_file(folder: Path, statement: str) -> Path:
    """A district's norm file that says this of screens."""
    path = folder / "town.toml"
    path.write_text(f'{DOCUMENT}\n{statement}\ndocument = "TOWN"\ngrades = [1, 12]\nquote = "each screen"\n', "utf-8")
    return path


def by_screen(limits: dict[str, Any], value: int = 1, measure: str = BY_SCREEN) -> str:
    """A statement that limits each screen."""
    listed = ", ".join(f"{device} = {minutes}" for device, minutes in limits.items())
    return f"[[{measure}.statement]]\nvalue = {value}\nminutes_by_screen = {{ {listed} }}"


@pytest.fixture
def town(tmp_path: Path) -> Norms:
    """The norms of a district that limits each screen on its own."""
    return norm_file.load(town_file(tmp_path, by_screen(LIMITS)))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_shares_of_the_screens_limits_add_up(case: dict[str, Any], town: Norms) -> None:
    plan = plan_of(GRADE, case["activity"])
    found = assess(plan, URBAN, town).grades[GRADE]
    assert found.measures[BY_SCREEN].value == pytest.approx(case["screen_dose"])
    assert (BY_SCREEN in [flag.measure for flag in found.flags]) == case["broken"]
    told = nation.Scorer(URBAN, town, place=plan.place, day=plan.week_of, currency="CNY").scores(table_of([plan]))
    assert told.measures[BY_SCREEN][0] == pytest.approx(case["screen_dose"])
    assert told.score[0] == pytest.approx(found.score)


def test_without_such_a_norm_the_measure_is_not_there() -> None:
    found = assess(plan_of(GRADE, CASES[2]["activity"]), URBAN, NORMS).grades[GRADE]
    assert BY_SCREEN not in found.measures


def test_advice_takes_the_minute_off_and_no_more(town: Norms) -> None:
    # Within every other norm of the place; together over the screens' limits by a minute on a tablet.
    lesson = {"subject": "Chinese", "kind": "recorded", "required": False}
    listed = [{**lesson, "minutes": minutes, "devices": ["tablet"]} for minutes in (21, 20, 20)]
    listed += [{**lesson, "minutes": 15, "devices": ["phone"]}] * 2
    plan = plan_of(GRADE, listed)
    assert [flag.measure for flag in assess(plan, URBAN, town).grades[GRADE].flags] == [BY_SCREEN]
    advice = advise(plan, URBAN, town)
    assert advice.remaining == ()
    assert len(advice.changes) == 1


@pytest.mark.parametrize(
    "statement",
    [
        by_screen({"tv": 240}),
        by_screen({**LIMITS, "phone": 0}),
        by_screen({**LIMITS, "watch": 10}),
        by_screen({**LIMITS, "phone": '"much"'}),
        by_screen(LIMITS, value=2),
        by_screen(LIMITS, measure="screen_minutes"),
        f"[[{BY_SCREEN}.statement]]\nvalue = 1",
    ],
    ids=["one screen alone", "no minutes", "no such screen", "a word", "not 1", "another measure", "none at all"],
)
def test_what_does_not_limit_every_screen_is_refused_by_its_place(statement: str, tmp_path: Path) -> None:
    with pytest.raises(NormProblems) as found:
        norm_file.load(town_file(tmp_path, statement))
    assert [p.where.rsplit(" ", 1)[1] for p in found.value.problems] == ["minutes_by_screen"]
    assert found.value.problems[0].remedy
