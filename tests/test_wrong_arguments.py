"""What was typed wrongly is refused before anything is made: no folder, no store, no key."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from survey.config import read_settings
from survey.upkeep import begun
from tests.processes import FLASK, ended


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("serve --port 99999", "99999 is not in the range"),
        ("serve --core 4096", "4096 is no core here. There are only these: "),
        ("serve 8000", "unexpected extra argument (8000)"),
        ("init --place Anhui", "Anhui is no place."),
        ("init --bureau=", "a name is needed, and this is empty."),
        ("demo --answers -5", "-5 is not in the range"),
        ("restore nowhere", "Directory 'nowhere' does not exist."),
        ("mix --every 0", "seconds from 0.01 to 86400 are needed."),
        ("mix --every 3 --new-key", "--new-key is done once"),
        ("mix --new-key --every 3", "--new-key is done once"),
    ],
)
def test_a_wrong_argument_begins_no_installation(tmp_path: Path, command: str, words: str) -> None:
    done = ended({"JIANFU_INSTANCE": str(tmp_path / "new")}, *FLASK, *command.split())
    assert done.returncode == 2
    assert words in done.stdout
    assert f"flask {command.split()[0]} [OPTIONS]" in done.stdout
    assert not (tmp_path / "new").exists()


def test_arguments_are_looked_at_without_doing_what_they_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done: list[int] = []
    house = Flask("house").cli
    house.add_command(
        click.Command("grow", params=[click.Option(["--by"], type=int)], callback=lambda by: done.append(by))
    )
    for typed, refused in ((["grow", "--by", "3"], False), (["grow", "--by", "x"], True), (["run"], False)):
        monkeypatch.setattr(sys, "argv", ["flask", "--app", "survey", *typed])
        with click.Context(FlaskGroup(), info_name="flask"):
            if refused:
                with pytest.raises(click.UsageError, match="'x' is not a valid integer"):
                    begun.refuse_wrong_arguments(house, read_settings({}, tmp_path))
            else:
                begun.refuse_wrong_arguments(house, read_settings({}, tmp_path))
    assert done == []


def test_an_interval_of_erasing_that_cannot_be_meant_is_refused(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["assistance", "erase", "--every", "-3"])
    assert refused.exit_code == 2
    assert "seconds from 0.01 to 86400 are needed." in refused.output
