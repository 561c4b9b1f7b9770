"""A second mixer on the same stores with a folder of its own: on another machine, or where the first folder is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from nacl.public import PrivateKey
from sqlalchemy import delete

from survey import create_app, db, whole_file
from survey.ballot import mixing, seal_key
from survey.ballot.casting import Entry, cast
from survey.ballot.groups import take_no_more
from survey.ballot.store import Ballot, SealKey
from tests.rounds import a_group, mixer_key

PEOPLE = 15


@pytest.fixture
def other(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """Another mixer, which has the first one's stores and not its folder."""
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("JIANFU_MIXER_KEYS", str(tmp_path / "another machine" / "mixer"))
    return create_app(instance=settings.instance)


def mix(app: Flask, *arguments: str) -> Result:
    """What the command says, and how it ends."""
    return app.test_cli_runner().invoke(args=["mix", *arguments])


def published(app: Flask) -> bytes:
    """The key that pages seal to."""
    with app.app_context(), db.reading("ballots") as connection:
        return seal_key.public_key(connection)


def answered(app: Flask) -> None:
    """People answer, and are thanked; then the round ends."""
    with app.app_context():
        group = a_group().id
        assert all(cast(Entry(group, f"ack-{number}", None), {}) for number in range(PEOPLE))
        take_no_more("c1")


def test_a_second_mixer_changes_nothing_though_no_ballot_waits(app: Flask, other: Flask) -> None:
    first = published(app)
    refused = mix(other)
    assert refused.exit_code == 1
    assert "has the public key of another mixer" in refused.output
    assert f"{other.config['SETTINGS'].mixer_keys / seal_key.FILE} is not there." in refused.output
    assert "Ballots wait" not in refused.output
    assert "mix --new-key" in refused.output
    assert not other.config["SETTINGS"].mixer_keys.joinpath(seal_key.FILE).exists()
    assert published(app) == first


def test_what_is_sent_while_a_second_mixer_tries_is_mixed_by_the_first(app: Flask, other: Flask) -> None:
    mix(other)
    answered(app)
    mix(other, "--new-key")
    with app.app_context():
        assert mixing.mix(mixer_key(app)) == PEOPLE


def test_a_lost_key_is_replaced_on_wish_and_what_is_sent_then_is_mixed(app: Flask, other: Flask) -> None:
    first = published(app)
    assert mix(other, "--new-key").exit_code == 0
    assert published(app) != first
    assert mix(other).exit_code == 0
    answered(app)
    refused = mix(app)
    assert refused.exit_code == 1
    assert f"{seal_key.FILE} is not its private half. Ballots wait that were sealed to it" in refused.output
    with other.app_context():
        assert mixing.mix(mixer_key(other)) == PEOPLE


def test_on_wish_nothing_is_replaced_where_the_key_is_this_mixers_own(app: Flask) -> None:
    first = published(app)
    assert mix(app, "--new-key").exit_code == 0
    assert published(app) == first


def test_whoever_gives_up_ballots_that_nobody_can_open_goes_on_with_a_new_key(app: Flask, other: Flask) -> None:
    answered(app)
    assert mix(other, "--new-key").exit_code == 1
    with app.app_context():
        db.session("ballots").execute(delete(Ballot))
        db.session("ballots").commit()
    assert mix(other, "--new-key").exit_code == 0


def test_a_new_key_is_not_wished_for_again_and_again(app: Flask) -> None:
    refused = mix(app, "--new-key", "--every", "20")
    assert refused.exit_code == 2
    assert "leave out --every" in refused.output


def test_two_mixers_with_the_same_key_take_turns(app: Flask, other: Flask) -> None:
    folder = other.config["SETTINGS"].mixer_keys
    folder.mkdir(parents=True)
    whole_file.make(folder / seal_key.FILE, (app.config["SETTINGS"].mixer_keys / seal_key.FILE).read_bytes())
    answered(app)
    with other.app_context():
        assert mixing.mix(mixer_key(other)) == PEOPLE
    assert mix(app).exit_code == 0


def test_a_renewal_that_was_cut_off_is_not_given_up_by_a_mixer_on_the_wrong_store(app: Flask) -> None:
    folder = app.config["SETTINGS"].mixer_keys
    following = PrivateKey.generate()
    whole_file.make(folder / seal_key.NEXT_FILE, bytes(following))
    with app.app_context():
        row = db.session("ballots").get_one(SealKey, 1)
        row.public = b"another store's key"
        db.session("ballots").commit()
        with pytest.raises(seal_key.OtherKey):
            mixer_key(app)
        row.public = bytes(following.public_key)
        db.session("ballots").commit()
        assert mixer_key(app) == bytes(following)


def test_the_check_says_that_the_key_within_reach_is_not_the_one_that_is_published(app: Flask, other: Flask) -> None:
    said = "has the public key of another mixer"
    assert said not in app.test_cli_runner().invoke(args=["check"]).output
    mix(other, "--new-key")
    assert said in app.test_cli_runner().invoke(args=["check"]).output
    assert said not in other.test_cli_runner().invoke(args=["check"]).output
