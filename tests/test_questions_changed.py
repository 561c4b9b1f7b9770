"""A newer program brings other questions while a round is open: the round ends with those it began with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey import db, questionnaire
from survey.ballot import slips
from survey.ballot.mixing import mix
from survey.ballot.store import AskedQuestionnaire, Group
from survey.release import freeze
from tests.campaigns import ANSWERS, answer, begin, codes_of, group_of
from tests.desks import Districts, log_in, send
from tests.rounds import mixer_key

OLD, NEW = "How long did your child look at screens for school yesterday?", "How many hours of screen were there?"
NOTE = "The round goes on asking the questions it opened with"


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A newer program, whose parents are asked otherwise and offered other answers; its version may stay the same."""

    def come() -> None:
        folder = Path(shutil.copytree(questionnaire.FOLDER, tmp_path / "questionnaires"))
        file = folder / "parent.toml"
        said = file.read_text(encoding="utf-8")
        assert OLD in said
        file.write_text(said.replace(OLD, NEW).replace('"120_180"', '"2_to_3_hours"'), encoding="utf-8")
        monkeypatch.setattr(questionnaire, "FOLDER", folder)
        questionnaire.built_in.cache_clear()

    yield come
    monkeypatch.undo()
    questionnaire.built_in.cache_clear()


def test_an_open_round_asks_and_publishes_what_it_opened_with(
    app: Flask, districts: Districts, deploy: Callable[[], None]
) -> None:
    clerk, path = log_in(app, "clerk"), begin(app)
    group = group_of(app, districts.school)
    codes = codes_of(app, group)
    answer(app, group, codes[:11])
    assert NOTE not in clerk.get(path).text
    deploy()
    parent = app.test_client()
    page = parent.post("/a?lang=en", data={"code": codes[11]}).text
    walked = ""
    for _ in questionnaire.built_in()["parent"].pages:
        walked += page
        state = re.search(r'name="state" value="([^"]+)"', page)
        assert state
        sent = {"state": state[1], "do": "next", "seen": "print_cost", "screen_yesterday": "120_180"}
        page = parent.post("/answer", data=sent).text
    assert 'name="state"' not in page
    assert OLD in walked
    assert NEW not in walked
    assert NOTE in clerk.get(path).text
    send(clerk, f"{path}/close")
    with app.app_context():
        assert mix(mixer_key(app)) == 12
    assert send(clerk, f"{path}/publish").status_code == 303
    with app.app_context():
        frozen = freeze.of_campaign(path.rsplit("/", 1)[1])
        assert frozen
        table = freeze.read(frozen).table("parent", "screen_yesterday")
    assert table.label["en"] == OLD
    assert table.answered == 12
    assert clerk.get(f"{path}/release").status_code == 200
    for address in ("", "measures", "gaps", "standouts", "needs"):
        assert clerk.get(f"/bureau/{address}").status_code == 200


def test_who_was_answering_when_the_program_changed_goes_on(
    app: Flask, districts: Districts, deploy: Callable[[], None]
) -> None:
    begin(app)
    code = codes_of(app, group_of(app, districts.school))[0]
    parent = app.test_client()
    state = re.search(r'name="state" value="([^"]+)"', parent.post("/a?lang=en", data={"code": code}).text)
    assert state
    deploy()
    assert 'name="state"' in parent.post("/answer", data={"state": state[1], "do": "next"}).text


def test_the_next_round_asks_the_new_questions(app: Flask, districts: Districts, deploy: Callable[[], None]) -> None:
    clerk, first = log_in(app, "clerk"), begin(app, "open_link")
    deploy()
    second = begin(app, "open_link", "Autumn")
    assert NOTE in clerk.get(first).text
    assert NOTE not in clerk.get(second).text
    with app.app_context():
        asks = {group.asks for group in db.session("ballots").query(Group).filter_by(questionnaire="parent")}
    assert len(asks) == 2


def test_questions_that_a_newer_program_cannot_read_are_told_in_words_and_nothing_is_lost(
    app: Flask, districts: Districts, deploy: Callable[[], None]
) -> None:
    clerk, path = log_in(app, "clerk"), begin(app)
    group = group_of(app, districts.school)
    codes = codes_of(app, group)
    answer(app, group, codes[:10], ANSWERS)
    deploy()
    with app.app_context():
        for kept in db.session("ballots").query(AskedQuestionnaire):
            kept.text = "[settings]\n"
        db.session("ballots").commit()
    page = app.test_client().post("/a?lang=en", data={"code": slips.normalise(codes[20])})
    assert page.status_code == 200
    assert "not valid" in page.text
    send(clerk, f"{path}/close")
    with app.app_context():
        mix(mixer_key(app))
    asked = clerk.get(f"{path}/publish", follow_redirects=True)
    assert "cannot be read by this version of the program" in asked.text
    assert send(clerk, path, f"{path}/publish").status_code == 303
    assert "Publish the results" in clerk.get(path).text
