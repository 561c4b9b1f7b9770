"""The shape of each store's tables, and how an older store is brought to today's when the program starts.

A store's migrations stand in `migrations/<store>/`, one file a step, numbered. A new store is made as the tables are
today; a test holds that migrating leads to the same. Whoever starts first does it, the others wait for that.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from survey import db, disturbed
from survey.calling import user
from survey.config import STORES
from survey.stores import store_address

MIGRATIONS = Path(__file__).parents[1] / "migrations"
FIRST = "0001"  # what a store was before it said its version
DIGITS = 4
LOCK = 20200306  # any number, the same for every process: the day of the notice


class UnknownShape(click.ClickException):
    """A store that this program cannot bring to its own shape, and what would do."""


class StoreAway(click.ClickException):
    """A store that does not answer when the program starts, and what to look at."""


def bring_up() -> None:
    """Make the tables that are not there, and bring older ones to today's shape. Raises UnknownShape, StoreAway."""
    for store in STORES:
        try:
            if version(store) != newest(store):
                bring_up_engine(db.engine(store), store)
        except DBAPIError as error:
            if (told := _away(store, error)) is None:
                raise
            raise told from None


def _away(store: str, error: DBAPIError) -> click.ClickException | None:
    """What to look at where a store cannot be used; None for what is no matter of the store's place."""
    url = db.engine(store).url
    address = f"Its address is {store_address.told(url)} (JIANFU_{store.upper()}_URL)."
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return UnknownShape(
            f"The store {store} is a file, and no SQLite file: {disturbed.said(error)}\n{address} Name the store's "
            "file, or one that is not there yet; if the store was in it, restore a backup."
        )
    if not disturbed.passes(error):
        return None
    return StoreAway(
        f"The store {store} does not answer: {disturbed.said(error)}\n{address} {store_address.to_look_at(url, user())}"
    )


def version(store: str) -> str | None:
    """The last migration of a store; None where it has no tables, or none that say so."""
    with db.reading(store) as connection:
        return _version(connection, store)


@cache
def newest(store: str) -> str:
    """The last migration that the program knows."""
    return max(path.stem[:DIGITS] for path in (MIGRATIONS / store).glob("[0-9]*.py"))


def empty() -> None:
    """Throw away everything in every store."""
    for store in STORES:
        db.BASES[store].metadata.drop_all(db.engine(store))
        with db.engine(store).begin() as connection:
            connection.execute(text(f"drop table if exists {version_table(store)}"))
    bring_up()


def create(connection: Connection, store: str) -> None:
    """A new store's tables as they are today, within the connection's transaction."""
    db.BASES[store].metadata.create_all(connection)
    _say_version(connection, store, newest(store))


def migrate(connection: Connection, store: str, to: str = "head") -> None:
    """Take a store's migrations up to one of them, within the connection's transaction."""
    command.upgrade(_config(connection, store), to)


def version_table(store: str) -> str:
    """The table that keeps a store's version; each its own, for stores may share a database."""
    return f"version_of_{store}"


def bring_up_engine(engine: Engine, store: str) -> None:
    """The same for one store, wherever it is. Raises UnknownShape."""
    with engine.connect().execution_options(writes=True) as connection:
        _without_foreign_keys(connection, off=True)
        try:
            with connection.begin():
                _wait_for_others(connection)
                _change(connection, store)
        finally:
            _without_foreign_keys(connection, off=False)


def _change(connection: Connection, store: str) -> None:
    """From nothing to today's tables; else step by step, from where the store is."""
    there = set(inspect(connection).get_table_names())
    if version_table(store) not in there:
        ours = db.BASES[store].metadata.tables.keys() & there
        if ours:
            _say_version(connection, store, FIRST)
        else:
            create(connection, store)
    said = _version(connection, store)
    found = FIRST if said is None else said
    _refuse_unknown(store, found)
    if found < newest(store):
        migrate(connection, store)


def _refuse_unknown(store: str, found: str) -> None:
    if not (len(found) == DIGITS and found.isascii() and found.isdecimal()):
        raise UnknownShape(
            f"The store {store} says that its shape is {found!r}, which no Jianfu calls any: a number such as "
            f"{newest(store)} is needed in its table {version_table(store)}. Restore a backup."
        )
    if found > newest(store):
        raise UnknownShape(
            f"The store {store} was made by a newer Jianfu (its shape is {found}, this program knows {newest(store)}). "
            "Install that one, or restore a backup from before it."
        )


def _version(connection: Connection, store: str) -> str | None:
    if not inspect(connection).has_table(version_table(store)):
        return None
    return connection.execute(text(f"select version_num from {version_table(store)}")).scalar()


def _say_version(connection: Connection, store: str, number: str) -> None:
    connection.execute(text(_made_version_table(connection, store)))
    connection.execute(text(f"insert into {version_table(store)} (version_num) values (:number)"), {"number": number})


def _made_version_table(connection: Connection, store: str) -> str:
    # As all tables of stores that keep no order of arrival.
    ending = " without rowid" if connection.dialect.name == "sqlite" else ""
    return f"create table {version_table(store)} (version_num varchar(32) not null primary key){ending}"


def _config(connection: Connection, store: str) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    found.set_main_option("version_locations", str(MIGRATIONS / store).replace("%", "%%"))
    found.set_main_option("path_separator", "newline")
    attributes: dict[str, Any] = found.attributes
    attributes.update(connection=connection, store=store, version_table=version_table(store))
    return found


def _wait_for_others(connection: Connection) -> None:
    """One process at a time; on SQLite a writer's transaction is that by itself."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))


def _without_foreign_keys(connection: Connection, *, off: bool) -> None:
    """SQLite changes a table by writing it anew; while it does so, what refers to it must not be thrown away."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(f"pragma foreign_keys = {'off' if off else 'on'}")
