"""The score: known cases, and what must hold for any doses."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator import burden

CASES = tomllib.loads((Path(__file__).parent / "cases/burden.toml").read_text(encoding="utf-8"))["case"]
DIMENSIONS = ("screen", "homework", "print", "task", "device", "money", "parent")
DOSES = st.dictionaries(st.sampled_from(DIMENSIONS), st.floats(0, 50), min_size=1)


def score_of(doses: dict[str, float]) -> float:
    """The score of doses by dimension."""
    return burden.score(burden.combined_dose(doses))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_known_doses(case: dict[str, Any]) -> None:
    assert burden.combined_dose(case["doses"]) == pytest.approx(case["dose"])
    assert score_of(case["doses"]) == pytest.approx(case["score"], abs=1e-4)
    if "parts" in case:
        assert burden.parts(case["doses"]) == pytest.approx(case["parts"], abs=1e-4)


@given(DOSES)
def test_a_score_is_from_0_to_below_100_and_above_50_only_when_a_limit_is_broken(doses: dict[str, float]) -> None:
    score = score_of(doses)
    assert 0 <= score < 100
    assert (score > 50) == any(burden.is_over(dose) for dose in doses.values())


@given(DOSES, st.sampled_from(DIMENSIONS), st.floats(0, 10))
def test_more_of_anything_never_lowers_the_score(doses: dict[str, float], which: str, more: float) -> None:
    heavier = {**doses, which: doses.get(which, 0) + more}
    assert score_of(heavier) >= score_of(doses) - 1e-9


@given(DOSES, st.floats(0, 1))
def test_slack_never_pays_for_a_breach(doses: dict[str, float], within: float) -> None:
    broken = {**doses, "reach": 2.0}
    assert score_of({**broken, "staff": within}) == pytest.approx(score_of(broken))


@given(DOSES)
def test_the_order_of_dimensions_does_not_matter(doses: dict[str, float]) -> None:
    assert score_of(dict(reversed(doses.items()))) == pytest.approx(score_of(doses))


@given(DOSES)
def test_the_parts_add_up_to_the_score(doses: dict[str, float]) -> None:
    assert sum(burden.parts(doses).values()) == pytest.approx(score_of(doses))


def test_of_those_that_weigh_the_same_but_for_the_order_of_adding_up_the_first_is_told() -> None:
    for weights in ({"device": 0.8, "reach": 0.8000000000000002}, {"device": 0.8000000000000002, "reach": 0.8}):
        assert burden.heaviest(weights) == "device"
        assert list(burden.parts(weights)) == ["device"]
    assert burden.heaviest({"device": 0.8, "reach": 0.8001}) == "reach"


@pytest.mark.parametrize(
    ("score", "word"),
    [(0, "light"), (25, "light"), (40, "fair"), (50, "close"), (60, "over"), (80, "far_over"), (84, "not_bearable")],
)
def test_the_words_for_a_score(score: float, word: str) -> None:
    assert burden.word(score) == word


def test_a_ban_kept_weighs_nothing_and_a_ban_broken_more_than_its_limit() -> None:
    assert burden.dose(0, 0, 1) == 0
    assert burden.dose(1, 0, 1) == 2
    assert burden.dose(20, 0, 10) == 3
