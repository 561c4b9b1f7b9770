"""`flask --app survey restore`: a backup brought into an installation that is empty; all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Engine, Table, func, select, text

from survey import db
from survey.ballot import seal_key
from survey.calling import There, called, in_one_line
from survey.config import STORES, read_settings
from survey.keyring import key_copies, rotation
from survey.keyring.keys import COPIED_KEYS
from survey.stores import schema
from survey.upkeep import begun, manifest, restoring
from survey.upkeep.backed_up import copy_rows, opened, tables
from survey.upkeep.manifest import BadBackup, file_of
from survey.upkeep.surroundings import in_words


class NotEmpty(click.ClickException):
    """An installation that has something which a restored backup would be mixed with."""


class NotRestored(click.ClickException):
    """A store that is away, or a disk without room; what was begun is begun anew by the next try."""


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(restore)


def _a_backup(_ctx: click.Context, _param: click.Parameter, folder: Path) -> Path:
    """Refuse a folder that is no backup, or a damaged one, before anything is made; called by click."""
    manifest.check(folder)
    return folder


def _its_keys(ctx: click.Context, _param: click.Parameter, keys: Path | None) -> Path | None:
    """Refuse a folder that does not hold the backup's keys before anything is made; called by click."""
    if keys:
        key_copies.check(keys)
        if (target := begun.keys_to_be_made(ctx)) is not None:
            _refuse_those_of_another(ctx.params["folder"], keys, target)
    return keys


def _refuse_those_of_another(folder: Path, keys: Path, target: Path) -> None:
    """The keys are tried on copies of what is sealed in the backup: no store is there yet.

    Raises BadBackup, KeysOfAnother, NotRestored.
    """
    made = manifest.check(folder)
    with (
        in_one_line(),
        TemporaryDirectory() as place,
        _stores_within(Path(place)),
        in_words(NotRestored, f"{folder} was not restored"),
    ):
        for store in sorted({rotation.KINDS[name].store or "" for name in COPIED_KEYS}):
            _copied(store, folder / file_of(store), Path(place), made.rows[store])
        key_copies.refuse_those_of_another(keys, target, whose=f"the backup {folder}")


@contextmanager
def _stores_within(place: Path) -> Iterator[None]:
    """While this lasts, stores are the files in a folder, called as those of a backup."""
    app = Flask("backup")
    app.config["SETTINGS"] = read_settings({}, place)
    db.connect(app, app.config["SETTINGS"])
    with app.app_context():
        try:
            yield
        finally:
            for engine in app.extensions["stores"].values():
                engine.dispose()


@click.command()
@click.argument("folder", type=There(exists=True, file_okay=False, path_type=Path), callback=_a_backup, is_eager=True)
@click.option(
    "--keys",
    type=There(exists=True, file_okay=False, path_type=Path),
    callback=_its_keys,
    help="Where the keys are.",
)
@with_appcontext
def restore(folder: Path, keys: Path | None) -> None:
    """Bring a backup into this installation, which must be empty."""
    bring_back(folder, keys)
    click.echo(f"{folder}: {manifest.read(folder)} restored.")
    for unsure in key_copies.unproven() if keys else ():
        click.echo(unsure)
    if not keys:
        click.echo(
            f"Requests for help and second steps need their keys ({', '.join(COPIED_KEYS)}), before the pages start: "
            + called("keys", "bring", "FOLDER")
        )
    click.echo("Slips handed out before are void; print new ones for rounds that are open.")
    try:
        with db.reading("ballots") as connection:
            seal_key.public_key(connection)
    except seal_key.NoSealKey as missing:
        click.echo(missing)


def bring_back(folder: Path, keys: Path | None = None) -> None:
    """A backup's rows into the empty stores, and the keys from their folder; all of them or none.

    Raises BadBackup where a file is missing or changed, NotEmpty where this installation has rows of its own,
    KeysOfAnother, RestoreAtWork, NotRestored where a store or the disk keeps it from being restored: the next try
    begins from empty.
    """
    made = manifest.check(folder)
    with in_words(NotRestored, f"{folder} was not restored"), restoring.alone():
        _refuse_rows()
        with restoring.all_or_nothing() as place:
            for store in STORES:
                _load(store, folder / file_of(store), place, made.rows[store])
            if keys:
                key_copies.put_in_force(keys, current_app.config["SETTINGS"].keys, whose=f"the backup {folder}")


def _refuse_rows() -> None:
    for store in STORES:
        with db.reading(store) as connection:
            for table in tables(store):
                if connection.execute(select(func.count()).select_from(table)).scalar():
                    raise NotEmpty(
                        f"The store {store} is not empty. A backup is restored into new stores, without "
                        f"{called('init')}: name such (JIANFU_<STORE>_URL), or move those that are there away."
                    )


def _load(store: str, path: Path, place: Path, rows: Mapping[str, int]) -> None:
    copy = _copied(store, path, place, rows)
    with opened(copy) as made, made.begin() as source, db.engine(store).begin() as target:
        for table in tables(store):
            try:
                copy_rows(source, target, table)
            except ValueError:  # the value itself may be anybody's words, and is not told
                said = f"{path} has a value in its table {table.name} that is not of its kind. Take another backup."
                raise BadBackup(said) from None
            _count_on(target, table)


def _copied(store: str, path: Path, place: Path, rows: Mapping[str, int]) -> Path:
    """A copy of a store's file in today's shape, so that the backup stays as it is. Raises BadBackup."""
    copy = Path(shutil.copy(path, place))
    with opened(copy) as made:
        manifest.check_rows(path, made, store, rows)
        _bring_up(made, store, path)
    return copy


def _bring_up(copy: Engine, store: str, path: Path) -> None:
    """A backup of an older Jianfu is brought to today's shape first. Raises BadBackup."""
    try:
        schema.bring_up_engine(copy, store)
    except schema.UnknownShape as unknown:
        raise BadBackup(f"{path} cannot be restored. {unknown.message}") from None


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which a copied row does not move."""
    column = table.autoincrement_column
    if column is not None and target.dialect.name == "postgresql":
        highest = f"select coalesce(max({column.name}), 0) + 1 from {table.name}"
        target.execute(
            text(f"select setval(pg_get_serial_sequence('{table.name}', '{column.name}'), ({highest}), false)")
        )
