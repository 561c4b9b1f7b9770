"""Of how many that were asked have to answer before nothing is said of it; and where needs are bounds."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.questionnaire import built_in
from survey.release.findings import Share
from survey.release.published import Audience, Response
from survey.results import sentences
from survey.results.enough import enough, is_low
from tests.desk import SCHOOL, make_school


@pytest.mark.parametrize(
    ("who", "invited", "answered", "low"),
    [
        ("parent", 1650, 138, True),
        ("parent", 100, 19, True),
        ("parent", 100, 20, False),
        ("pupil_older", 100, 49, True),
        ("teacher", 40, 20, False),
        ("teacher", 40, None, False),  # hidden: nothing may be said
        ("teacher", None, 30, False),  # nobody knows how many were asked
    ],
)
def test_it_is_said_where_fewer_answered_than_5essentials_asks_for(
    who: str, invited: int | None, answered: int | None, low: bool
) -> None:
    assert is_low(Response(Audience(who, "s", "S"), invited, answered)) is low


def test_every_questionnaire_has_its_least_share() -> None:
    assert set(enough().least_share) == set(built_in())


def test_needs_told_as_bounds_say_by_what_they_are_put_in_order(app: Flask) -> None:
    exact, bounds = Share("a", {}, 5, 5, 20), Share("b", {}, 5, 9, 20)
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        assert sentences.order_of_needs([exact]) == ""
        assert sentences.order_of_needs([bounds, exact]) == "In the order of the middle of what is told."


def test_before_anything_is_published_a_schools_lasting_address_says_so(app: Flask) -> None:
    make_school(app)
    page = app.test_client().get(f"/results/school/{SCHOOL}?lang=en")
    assert page.status_code == 200
    assert "Nothing is published yet." in page.text
    assert "Lotus Primary" in page.text
    assert "Set-Cookie" not in page.headers
