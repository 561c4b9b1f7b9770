"""While a backup is brought in, a folder says so: stores are committed one by one, and a restore may be killed between.

The folder is where the restore works. As long as it is there the stores are half of a backup: pages serve nothing,
no command does anything on them, `flask check` says so, and the next restore begins from empty.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import insert, select

from survey import db, whole_file
from survey.ballot.store import SealKey
from survey.disturbed import NotNow
from survey.keyring.keys import OWNERS_FOLDER
from survey.one_at_a_time import held
from survey.stores import schema
from survey.within_reach import exists

FOLDER, LOCK = "restoring", "restore_at_work"


class HalfABackup(click.ClickException):
    """Stores that are half of a backup: what is done on them would be kept as if they were whole, or emptied."""


class RestoreAtWork(click.ClickException):
    """Another process restores into this installation."""


def register(app: Flask) -> None:
    """Serve nothing of half a backup, and do nothing on it again and again: who began before the restore goes on."""
    mark = app.config["SETTINGS"].instance / FOLDER

    def refuse() -> None:
        if exists(mark):
            raise NotNow(_said(mark))

    app.before_request(refuse)
    app.extensions["before_turns"].append(refuse)


def amiss(instance: Path) -> Iterator[str]:
    """That the stores are half of a backup, in words for whoever runs the server."""
    if exists(mark := instance / FOLDER):
        yield _said(mark)


def refuse_half(instance: Path) -> None:
    """Raises HalfABackup where the stores are that."""
    for said in amiss(instance):
        raise HalfABackup(f"{said} Nothing was done.")


def _said(mark: Path) -> str:
    return (
        f"{mark} is there: a restore is at work or was cut off, and the stores are half of a backup. "
        "If none is at work, restore again: it begins from empty."
    )


@contextmanager
def alone() -> Iterator[None]:
    """While this lasts nobody else restores here; what one that was killed left is gone. Raises RestoreAtWork."""
    instance = current_app.config["SETTINGS"].instance
    with held(instance / LOCK, RestoreAtWork("Another restore is at work here.")):
        if exists(instance / FOLDER):
            _give_up(instance)
        yield


@contextmanager
def all_or_nothing() -> Iterator[Path]:
    """Bring what belongs together into the stores, which are empty: afterwards it is there whole, or they are empty.

    You get a folder to work in.
    """
    instance = current_app.config["SETTINGS"].instance
    (instance / FOLDER).mkdir(mode=OWNERS_FOLDER)
    whole_file.note_names(instance)  # before anything is in a store
    try:
        yield instance / FOLDER
    except BaseException:
        _give_up(instance)
        raise
    shutil.rmtree(instance / FOLDER)


def _give_up(instance: Path) -> None:
    """Empty the stores. The mixer's public key, which is in no backup, stays: one that mixes at night is not there."""
    published = _published()
    schema.empty()
    if published:
        with db.engine("ballots").begin() as connection:
            connection.execute(insert(SealKey), published)
    shutil.rmtree(instance / FOLDER)


def _published() -> list[dict[str, Any]]:
    if schema.version("ballots") is None:  # one that was killed while it emptied
        return []
    with db.reading("ballots") as connection:
        return [dict(row) for row in connection.execute(select(SealKey.__table__)).mappings()]
