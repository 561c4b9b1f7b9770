"""Every type of question, on the way that the answers lead: as a visitor without script meets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey import db
from survey.ballot.sealing import open_sealed
from survey.ballot.store import Ballot
from survey.questionnaire.forms import kept, path
from survey.questionnaire.reader import QuestionnaireProblems, load
from tests.rounds import EVERYTHING, a_group, mixer_key, with_everything
from tests.test_answering import press


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    """The questionnaire of these tests."""
    with with_everything():
        yield


@pytest.fixture
def page(app: Flask, client: FlaskClient) -> TestResponse:
    """Its first page, in English."""
    with app.app_context():
        link = a_group(questionnaire="everything").id
    return client.post(f"/open/{link}?lang=en")


def title(page: TestResponse) -> str:
    """The heading of a page."""
    found = re.search(r"<h1[^>]*>([^<]+)</h1>", page.text)
    assert found, page.text[:300]
    return found[1]


def hidden(page: TestResponse, question: str) -> bool:
    """Whether a page hides one of its questions."""
    found = re.search(rf'data-q="{question}"[^>]*>', page.text)
    assert found, question
    return " hidden" in found[0]


def sent(app: Flask) -> dict[str, Any]:
    """The one ballot that waits."""
    with app.app_context():
        (sealed,) = db.session("ballots").scalars(select(Ballot.sealed)).all()
        db.session("ballots").rollback()
        found: dict[str, Any] = json.loads(open_sealed(sealed, mixer_key(app)))
    return found


def test_a_family_with_a_printer(app: Flask, client: FlaskClient, page: TestResponse) -> None:
    assert hidden(page, "pages")
    page = press(client, page, has_printer="yes")
    assert "Your answers lead to one more question." in page.text
    assert not hidden(page, "pages")
    page = press(client, page, has_printer="yes", pages="１２", seen="pages", spent="3.50")
    assert title(page) == "The day"
    page = press(client, page, screen=["1", "30"], bed="22:30", mood="fair")
    page = press(client, page, place="village", help="committee", wish=["paper:2", "tablet:", "data:1"])
    assert "one more question" in page.text
    said: dict[str, str | list[str]] = {
        "place": "village",
        "help": "committee",
        "wish": ["paper:2", "tablet:", "data:1"],
        "seen": "other",
    }
    page = press(client, page, "send", **said, other="A desk", comment="That is all.")
    assert page.status_code == 303
    found = sent(app)
    assert found["answers"] == {
        "has_printer": "yes",
        "pages": "some",
        "spent": "little",
        "screen": "short",
        "bed": "late",
        "mood": "fair",
        "place": "village",
        "help": "committee",
        "wish": ["data", "paper"],
    }
    assert [remark["words"] for remark in found["remarks"]] == ["A desk", "That is all."]


def test_a_family_without_one_is_asked_where_it_prints(app: Flask, client: FlaskClient, page: TestResponse) -> None:
    page = press(client, page, has_printer="no")
    assert title(page) == "Printing"
    assert "Page 2 of 4" in page.text
    page = press(client, page, where=["shop", "work"])
    page = press(client, press(client, page), "send")
    assert sent(app)["answers"] == {"has_printer": "no", "pages": "none", "where": ["shop", "work"]}


def test_what_lies_off_the_way_is_not_kept(app: Flask, client: FlaskClient, page: TestResponse) -> None:
    page = press(client, press(client, page, has_printer="no"), where="shop")
    page = press(client, press(client, page, "back"), "back")
    page = press(client, page, has_printer="yes", seen="pages", pages="30")
    assert title(page) == "The day"
    press(client, press(client, page), "send")
    assert sent(app)["answers"] == {"has_printer": "yes", "pages": "many"}


def test_the_draft_of_a_way_that_was_left_is_there_again(client: FlaskClient, page: TestResponse) -> None:
    page = press(client, press(client, page, has_printer="no"), "back", where="shop")
    page = press(client, page, has_printer="rather_not")
    page = press(client, page, "back")
    page = press(client, page, has_printer="no")
    assert re.search(r'value="shop"[^>]* checked', page.text)


def test_a_constraint_is_explained_beside_its_question(client: FlaskClient, page: TestResponse) -> None:
    page = press(client, page, has_printer="yes", seen="pages", pages="2", spent="99")
    assert "A page does not cost more than 10 yuan." in page.text
    assert 'href="#spent"' in page.text
    assert 'value="99"' in page.text


def test_an_answer_that_a_later_change_made_wrong_is_shown_before_sending(
    client: FlaskClient, page: TestResponse
) -> None:
    page = press(client, page, has_printer="yes", seen="pages", pages="20", spent="150")
    page = press(client, page)
    page = press(client, page, "send", place="town", help="library")
    assert page.status_code == 303


@pytest.mark.parametrize(
    ("sent_as", "said"),
    [
        ({"pages": "12.5"}, "Write a whole number"),
        ({"pages": "twelve"}, "Write a number in digits"),
        ({"pages": "501"}, "Write a number from 0 to 500."),
        ({"pages": "-1"}, "Write a number in digits"),
        ({"pages": "9" * 400}, "Write a number in digits"),
        ({"pages": "1e3"}, "Write a number in digits"),
        ({"pages": "NaN"}, "Write a number in digits"),
        ({"pages": ["12", "not_sure"]}, "not both"),
        ({"has_printer": "maybe"}, "Choose one of the answers that are offered."),
        ({"spent": "\x01\u202e😀"}, "Write a number in digits"),
    ],
    ids=str,
)
def test_what_is_no_answer_is_explained(
    client: FlaskClient, page: TestResponse, sent_as: dict[str, Any], said: str
) -> None:
    page = press(client, page, **{"has_printer": "yes", "seen": "pages", **sent_as})
    assert page.status_code == 200
    assert said in page.text
    assert "<title>Error:" in page.text


@pytest.mark.parametrize(
    ("typed", "band"), [("12", "some"), ("１２", "some"), ("٢٥", "many"), ("0", "none"), ("not_sure", "not_sure")]
)
def test_a_number_is_kept_as_its_band(
    app: Flask, client: FlaskClient, page: TestResponse, typed: str, band: str
) -> None:
    page = press(client, page, has_printer="yes", seen="pages", pages=["", typed])
    press(client, press(client, page), "send")
    assert sent(app)["answers"]["pages"] == band


@pytest.mark.parametrize(
    ("typed", "band"),
    [("21:59", "early"), ("9:30", "late"), ("0:30", "late"), ("22点30分", "late"), ("２２：３０", "late")],
)
def test_a_time_after_midnight_belongs_to_the_evening_before(
    app: Flask, client: FlaskClient, page: TestResponse, typed: str, band: str
) -> None:
    page = press(client, press(client, page), bed=typed)
    press(client, page, "send")
    assert sent(app)["answers"]["bed"] == band


@pytest.mark.parametrize(
    "places", [["paper:1", "data:1"], ["paper:2"], ["paper:7"], ["gold:1"], ["paper:one"]], ids=str
)
def test_places_that_make_no_ranking_are_explained(client: FlaskClient, page: TestResponse, places: list[str]) -> None:
    page = press(client, press(client, press(client, page)), "send", wish=places)
    assert "<title>Error:" in page.text


def test_a_choice_that_is_filtered_out_is_refused(client: FlaskClient, page: TestResponse) -> None:
    page = press(client, press(client, press(client, page)), "send", place="town", help="committee")
    assert "Choose from the answers that are offered." in page.text
    assert re.search(r'<label class="option"[^>]* hidden[^>]*><input[^>]*value="committee"', page.text)


def test_fields_that_nobody_asked_for_are_not_stored(app: Flask, client: FlaskClient, page: TestResponse) -> None:
    many = {f"field_{number}": "x" for number in range(900)}
    page = press(client, page, has_printer="yes", seen="pages", **many)
    page = press(client, page)
    press(client, page, "send")
    assert set(sent(app)["answers"]) == {"has_printer"}


def test_the_way_without_any_answer() -> None:
    way = path(EVERYTHING, {})
    assert [page.name for page in way.pages] == ["home", "day", "needs"]
    assert kept(EVERYTHING, path(EVERYTHING, {})) == ({"pages": "none"}, [])


MISTAKES = {
    "a condition on what is asked later": ("relevant = \"${has_printer} = 'yes'\"", "relevant = \"${mood} = 'low'\""),
    "a condition that is none": ("relevant = \"${has_printer} = 'yes'\"", 'relevant = "${has_printer} ="'),
    "a constraint without a message": ("constraint_message", "hint"),
    "an answer for the others that is not offered": ('otherwise = "none"', 'otherwise = "nil"'),
    "bands with a gap": ("low = 1\nhigh = 21", "low = 2\nhigh = 21"),
    "a number without a unit": ('unit = { zh = "张", en = "pages" }\n', ""),
    "a number without an end": ("most = 500\n", ""),
    "yes or no with a third answer": ('name = "no"\n', 'name = "perhaps"\n'),
    "a filter on a column that is not there": ('columns = { kind = "any" }\n', ""),
    "more places than choices": ("most = 2\n", "most = 4\n"),
    "a type nobody knows": ('type = "note"', 'type = "geopoint"'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_questionnaire_with_a_mistake_is_refused_by_its_place(tmp_path: Path, mistake: str) -> None:
    before, after = MISTAKES[mistake]
    text = (Path(__file__).parent / "cases/everything.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "odd.toml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(QuestionnaireProblems) as found:
        load(path)
    assert all(problem.startswith("odd.toml: ") for problem in found.value.problems)


FLOODS: dict[str, tuple[dict[str, str | list[str]], int]] = {
    "five thousand fields": ({f"f{number}": "x" for number in range(5000)}, 200),  # the page again, without them
    "a comment of a hundred thousand characters": ({"comment": "长" * 100_000}, 413),
    "a hundred thousand ticks": ({"has_printer": ["yes"] * 100_000}, 413),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_gets_a_plain_page_and_stores_nothing(
    app: Flask, client: FlaskClient, page: TestResponse, flood: str
) -> None:
    sent_as, status = FLOODS[flood]
    assert press(client, page, "next", **sent_as).status_code == status
    with app.app_context():
        assert not db.session("ballots").scalars(select(Ballot.id)).all()
