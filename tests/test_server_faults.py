"""A PostgreSQL that is away, stands still, is full or only read: pages say so, and go on once it is back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from survey import create_app, db
from survey.ballot import casting, store
from survey.config import STORES
from survey.staff.store import School
from survey.stores import bounded, idle, pulse
from tests import mounts
from tests.postgres import Server
from tests.rounds import a_group, ballots, mixer_key
from tests.test_answering import press
from tests.test_faults import close_all, is_plain, kept, last_page, send_again


@pytest.fixture
def on_own_server(
    own_server: Server, on_files: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An installation on it, with an open group."""
    for name, address in own_server.addresses(tmp_path / "instance").items():
        monkeypatch.setenv(f"JIANFU_{name.upper()}_URL", address)
    app = create_app(instance=tmp_path / "instance")
    mixer_key(app)
    with app.app_context():
        a_group()
    yield app
    close_all(app)


def test_on_postgresql_a_database_that_was_away_is_found_again_without_a_restart(
    own_server: Server, on_own_server: Flask
) -> None:
    app, client = on_own_server, on_own_server.test_client()
    with app.app_context():
        page = last_page(client, _link(app))
        db.session("desk").scalar(select(School.id))
        own_server.kill()  # what was begun there ends with the request, without a word
    refused = press(client, page, "send")
    assert is_plain(refused, "en")
    assert client.get("/healthz").status_code == 503
    own_server.start()
    assert send_again(client, refused).status_code == 303
    assert client.get("/healthz").status_code == 200
    assert ballots(app) == 1


