"""Another key is put in the place of one: what it sealed is read still, what is on its way arrives."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from survey import create_app, db
from survey.assistance import resealing, sealing
from survey.assistance.store import HelpRequest
from survey.ballot import slips
from survey.ballot.groups import take_no_more
from survey.keyring import keys
from tests.desk import log_in, make_school
from tests.desks import log_in as log_in_at
from tests.desks import send, two_districts
from tests.helping import WHO, a_district, ask, at_desk, code_in, id_of, look_up, page_of
from tests.rounds import a_group, mixer_key
from tests.test_answering import press
from tests.test_second_step import code_of, half, turn_on

CODE = "/staff/login/code"


@pytest.fixture
def restarted(app: Flask) -> Callable[[], Flask]:
    """The same installation, as a process that starts now sees it."""

    def start() -> Flask:
        keys.read_key.cache_clear()
        return create_app(instance=app.config["SETTINGS"].instance)

    return start


def rotate(app: Flask, name: str, *options: str) -> str:
    """What is said."""
    result = app.test_cli_runner().invoke(args=["keys", "rotate", name, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def key(app: Flask, name: str) -> bytes:
    """The bytes of a key now."""
    return Path(app.config["SETTINGS"].keys / name).read_bytes()


@pytest.mark.parametrize("name", ["session", "page_state", "second_step", "pepper"])
def test_a_rotated_key_is_another_and_its_owners_alone(app: Flask, name: str) -> None:
    before = key(app, name)
    assert "a new key is in force" in rotate(app, name)
    assert key(app, name) != before
    folder = app.config["SETTINGS"].keys
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert not (folder / f"{name}_next").exists()


def test_who_is_logged_in_stays_so_unless_the_key_may_be_stolen(app: Flask, restarted: Callable[[], Flask]) -> None:
    make_school(app)
    cookie = log_in(app).get_cookie("desk")
    assert cookie
    for options, status, words in (((), 200, "logged in stays so"), (("--at-once",), 302, "logs in again")):
        assert words in rotate(app, "session", *options)
        desk = restarted().test_client()
        desk.set_cookie("desk", cookie.value)
        assert desk.get("/school/").status_code == status


def test_a_questionnaire_that_is_open_can_be_finished(app: Flask, restarted: Callable[[], Flask]) -> None:
    mixer_key(app)
    with app.app_context():
        page = app.test_client().post(f"/open/{a_group().id}?lang=en")
    assert "can be finished" in rotate(app, "page_state")
    client = restarted().test_client()
    following = press(client, page)
    assert "Page 2 of" in following.text
    assert "begin again" in rotate(app, "page_state", "--at-once")
    assert "请从纸条或链接重新开始。" in press(restarted().test_client(), following).text


def test_codes_of_the_second_step_go_on(app: Flask) -> None:
    two_districts(app)
    secret = turn_on(log_in_at(app, "clerk"))
    with app.app_context():
        said = rotate(app, "second_step", "--at-once")
    assert "1 parts sealed anew. Pages that run take it up by themselves." in said
    assert send(half(app), CODE, code=code_of(secret, 1)).status_code == 303


def test_requests_are_read_and_codes_and_addresses_stay(app: Flask) -> None:
    schools = a_district(app)
    family = app.test_client()
    page = page_of(app, schools.school)
    code = code_in(ask(family, page))
    request = id_of(app, code)
    with app.app_context():
        sealed = db.session("assistance").query(HelpRequest).filter_by(id=request).one().person
    for _ in range(2):
        assert "2 parts sealed anew" in rotate(app, "assistance", "--at-once")
    with app.app_context():
        now = db.session("assistance").query(HelpRequest).filter_by(id=request).one().person
        assert now != sealed
        with pytest.raises(CryptoError):
            Aead(sealing._key("seal")).decrypt(now, sealing._place(request, "person"))
    assert WHO in at_desk(app).get(f"/assistance/requests/{request}").text
    assert page_of(app, schools.school) == page
    assert look_up(family, code).status_code == 200
    another = code_in(ask(family, page, who="Another synthetic parent"))
    assert "Another" in at_desk(app).get(f"/assistance/requests/{id_of(app, another)}").text


def test_a_rotation_that_was_cut_off_loses_nothing_and_is_finished_by_the_next(app: Flask) -> None:
    schools = a_district(app)
    request = id_of(app, code_in(ask(app.test_client(), page_of(app, schools.school))))
    with app.app_context():
        resealing.reseal(keys.next_key(app.config["SETTINGS"].keys, sealing.SEAL_KEY))
        db.session("assistance").commit()
    assert WHO in at_desk(app).get(f"/assistance/requests/{request}").text
    assert "2 parts sealed anew" in rotate(app, "assistance")
    assert WHO in at_desk(app).get(f"/assistance/requests/{request}").text


def test_the_pepper_is_rotated_between_rounds_alone(app: Flask, restarted: Callable[[], Flask]) -> None:
    with app.app_context():
        code = slips.issue(a_group("slips").id, 1)[0]
    before = key(app, "pepper")
    assert "A round is open" in rotate(app, "pepper")
    assert key(app, "pepper") == before
    assert not list(app.config["SETTINGS"].keys.glob("*_next"))
    with app.app_context():
        take_no_more("c1")
    assert "print new ones" in rotate(app, "pepper")
    page = restarted().test_client().post("/a?lang=en", data={"code": code}).text
    assert re.search("not valid", page)
