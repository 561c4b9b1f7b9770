"""The key of the assistance room: lost, replaced, or of another installation; and a single row that is damaged."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from survey import create_app, db
from survey.assistance import sealing
from survey.assistance.store import HelpRequest, KeyMark
from survey.keyring.keys import KEY_BYTES, read_key
from tests.desks import Districts
from tests.helping import a_district, ask, at_desk, code_in, id_of, look_up, page_of
from tests.processes import Web, environment_of, nursery
from tests.test_assistance import count, lend, take_in


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts with a person named for assistance in the first."""
    return a_district(app)


@pytest.fixture
def code(app: Flask, client: FlaskClient, districts: Districts) -> str:
    """The receipt of a request."""
    return code_in(ask(client, page_of(app, districts.school)))


@contextmanager
def with_another_key(app: Flask) -> Iterator[Flask]:
    """The installation begun again with another key than the one its requests are sealed with."""
    settings = app.config["SETTINGS"]
    path = settings.keys / "assistance"
    own = path.read_bytes()
    path.write_bytes(secrets.token_bytes(KEY_BYTES))
    read_key.cache_clear()
    begun = create_app(instance=settings.instance)
    begun.testing = True
    try:
        yield begun
    finally:
        path.write_bytes(own)
        read_key.cache_clear()


@pytest.fixture
def other_key(app: Flask, code: str) -> Iterator[Flask]:
    """The same, where a request has been made."""
    with with_another_key(app) as begun:
        yield begun


def test_under_another_key_nothing_is_taken_and_every_page_says_so(
    other_key: Flask, code: str, districts: Districts
) -> None:
    client, desk, clerk = other_key.test_client(), at_desk(other_key), at_desk(other_key, "clerk")
    said = "cannot be opened or taken at the moment"
    for answer in (
        client.get("/help/0123456789abcdef?lang=en"),
        look_up(client, code),
        desk.get("/assistance/"),
        desk.get("/school/needs"),
        clerk.get("/assistance/district"),
    ):
        assert answer.status_code == 503
        assert said in answer.text
    assert desk.get("/school/").status_code == 200
    assert client.get(f"/results/school/{districts.school}").status_code == 200
    assert count(other_key) == 1


@pytest.mark.sqlite_files  # the process that is started has its stores on SQLite, and would say nothing of a key there
def test_another_key_is_told_at_the_start_and_by_the_check(other_key: Flask, tmp_path: Path) -> None:
    run = other_key.test_cli_runner()
    told = run.invoke(args=["check"]).output
    assert "amiss  requests for help" in told
    assert "sealed with another key" in told
    with nursery(tmp_path) as born:
        Web(born, environment_of(other_key)).start()
        first = born.log.read_text(encoding="utf-8").splitlines()[0]  # its own word, or the server's that it serves
    assert "sealed with another key" in first


def test_a_store_that_is_older_than_its_mark_is_known_by_its_requests(app: Flask, code: str) -> None:
    with app.app_context():
        db.session("assistance").delete(db.session("assistance").get_one(KeyMark, 1))
        db.session("assistance").commit()
    with with_another_key(app) as other, other.app_context(), pytest.raises(sealing.OtherKey):
        sealing.mark()
    with create_app(instance=app.config["SETTINGS"].instance).app_context():
        sealing.mark()
        assert db.session("assistance").get(KeyMark, 1) is not None


def test_a_program_that_only_starts_marks_no_store(app: Flask) -> None:
    """The mixer's has keys of its own; on one server it may start before the pages store anything."""
    with app.app_context():
        assert db.session("assistance").get(KeyMark, 1) is None
    districts = a_district(app)
    ask(app.test_client(), page_of(app, districts.school))
    with app.app_context():
        assert db.session("assistance").get(KeyMark, 1) is not None


def test_one_damaged_row_is_shown_as_such_and_breaks_no_list(
    app: Flask, client: FlaskClient, districts: Districts, code: str
) -> None:
    request_id, desk, clerk = id_of(app, code), at_desk(app), at_desk(app, "clerk")
    ask(client, page_of(app, districts.school))
    take_in(desk, "tablet", 2)
    assert lend(desk, request_id, "tablet") == 303
    with app.app_context():
        store = db.session("assistance")
        found = store.query(HelpRequest).filter_by(id=request_id).one()
        found.facts = found.person = found.facts[::-1]
        store.execute(text("update help_loan set label = person from help_request"))
        store.commit()
    for each, path in (
        (desk, "/assistance/"),
        (desk, "/assistance/print"),
        (desk, "/assistance/stock"),
        (clerk, f"/assistance/district/{districts.school}"),
    ):
        answer = each.get(path)
        assert answer.status_code == 200, path
        assert "cannot be opened" in answer.text, path
    for each, path in ((clerk, "/assistance/district"), (desk, "/school/needs"), (desk, "/school/")):
        assert each.get(path).status_code == 200
    assert "This request cannot be opened." in desk.get(f"/assistance/requests/{request_id}").text
    assert "it cannot be opened" in look_up(client, code, "everything").text
    told = app.test_cli_runner().invoke(args=["check"]).output
    assert "1 of the requests for help cannot be opened" in told
    assert "who has it and how to reach" in desk.get(f"/assistance/requests/{request_id}/erase").text
    assert look_up(client, code, "withdraw").status_code == 200
