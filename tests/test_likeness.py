"""A school among schools like it: the closest likeness that leaves the others unnamed, and no place in a row."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from survey.planning import likeness
from survey.planning.likeness import Standing


def schools(*told: tuple[str, int]) -> list[Any]:
    """Schools of a district, by their setting and pupils; the first is the one in question."""
    return [SimpleNamespace(id=str(n), setting=s, pupils=p) for n, (s, p) in enumerate(told)]


def like(*told: tuple[str, int], without_plan: int = 0) -> tuple[str, int]:
    """By what, and how many."""
    listed = schools(*told)
    plans = {school.id: None for school in listed[: len(listed) - without_plan]}
    by, found = likeness.like(listed[0], cast(Any, SimpleNamespace(district=SimpleNamespace(open=listed), plans=plans)))
    return by, len(found)


URBAN, RURAL = ("urban", 300), ("rural", 300)


def test_schools_of_like_size_and_place_come_first() -> None:
    assert like(URBAN, *[("urban", 600)] * 3, *[("urban", 150)] * 2, ("urban", 601), RURAL) == (likeness.SAME_SIZE, 5)


def test_with_too_few_of_like_size_those_of_the_same_place_do() -> None:
    assert like(URBAN, *[("urban", 2000)] * 5, *[RURAL] * 9) == (likeness.SAME_SETTING, 5)


def test_with_too_few_of_these_the_whole_district_does() -> None:
    assert like(URBAN, *[URBAN] * 4, *[RURAL] * 3) == (likeness.DISTRICT, 7)


def test_a_school_without_a_plan_is_not_compared_with() -> None:
    assert like(URBAN, *[URBAN] * 6, without_plan=2) == (likeness.DISTRICT, 4)


@pytest.mark.parametrize(
    ("own", "word"), [(5, likeness.LESS), (20, likeness.ALIKE), (40, likeness.ALIKE), (41, likeness.MORE)]
)
def test_only_outside_the_middle_half_is_a_difference(own: float, word: str) -> None:
    assert Standing("score", own, (10, 20, 30, 40, 50)).word == word


def test_too_few_others_are_no_comparison() -> None:
    assert Standing("score", 90, (10, 20, 30, 40)).word is None
