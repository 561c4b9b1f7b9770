"""Two clerks press «publish» at one moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey import db
from survey.ballot import slips
from survey.ballot.casting import Entry, cast
from survey.ballot.mixing import mix
from survey.ballot.store import Group
from survey.bureau import release_files
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release.store import FrozenRelease
from survey.staff import accounts
from survey.staff.store import Deed
from tests.campaigns import ANSWERS, begin
from tests.desks import PASSWORD, log_in, two_districts
from tests.pages import token
from tests.rounds import mixer_key


@pytest.fixture
def path(app: Flask) -> str:
    """A closed round of twelve parents, to be published by either of two clerks."""
    two_districts(app)
    found = begin(app)
    with app.app_context():
        accounts.add("colleague", "Colleague", PASSWORD, accounts.bureau_named("Bureau"))
        group = db.session("ballots").query(Group).filter_by(questionnaire="parent", enrolled=40).one()
        for code in slips.issue(group.id, 44)[:12]:
            assert cast(Entry(group.id, code, slips.normalise(code)), ANSWERS)
        rounds.close_campaign(db.session("desk").query(Campaign).one())
        mix(mixer_key(app))
    return found


def test_of_two_clerks_who_publish_at_once_one_does_and_the_other_is_told(app: Flask, path: str) -> None:
    desks = [log_in(app, login) for login in ("clerk", "colleague")]
    forms = [token(desk.get(f"{path}/publish").text) for desk in desks]
    both_here = threading.Barrier(2)

    def publish(number: int) -> str:
        both_here.wait()
        answer = desks[number].post(f"{path}/publish", data={"csrf_token": forms[number]})
        assert answer.status_code == 303
        return desks[number].get(path).text

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(publish, range(2)))
    assert sorted("That step was taken already." in page for page in pages) == [False, True]
    assert all("Release 1, published on" in page for page in pages)
    with app.app_context():
        desk = db.session("desk")
        assert desk.query(FrozenRelease).count() == 1
        assert desk.query(Deed).filter_by(deed="published_round").count() == 1


@pytest.mark.parametrize("store", ["desk", "ballots", "assistance", "answers"])
def test_while_a_release_is_worked_out_others_write(
    app: Flask, path: str, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, written = release_files.made, []

    def made_while_others_write(*told: Any) -> Any:
        def write() -> None:
            with app.app_context(), db.engine(store).connect() as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("pragma busy_timeout = 0")
                    connection.rollback()
                connection.execution_options(writes=True).execute(text("create table kept_while_others_work (n int)"))
                connection.commit()
                written.append(store)

        other = threading.Thread(target=write)
        other.start()
        other.join()
        return made(*told)

    monkeypatch.setattr(release_files, "made", made_while_others_write)
    desk = log_in(app, "clerk")
    assert desk.post(f"{path}/publish", data={"csrf_token": token(desk.get(f"{path}/publish").text)}).status_code == 303
    assert written == [store]
    assert "Release 1, published on" in desk.get(path).text


def test_whoever_has_read_the_round_before_it_was_published_does_not_publish_it_again(app: Flask, path: str) -> None:
    with app.app_context():
        mine = db.session("desk").query(Campaign).one()
        db.session("desk").rollback()
        with app.test_request_context():
            rounds.advance(db.session("desk").query(Campaign).one(), "publish")
            db.session("desk").commit()
        with pytest.raises(rounds.WrongState):
            rounds.advance(mine, "publish")
