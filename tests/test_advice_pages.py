"""A principal's verdict and advice: what they say of the change, take it over, and say when none was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from estimator.advice import Advice, advise
from estimator.plan import Plan
from survey import create_app
from survey.planning import assessments
from survey.planning.fit import Fit, families_of
from survey.planning.own_norms import OwnNorm, norms_with
from tests.desk import a_lesson, a_plan, log_in, make_school, save
from tests.pages import read, token

SUBJECTS = ("Chinese", "Maths", "English", "Science", "Music")
# Each lesson half as long again as may be, 150 minutes a day where 80 may be, and more homework than may be.
LONG = [
    a_lesson(subject=subject, kind="live", start=f"{8 + n:02}:00", minutes=30, homework_minutes=40 * (n == 0))
    for n, subject in enumerate(SUBJECTS)
]
PAGES = ("verdict", "advice")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A school with a plan that is too heavy in grade 3."""
    made = create_app(tmp_path / "instance")
    made.testing = True
    make_school(made)
    save(made, a_plan(*LONG, a_lesson(grade=4)))
    assessments._advised.cache_clear()
    yield made
    assessments._advised.cache_clear()


def in_seconds(monkeypatch: pytest.MonkeyPatch, seconds: float, **unproven: Any) -> None:
    """Give the search only so much time."""

    def advised(plan: Plan, fit: Fit, own: tuple[OwnNorm, ...]) -> Advice:
        found = advise(plan, families_of(fit), norms_with(own), seconds=seconds)
        return replace(found, **unproven)

    monkeypatch.setattr(assessments, "_advised", advised)


@pytest.mark.parametrize("page", PAGES)
def test_lessons_are_counted_as_the_week_has_them_and_alike_changes_name_their_subjects(app: Flask, page: str) -> None:
    words = read(log_in(app).get(f"/school/{page}").text).words
    assert "With the changes below (lessons a week: 25) the plan keeps every norm that applies." in words
    assert "Homework minutes 40 → 30 (Chinese; Grade 3; lessons a week: 5)" in words
    assert "Minutes 30 → 10 (" in words


@pytest.mark.parametrize("page", PAGES)
def test_both_pages_have_the_button_that_takes_the_changes_over(app: Flask, page: str) -> None:
    principal = log_in(app)
    text = principal.get(f"/school/{page}").text
    assert 'class="no-print" method="post" action="/school/advice"' in text
    form = text[text.index('action="/school/advice"') :]
    sent = {"csrf_token": token(form), "number": "1"}
    taken = principal.post("/school/advice", data=sent, follow_redirects=True).text
    assert "The plan keeps every norm that applies." in read(taken).words


def test_the_verdict_leads_to_the_changes_lesson_by_lesson(app: Flask) -> None:
    links = read(log_in(app).get("/school/verdict").text).links
    assert ("/school/advice", "Lesson by lesson") in links


@pytest.mark.parametrize("page", PAGES)
def test_where_no_change_is_found_in_time_the_page_says_where_to_begin(
    app: Flask, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_seconds(monkeypatch, 0.0)
    found = read(log_in(app).get(f"/school/{page}").text)
    told = "No change that clears the limits was found in the time there was. Begin with what is furthest beyond its"
    assert f"{told} limit: Screen time on the longest day (Grade 3), " in found.words
    assert "Take these changes over" not in found.words
    assert any(len(rows) > 1 for rows in found.tables.values())


@pytest.mark.parametrize("page", PAGES)
def test_a_change_that_is_not_proven_smallest_is_told_as_such(
    app: Flask, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_seconds(monkeypatch, 60.0, is_proven=False)
    words = read(log_in(app).get(f"/school/{page}").text).words
    assert (
        "clear every limit; whether there is a smaller change that does was not settled in the time there was" in words
    )
    assert "Changes to the plan" in words
    assert "The smallest change" not in words.replace("What is the smallest change", "")


def test_a_flag_on_five_equal_days_is_one_of_every_school_day(app: Flask) -> None:
    words = read(log_in(app).get("/school/").text).words
    assert "(every school day)" in words
    assert "(Monday)" not in words


def test_every_lesson_of_every_longest_run_is_a_cause(app: Flask) -> None:
    page = read(log_in(app).get("/school/measures/3/longest_run_minutes").text)
    rows = page.tables["What makes it"][1:]
    assert [row[0] for row in rows] == [*SUBJECTS, "Together in each of the longest stretches"]


def test_days_that_are_equally_heavy_with_other_lessons_are_each_summed_up(app: Flask) -> None:
    lessons = [a_lesson(subject=s, days=[day], minutes=20) for s, day in (("Chinese", "mon"), ("Maths", "tue"))]
    save(app, a_plan(*lessons))
    page = read(log_in(app).get("/school/measures/3/screen_minutes").text)
    assert page.tables["What makes it"][-1] == ["Together on each of these days", "20 minutes a day"]
    assert "Worst day Monday and Tuesday" in page.words
