"""`flask --app survey backup`: what must outlive a machine, copied while the pages run.

A backup is a folder with one SQLite file a store, whatever engine the stores are on, so that a school's installation
can be restored into a province's (`bringing_back.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, text

from survey import db
from survey.calling import Folder
from survey.config import STORES
from survey.day import today
from survey.keyring import key_copies
from survey.keyring.keys import COPIED_KEYS
from survey.one_at_a_time import held
from survey.stores import schema
from survey.upkeep import manifest
from survey.upkeep.backed_up import copy_rows, opened, tables
from survey.upkeep.manifest import file_of
from survey.upkeep.surroundings import in_words
from survey.within_reach import OWNER_ONLY, exists

UNFINISHED = ".unfinished-"  # how the folder of a backup is called until it is whole
LOCK = ".at_work"


class AtWork(click.ClickException):
    """Another process does the same in the same place."""


class NotMade(click.ClickException):
    """Something kept a backup from being made; nothing of it is left."""


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(backup)


@click.command()
@click.argument("folder", type=Folder(file_okay=False, path_type=Path))
@click.option("--keys", type=Folder(file_okay=False, path_type=Path), help="Where the keys go: another place.")
@with_appcontext
def backup(folder: Path, keys: Path | None) -> None:
    """Copy desk, answers and assistance into a new folder within FOLDER; never slips, never ballots."""
    _refuse_places(folder, keys)
    if keys:  # first: where they cannot be copied no backup stays behind, one more at each try
        key_copies.copy(current_app.config["SETTINGS"].keys, keys)
    made = back_up(folder)
    click.echo(f"{made}: {manifest.read(made)}")
    if keys:
        click.echo(f"{keys}: the keys {' and '.join(COPIED_KEYS)}. Keep them apart from the backup.")
    else:
        click.echo(f"Without the keys {' and '.join(COPIED_KEYS)} what is sealed in it stays sealed: see --keys.")


def _refuse_places(folder: Path, keys: Path | None) -> None:
    """A backup outlives the installation, and its keys are not taken with it. Raises NotMade."""
    instance = current_app.config["SETTINGS"].instance
    for place in filter(None, (folder, keys)):
        if place.resolve().is_relative_to(instance.resolve()):
            raise NotMade(
                f"{place} is within {instance}, the folder of this installation: with that it would be lost as well. "
                "Name another place."
            )
    if keys and keys.resolve().is_relative_to(folder.resolve()):
        raise NotMade(
            f"{keys} is within {folder}: whoever takes the backups would have their keys. Name another place."
        )


def back_up(folder: Path) -> Path:
    """A backup of this day in a new folder within `folder`; its path. Half of one is never left under its name.

    What one that was killed left goes: it holds answers and requests, and nobody would look for it. Raises AtWork, and
    NotMade where a store or the disk keeps it from being made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (
        held(folder / LOCK, AtWork(f"Another backup into {folder} is being made.")),
        in_words(NotMade, f"No backup was made in {folder}"),
    ):
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            for store in STORES:
                _save(store, unfinished / file_of(store))
            manifest.write(unfinished, {store: _rows_saved(store, unfinished) for store in STORES})
            return unfinished.rename(_free_name(folder))
        except BaseException:
            shutil.rmtree(unfinished)
            raise


def _save(store: str, path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    with opened(path) as made, made.begin() as target, _whole(store) as source:
        schema.create(target, store)
        for table in tables(store):
            copy_rows(source, target, table)


def _rows_saved(store: str, folder: Path) -> dict[str, int]:
    with opened(folder / file_of(store)) as made:
        return manifest.rows_in(made, store)


@contextmanager
def _whole(store: str) -> Iterator[Connection]:
    """A connection that sees a store as it is at one moment."""
    engine = db.engine(store)
    is_file = engine.dialect.name == "sqlite"
    level = {} if is_file else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        if not is_file:
            _wait_for_the_mixer(connection, store)
        yield connection


def _wait_for_the_mixer(connection: Connection, store: str) -> None:
    """Lock the tables before the transaction has its snapshot, which the first query takes and LOCK TABLE does not.

    A snapshot from before the mixer's TRUNCATE would see an empty table. The mixer locks its tables in this order too.
    """
    quoted = map(connection.dialect.identifier_preparer.format_table, sorted(tables(store), key=lambda t: t.name))
    connection.execute(text(f"lock table {', '.join(quoted)} in access share mode"))


def _free_name(folder: Path) -> Path:
    """The day alone: a time of day could be laid beside a log."""
    day = today().isoformat()
    names = (folder / f"jianfu-{day}{'' if number == 1 else f'-{number}'}" for number in range(1, 1000))
    return next(name for name in names if not exists(name))
