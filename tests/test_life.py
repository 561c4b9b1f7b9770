"""The plan beside life: what families report, how far it may be trusted, and one word for each quantity."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from estimator.assessment import Measure
from survey.pooled import OTHER_GRADES
from survey.release.lived import Lived, grouped_quantile, lived
from survey.release.making import Asked, Round, make_release
from survey.release.published import Count, Release
from survey.school import life, life_words
from tests import published

# Burden-model notes, § 5: answers in bands of 60 minutes.
BANDS = [Count(str(n), {}, held, 60.0 * n, 60.0 * n + 60) for n, held in enumerate((2, 10, 14, 9, 5))]


def test_the_middle_of_banded_answers_is_the_grouped_median() -> None:
    assert grouped_quantile(BANDS, 0.5) == pytest.approx(154.3, abs=0.05)


def test_a_quantile_in_a_band_without_an_end_is_beyond_it() -> None:
    open_ended = [*BANDS[:-1], Count("4", {}, 5, 240.0, None)]
    assert grouped_quantile(open_ended, 0.5) == grouped_quantile(BANDS, 0.5)
    assert math.isinf(grouped_quantile(open_ended, 0.95))


def a_release(entry: str, of_school: int, of_other_grades: int = 0) -> Release:
    """Parents of grade 3: so many of school s1, and sixty of s2, half of them below an hour, the others below two.

    Of s3 so many whose grades had too few answers each, and are counted together.
    """
    answered = [
        (school, grade, {"screen_yesterday": "30_60" if number % 2 else "60_120"})
        for school, grade, people in (("s1", 3, of_school), ("s2", 3, 60), ("s3", OTHER_GRADES, of_other_grades))
        for number in range(people)
    ]
    asked = tuple(Asked(school, school, "parent", 3, 100) for school in ("s1", "s2"))
    told = {"parent": published.tallies("parent", answered)}
    return make_release(Round("c", "c", "b", entry, True, asked), 1, date(2026, 1, 1), told, {}, {}, ())


def test_enough_of_a_school_speak_for_themselves_and_too_few_for_the_district() -> None:
    own = lived(a_release("slips", 40), "parent", "screen_yesterday", "s1", 3)
    assert own is not None
    assert (own.people, own.of_school) == (40, True)
    assert own.low is not None
    assert own.high is not None
    assert 30 < own.low < own.middle < own.high < 120
    district = lived(a_release("slips", 0), "parent", "screen_yesterday", "s1", 3)
    assert district is not None
    assert (district.people, district.of_school, district.is_part) == (60, False, False)
    assert district.low is not None


def test_where_other_grades_are_counted_together_a_grade_of_the_district_is_a_part_and_no_sample(app: Flask) -> None:
    part = lived(a_release("slips", 0, of_other_grades=30), "parent", "screen_yesterday", "s1", 3)
    assert part is not None
    assert (part.people, part.is_part, part.low, part.high) == (60, True, None, None)
    own = lived(a_release("slips", 40, of_other_grades=30), "parent", "screen_yesterday", "s1", 3)
    assert own is not None
    assert (own.is_part, own.low is None) == (False, False)
    rows = [life.Row(measure(120, limit=50), found, life.UNCLEAR, None) for found in (part, own)]
    with app.test_request_context(), force_locale("en"):
        assert life_words.whose(part) == "schools where enough of this grade answered: 60 parents"
        assert "2 of 2 quantities" in life_words.of_chart(rows)
        assert "this school's families report in 1 of 1." in life_words.of_chart(rows)
        assert "in 1 of 1 quantities. Each is drawn" in life_words.of_chart(rows[:1])


def test_an_open_link_has_no_range_and_so_no_word() -> None:
    found = lived(a_release("open_link", 40), "parent", "screen_yesterday", "s1", 3)
    assert found is not None
    assert (found.low, found.high) == (None, None)
    assert life.word(measure(value=60, limit=60), found) == life.UNCLEAR


def measure(value: float, limit: float) -> Measure:
    """Minutes of screens that a plan asks for, and their limit."""
    return Measure("screen_minutes", value, "min/day", limit, value / limit)


def reported(low: float, middle: float, high: float) -> Lived:
    """What families report."""
    return Lived(middle, low, high, 30, 240, True)


WORDS = {
    "the plan and life fit": (60, (20, 30, 40), life.IN_ORDER),
    "the plan is heavy and nobody follows it": (120, (20, 30, 40), life.NOT_FOLLOWED),
    "the plan fits and life is heavy": (60, (90, 100, 110), life.HIDDEN_LOAD),
    "both are heavy": (120, (90, 100, 110), life.BOTH_OVER),
    "life may lie on either side of the limit": (120, (60, 90, 110), life.UNCLEAR),
    "exactly at the limit is in order": (80, (40, 60, 80), life.IN_ORDER),
}


@pytest.mark.parametrize("case", WORDS)
def test_one_word_says_which_of_both_is_over(case: str) -> None:
    planned, range_of_life, word = WORDS[case]
    assert life.word(measure(planned, limit=80), reported(*range_of_life)) == word


def test_what_the_district_reports_is_no_word_on_this_schools_plan() -> None:
    of_district = dataclasses.replace(reported(90, 100, 110), of_school=False)
    assert life.word(measure(60, limit=80), of_district) == life.UNCLEAR
    assert life.gap(measure(60, limit=80), of_district) is None


def test_nothing_reported_is_no_word() -> None:
    assert life.word(measure(120, limit=80), None) == life.UNCLEAR


@pytest.mark.parametrize(
    ("planned", "range_of_life", "gap"),
    [
        (60, (90, 100, 110), 40.0),
        (60, (65, 80, 95), None),  # twenty minutes are no gap of screens
        (60, (50, 100, 150), None),  # the range holds the plan
        (200, (230, 240, 250), None),  # less than a quarter
        (120, (20, 30, 40), -90.0),
        (120, (200, math.inf, math.inf), math.inf),
    ],
)
def test_a_gap_is_named_where_it_is_large_and_clear(
    planned: float, range_of_life: tuple[float, float, float], gap: float | None
) -> None:
    assert life.gap(measure(planned, limit=80), reported(*range_of_life)) == gap


def rows(*told: tuple[str, Lived | None]) -> dict[int, list[life.Row]]:
    """One grade of quantities, each with its word and what is reported."""
    return {3: [life.Row(measure(60, limit=80), lived, word, None) for word, lived in told]}


OWN = reported(90, 100, 110)
OF_DISTRICT = dataclasses.replace(OWN, of_school=False, people=210)


def test_the_page_begins_with_how_many_quantities_are_what(app: Flask) -> None:
    release = a_release("slips", 40)
    found = rows((life.HIDDEN_LOAD, OWN), (life.HIDDEN_LOAD, OWN), (life.IN_ORDER, OWN), (life.UNCLEAR, OF_DISTRICT))
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert life_words.lede(found, release, "en") == (
            "Of 4 quantities over all grades: 2 with a hidden load (the plan fits, life does not) and 1 in order. "
            "1 cannot be told: too few parents of this school answered."
        )
    with app.test_request_context("/?lang=zh"):
        app.preprocess_request()
        assert life_words.lede(found, release, "zh") == (
            "各年级共 4 项指标：2 项有隐性负担（计划没超，实际超了）和 1 项正常。"
            "另有 1 项无法判断：本校作答的家长太少。"
        )


def test_where_nothing_can_be_told_the_page_says_why(app: Flask) -> None:
    unclear = rows((life.UNCLEAR, OF_DISTRICT), (life.UNCLEAR, None))
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert "Too few parents of this school answered" in life_words.lede(unclear, a_release("slips", 0), "en")
        assert "came in through an open link" in life_words.lede(unclear, a_release("open_link", 40), "en")


def test_each_row_says_whose_answers_it_tells_and_how_many(app: Flask) -> None:
    of_grade = rows((life.HIDDEN_LOAD, OWN), (life.UNCLEAR, OF_DISTRICT), (life.UNCLEAR, None))[3]
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert [life_words.whose(row.life) for row in of_grade if row.life] == [
            "this school: 30 parents",
            "the district: 210 parents",
        ]
        own, others, silent = life_words.sources(of_grade, a_release("slips", 40), "en")
    assert own == "This school's own parents of this grade answered: «Screen time on the longest day» (30 parents)."
    assert "parents of this grade at other schools too" in others
    assert "(210 parents)" in others
    assert "not shown: fewer than 10" in silent
