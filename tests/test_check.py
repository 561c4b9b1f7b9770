"""`flask check` finds what is amiss in an installation and says how to mend it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from survey import create_app


def said(app: Flask, *arguments: str) -> tuple[int, str]:
    """The exit status and what was said."""
    result = app.test_cli_runner().invoke(args=["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An installation as it should be: behind a proxy with TLS, the mixer's key elsewhere."""
    monkeypatch.setenv("JIANFU_HTTPS", "1")
    monkeypatch.setenv("JIANFU_PROXIES", "1")
    monkeypatch.setenv("JIANFU_MIXER_KEYS", str(tmp_path / "mixer"))
    app = create_app(instance=tmp_path / "instance")
    assert app.test_cli_runner().invoke(args=["mix"]).exit_code == 0
    (tmp_path / "mixer" / "ballot_private").unlink()  # as another user's, out of reach
    return app


def test_a_sound_installation_passes(sound: Flask) -> None:
    assert said(sound) == (0, "".join(f"ok     {subject}\n" for subject in SUBJECTS))


SUBJECTS = ("keys", "the mixer's key", "stores", "requests for help", "transport", "mode", "respondents' pages")


def test_a_key_others_can_read_is_named(sound: Flask) -> None:
    path = sound.config["SETTINGS"].keys / "pepper"
    path.chmod(0o644)
    status, words = said(sound)
    assert status == 1
    assert f"chmod 600 {path}" in words


def test_a_mixers_key_within_reach_is_named(app: Flask) -> None:
    status, words = said(app)
    assert status == 1
    assert "ballot_private can be read by the user who runs this" in words


def test_pages_without_tls_are_named(app: Flask) -> None:
    assert "JIANFU_HTTPS is not 1" in said(app)[1]


def test_tls_without_a_counted_proxy_is_named(sound: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_PROXIES", "0")
    assert "everybody looks like one client" in said(create_app(instance=tmp_path / "instance"))[1]


@pytest.mark.sqlite_files
def test_a_table_that_keeps_the_order_of_arrival_is_named(sound: Flask) -> None:
    path = sound.config["SETTINGS"].instance / "answers.db"
    with sqlite3.connect(path) as store:
        store.execute("drop table comment")
        store.execute("create table comment (id text primary key)")
    assert "table comment keeps the order of arrival" in said(sound)[1]


@pytest.mark.sqlite_files
def test_two_stores_at_one_address_are_named(sound: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_ANSWERS_URL", f"sqlite:///{tmp_path / 'instance' / 'ballots.db'}")
    assert "Two stores have one address" in said(create_app(instance=tmp_path / "instance"))[1]


def test_an_address_that_does_not_answer_is_named(sound: Flask) -> None:
    assert "did not answer" in said(sound, "--url", "http://127.0.0.1:9")[1]


def test_a_number_of_proxies_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_PROXIES", "many")
    with pytest.raises(ValueError, match="number of proxies"):
        create_app(instance=tmp_path / "instance")
