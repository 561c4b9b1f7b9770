"""What every command is done within: nothing is done on half of a backup, and what hinders it is told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask

from survey.calling import OF_THE_MIXER, hindered, in_one_line, surround, user
from survey.config import Settings
from survey.upkeep import restoring

# They say so themselves, or bring the rest; `welcome` asks the pages, which do.
ALSO_ON_HALF = ("check", "restore", "serve", "welcome")


def register(app: Flask) -> None:
    """Surround the commands that the app has by now."""
    surround(app.cli, partial(_surroundings, app.config["SETTINGS"]))


@contextmanager
def _surroundings(settings: Settings, command: str) -> Iterator[None]:
    with in_one_line(lambda error: _told(error, settings)):
        if command not in ALSO_ON_HALF:
            restoring.refuse_half(settings.instance)
        yield


def _told(error: OSError, settings: Settings) -> str:
    if isinstance(error, PermissionError) and Path(error.filename).is_relative_to(settings.mixer_keys):
        return (
            f"{settings.mixer_keys} is out of reach of the user who runs this ({user()}): the mixer runs as a user of "
            f"its own. Start it: {OF_THE_MIXER}"
        )
    return hindered(error)