def test_on_postgresql_a_server_that_was_begun_anew_while_nobody_came_is_not_noticed(
    own_server: Server, on_own_server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = on_own_server.test_client()
    page = last_page(client, _link(on_own_server))
    monkeypatch.setattr(idle, "IDLE_SECONDS", 0)
    own_server.kill()
    own_server.start()
    assert press(client, page, "send").status_code == 303


def test_on_postgresql_one_person_pays_for_all_connections_that_were_cut_in_use(
    own_server: Server, on_own_server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_own_server.app_context():
        group = db.session("ballots").scalars(select(store.Group.id)).one()
        db.let_go("ballots")
        with db.reading("ballots") as one, db.reading("ballots") as another:
            assert [each.execute(text("select 1")).scalar() for each in (one, another)] == [1, 1]
        monkeypatch.setattr(idle, "IDLE_SECONDS", 3600)  # as if they had been used a moment ago
        own_server.kill()
        own_server.start()
        with pytest.raises(OperationalError):
            casting.cast(casting.Entry(group, "a", None), {})
        assert casting.cast(casting.Entry(group, "b", None), {})


def test_on_postgresql_a_server_that_stands_still_is_named_and_asked_by_one_at_a_time(
    own_server: Server, on_own_server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = on_own_server.test_client(), threading.active_count()
    assert client.get("/healthz").status_code == 200
    with own_server.standing_still():
        monkeypatch.setattr(pulse, "SECONDS", 0.1)
        for _ in range(3):
            sick = client.get("/healthz")
            assert (sick.status_code, sick.json) == (503, {"stores": f"do not answer: {', '.join(STORES)}"})
            assert threading.active_count() <= before + len(STORES)
    monkeypatch.undo()
    assert client.get("/healthz").status_code == 200


def test_on_postgresql_pages_wait_no_longer_for_a_server_that_stands_still(
    own_server: Server, on_own_server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, client = on_own_server, on_own_server.test_client()
    db.wait_at_most(app, 1)
    page = last_page(client, _link(app))
    monkeypatch.setattr(bounded, "ANSWER_SECONDS", 1)
    with own_server.standing_still():
        refused = press(client, page, "send", comment="my own words")
        assert is_plain(refused, "en")
        assert ("comment", "my own words") in kept(refused)[1]
    monkeypatch.undo()
    for _ in range(2):
        assert send_again(client, refused).status_code == 303
    assert ballots(app) == 1


def test_on_postgresql_the_server_breaks_off_what_takes_pages_too_long_and_nobody_else(on_own_server: Flask) -> None:
    def longest() -> object:
        with on_own_server.app_context(), db.reading("desk") as connection:
            return connection.execute(text("show statement_timeout")).scalar()

    assert longest() == "0"
    db.wait_at_most(on_own_server, 1)
    assert longest() == f"{bounded.STATEMENT_SECONDS}s"


def test_on_postgresql_a_standby_only_reads_until_it_is_promoted(own_server: Server, on_own_server: Flask) -> None:
    app, client = on_own_server, on_own_server.test_client()
    page = last_page(client, _link(app))
    own_server.kill()
    signal = own_server.folder / "standby.signal"
    signal.touch()
    shutil.chown(signal, own_server.folder.stat().st_uid, own_server.folder.stat().st_gid)
    own_server.start()
    assert client.get(_link(app)).status_code == 200  # what is only looked at is there
    refused = press(client, page, "send", comment="my own words")
    assert is_plain(refused, "en")
    assert ("comment", "my own words") in kept(refused)[1]
    assert ballots(app) == 0
    own_server.run("select pg_promote()")
    for _ in range(2):
        assert send_again(client, refused).status_code == 303
    assert ballots(app) == 1


def test_on_postgresql_a_role_that_may_only_read_is_met_by_the_same_page(
    own_server: Server, on_own_server: Flask, tmp_path: Path
) -> None:
    app, client = on_own_server, on_own_server.test_client()
    page = last_page(client, _link(app))
    for said, status in (("set default_transaction_read_only = on", 503), ("reset all", 303)):
        own_server.run(f"alter database {{}} {said}", own_server.databases[(tmp_path / "instance").resolve()].name)
        close_all(app)
        assert press(client, page, "send").status_code == status
    assert ballots(app) == 1


def test_on_postgresql_a_full_disk_keeps_answers_on_their_page_until_there_is_room(
    own_server: Server, on_own_server: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app, client = on_own_server, on_own_server.test_client()
    database = own_server.databases[(tmp_path / "instance").resolve()].name
    disk = own_server.folder.parent / "small"
    with mounts.small(disk, megabytes=64):
        shutil.chown(disk, own_server.folder.stat().st_uid)
        own_server.run(f"create tablespace small location '{disk}'")
        close_all(app)
        own_server.run("alter database {} set tablespace small", database)
        page = last_page(client, _link(app))
        with mounts.filled(disk):
            refused = press(client, page, "send", comment="my own words")
            assert is_plain(refused, "en")
            assert is_plain(send_again(client, refused), "en")
            assert client.get("/healthz").status_code == 200
        assert any("DiskFull" in record.getMessage() for record in caplog.records)  # SQLSTATE 53100
        assert ballots(app) == 0
        for _ in range(2):
            assert send_again(client, refused).status_code == 303
        assert ballots(app) == 1
        close_all(app)
        own_server.forget(tmp_path)
        own_server.run("drop tablespace small")


def test_on_postgresql_pages_wait_a_little_for_a_mixer_that_writes_all_slips_anew(on_own_server: Flask) -> None:
    app, client = on_own_server, on_own_server.test_client()
    page = last_page(client, _link(app))
    db.wait_at_most(app, 1)
    with app.app_context(), db.engine("ballots").begin() as mixer:
        mixer.execute(text("lock table open_receipt in access exclusive mode"))
        refused = press(client, page, "send", comment="my own words")
        assert is_plain(refused, "en")
        assert ("comment", "my own words") in kept(refused)[1]
        assert client.get("/healthz").status_code == 200
    assert send_again(client, refused).status_code == 303
    assert ballots(app) == 1


def _link(app: Flask) -> str:
    with app.app_context():
        return f"/open/{db.session('ballots').scalar(select(store.Group.id))}?lang=en"
