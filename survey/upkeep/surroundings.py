"""What every command is done within: nothing is done on half of a backup, and what hinders it is told in one line."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from flask import Flask, current_app
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from survey import disturbed
from survey.calling import OF_THE_MIXER, called, hindered, in_one_line, name_of, surround, user
from survey.config import Settings
from survey.upkeep import restoring

# They say so themselves, or bring the rest; `welcome` asks the pages, which do.
ALSO_ON_HALF = ("check", "restore", "serve", "welcome")

FILES_OF_SQLITE = ("", "-wal", "-shm", "-journal")


def register(app: Flask) -> None:
    """Surround the commands that the app has by now."""
    surround(app.cli, partial(_surroundings, app.config["SETTINGS"]))


@contextmanager
def _surroundings(settings: Settings, command: str) -> Iterator[None]:
    with in_one_line(lambda error: _told(error, settings)):
        if command not in ALSO_ON_HALF:
            restoring.refuse_half(settings.instance)
        with _at_the_stores(settings):
            yield


@contextmanager
def _at_the_stores(settings: Settings) -> Iterator[None]:
    """Raises ClickException where what passes kept a command from what it does; it was not committed."""
    try:
        yield
    except Exception as error:
        has_words = isinstance(error, click.ClickException) or getattr(error, "filename", None)
        if has_words or not disturbed.passes(error):
            raise
        raise click.ClickException(f"This cannot be done now: {what_hindered(error, settings)}") from None


def what_hindered(error: BaseException, settings: Settings) -> str:
    """What a store, or a copy of one, could not do; and what would do, or else where to look."""
    files = " ".join(_not_to_be_written(settings))
    asked = files or f"Is there room? Do the stores answer? That says: {called('check')}"
    return f"{disturbed.said(error)}. {asked}"


@contextmanager
def in_words(refusal: type[click.ClickException], what: str) -> Iterator[None]:
    """What a store or a copy of one could not do, as this refusal: `what` was not done."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        if isinstance(error, OSError) and error.filename:  # that is told with its place (`_told`)
            raise
        raise refusal(f"{what}: {what_hindered(error, current_app.config['SETTINGS'])}") from None


def _not_to_be_written(settings: Settings) -> Iterator[str]:
    """Files of the stores, and those that SQLite lays beside them, that this user may not write; whose they are."""
    urls = [make_url(address) for address in settings.addresses.values()]
    stores = [Path(url.database) for url in urls if url.database and url.get_backend_name() == "sqlite"]
    of_sqlite = [Path(f"{store}{ending}") for store in stores for ending in FILES_OF_SQLITE]
    for path in dict.fromkeys([*of_sqlite, *(store.parent for store in stores)]):
        if os.access(path, os.F_OK) and not os.access(path, os.W_OK):
            is_read_only = os.statvfs(path).f_flag & os.ST_RDONLY
            why = errno.EROFS if is_read_only else errno.EACCES
            said, there = hindered(OSError(why, os.strerror(why), str(path))), path.stat()
            yield f"{said} It belongs to {name_of(there.st_uid)}, with the mode {stat.S_IMODE(there.st_mode):o}."


def _told(error: OSError, settings: Settings) -> str:
    if isinstance(error, PermissionError) and Path(error.filename).is_relative_to(settings.mixer_keys):
        return (
            f"{settings.mixer_keys} is out of reach of the user who runs this ({user()}): the mixer runs as a user of "
            f"its own. Start it: {OF_THE_MIXER}"
        )
    return hindered(error)
