"""`flask --app survey backup | restore`: what must outlive a machine, copied while the pages run; and back.

A backup is a folder with one SQLite file a store, whatever engine the stores are on, so that a school's installation
can be restored into a province's. Slips and ballots are never in it: copies of them, laid beside answers, would tell
who said what. Whom a round asks is, so that its results can still be published; its slips are printed anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from survey import db
from survey.ballot import seal_key
from survey.ballot.store import AskedQuestionnaire, Group
from survey.calling import Folder, There, called
from survey.config import STORES
from survey.day import today
from survey.keyring import key_copies
from survey.keyring.keys import COPIED_KEYS
from survey.one_at_a_time import held
from survey.planning.store import KeptAssessment
from survey.stores import schema
from survey.upkeep import manifest, restoring
from survey.upkeep.manifest import BadBackup, file_of
from survey.upkeep.surroundings import what_hindered
from survey.within_reach import OWNER_ONLY, exists

UNFINISHED = ".unfinished-"  # how the folder of a backup is called until it is whole
LOCK = ".at_work"
# What can be worked out anew is left out: plans are weighed again after a restore, at the first page that needs them.
WORKED_OUT = (KeptAssessment.__tablename__,)
# Of the ballots store only whom a round asks, and what: no slip, no ballot, no receipt.
TABLES_OF: Mapping[str, tuple[str, ...] | None] = {"ballots": (Group.__tablename__, AskedQuestionnaire.__tablename__)}
ROWS_AT_ONCE = 200  # parts of files among them


class NotEmpty(click.ClickException):
    """An installation that has something which a restored backup would be mixed with."""


class NotRestored(click.ClickException):
    """A store that is away, or a disk without room; what was begun is begun anew by the next try."""


class AtWork(click.ClickException):
    """Another process does the same in the same place."""


class NotMade(click.ClickException):
    """Something kept a backup from being made; nothing of it is left."""


def register(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


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


def _a_backup(_ctx: click.Context, _param: click.Parameter, folder: Path) -> Path:
    """Refuse a folder that is no backup before anything is made; called by click."""
    manifest.read(folder)
    return folder


def _whole_keys(_ctx: click.Context, _param: click.Parameter, folder: Path | None) -> Path | None:
    """Refuse a folder that does not hold the keys before anything is made; called by click."""
    if folder:
        key_copies.check(folder)
    return folder


@click.command()
@click.argument("folder", type=There(exists=True, file_okay=False, path_type=Path), callback=_a_backup)
@click.option(
    "--keys",
    type=There(exists=True, file_okay=False, path_type=Path),
    callback=_whole_keys,
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


def back_up(folder: Path) -> Path:
    """A backup of this day in a new folder within `folder`; its path. Half of one is never left under its name.

    What one that was killed left goes: it holds answers and requests, and nobody would look for it. Raises AtWork, and
    NotMade where a store or the disk keeps it from being made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (
        held(folder / LOCK, AtWork(f"Another backup into {folder} is being made.")),
        _in_words(NotMade, f"No backup was made in {folder}"),
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


@contextmanager
def _in_words(refusal: type[click.ClickException], what: str) -> Iterator[None]:
    """What a store or a copy of one could not do, as this refusal: `what` was not done."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        if isinstance(error, OSError) and error.filename:  # that is told with its place (`calling.py`)
            raise
        raise refusal(f"{what}: {what_hindered(error, current_app.config['SETTINGS'])}") from None


def bring_back(folder: Path, keys: Path | None = None) -> None:
    """A backup's rows into the empty stores, and the keys from their folder; all of them or none.

    Raises BadBackup where a file is missing or changed, NotEmpty where this installation has rows of its own,
    KeysOfAnother, RestoreAtWork, NotRestored where a store or the disk keeps it from being restored: the next try
    begins from empty.
    """
    made = manifest.check(folder)
    with _in_words(NotRestored, f"{folder} was not restored"), restoring.alone():
        _refuse_rows()
        with restoring.all_or_nothing() as place:
            for store in STORES:
                _load(store, folder / file_of(store), place, made.rows[store])
            if keys:
                key_copies.put_in_force(keys, current_app.config["SETTINGS"].keys, whose=f"the backup {folder}")


def _refuse_rows() -> None:
    for store in STORES:
        with db.reading(store) as connection:
            for table in _tables(store):
                if connection.execute(select(func.count()).select_from(table)).scalar():
                    raise NotEmpty(
                        f"The store {store} is not empty. A backup is restored into new stores, without "
                        f"{called('init')}: name such (JIANFU_<STORE>_URL), or move those that are there away."
                    )


def _save(store: str, path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    with _file(path) as made, made.begin() as target, _whole(store) as source:
        schema.create(target, store)
        for table in _tables(store):
            _copy(source, target, table)


def _rows_saved(store: str, folder: Path) -> dict[str, int]:
    with _file(folder / file_of(store)) as made:
        return manifest.rows_in(made, store)


def _load(store: str, path: Path, place: Path, rows: Mapping[str, int]) -> None:
    copy = Path(shutil.copy(path, place))  # so that the backup stays as it is
    with _file(copy) as made:
        manifest.check_rows(path, made, store, rows)
        _bring_up(made, store, path)
        with made.begin() as source, db.engine(store).begin() as target:
            for table in _tables(store):
                try:
                    _copy(source, target, table)
                except ValueError:  # the value itself may be anybody's words, and is not told
                    said = f"{path} has a value in its table {table.name} that is not of its kind. Take another backup."
                    raise BadBackup(said) from None
                _count_on(target, table)


def _bring_up(copy: Engine, store: str, path: Path) -> None:
    """A backup of an older Jianfu is brought to today's shape first. Raises BadBackup."""
    try:
        schema.bring_up_engine(copy, store)
    except schema.UnknownShape as unknown:
        raise BadBackup(f"{path} cannot be restored. {unknown.message}") from None


def _tables(store: str) -> list[Table]:
    """What is backed up of a store, those that others refer to first."""
    named = TABLES_OF.get(store)
    kept = [table for table in db.BASES[store].metadata.sorted_tables if table.name not in WORKED_OUT]
    return [table for table in kept if named is None or table.name in named]


def _copy(source: Connection, target: Connection, table: Table) -> None:
    """All rows, in the order of their keys: not in that of their arrival."""
    rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for some in rows.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in some])


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which a copied row does not move."""
    column = table.autoincrement_column
    if column is not None and target.dialect.name == "postgresql":
        highest = f"select coalesce(max({column.name}), 0) + 1 from {table.name}"
        target.execute(
            text(f"select setval(pg_get_serial_sequence('{table.name}', '{column.name}'), ({highest}), false)")
        )


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
    quoted = map(connection.dialect.identifier_preparer.format_table, sorted(_tables(store), key=lambda t: t.name))
    connection.execute(text(f"lock table {', '.join(quoted)} in access share mode"))


@contextmanager
def _file(path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{path}")
    try:
        yield made
    finally:
        made.dispose()


def _free_name(folder: Path) -> Path:
    """The day alone: a time of day could be laid beside a log."""
    day = today().isoformat()
    names = (folder / f"jianfu-{day}{'' if number == 1 else f'-{number}'}" for number in range(1, 1000))
    return next(name for name in names if not exists(name))
