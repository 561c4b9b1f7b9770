"""Statements that go to the driver as they are: for the few that an evening's load is made of, and for files.

SQLAlchemy builds them once for each engine, and its pool lends the connection. Without what it does besides at each
statement, a sending's transaction takes the pages' process less than half. Errors are raised as its own, so that
whoever calls need not know.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

from flask import g
from sqlalchemy import Dialect, Engine, Executable, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from survey import db
from survey.stores import file_writer
from survey.stores.engines import is_stale, leave_out_detail
from survey.stores.file_writer import FileWriter
from survey.stores.prepared_statement import Row, Values, prepared
from survey.stores.server_writer import ServerWriter

Found = TypeVar("Found")
KNOWN = "statements known"  # of a connection, for as long as it lasts


class Statements(Protocol):
    """Within one transaction on a store."""

    is_file: bool

    def send(self, statement: Executable, values: Values) -> Row | None:
        """Do a statement; its first row, or None where it returns none."""

    def add(self, statement: Executable, values: Values) -> None:
        """Do a statement whose rows nobody asks for, at the latest when the transaction is kept."""

    def let_go(self) -> None:
        """Drop what was done, and hold nothing any more; the next statement begins anew. Never on a file.

        There others' work may stand in the same transaction.
        """


class Writer(Statements, Protocol):
    """The transaction itself, for whoever ends it."""

    def commit(self) -> None:
        """Keep what was done."""

    def rollback(self) -> None:
        """Drop what was done."""


def write(store: str, work: Callable[[Statements], Found]) -> Found:
    """Do a few statements that belong together, kept when this returns: what `work` found.

    Where the store is a file, others' work goes with it (`together`), so `work` may be called in another thread, and
    must not ask who is being answered. The request's own session lets go of the store: two would wait for each other.
    Raises DBAPIError, TimeoutError of SQLAlchemy where no connection is free, and what `work` raises; then nothing is
    kept.
    """
    if store in g.get("sessions", ()):
        g.sessions[store].rollback()
    if others := db.writers(store):
        try:
            return others.do(work, partial(writing, store))
        except sqlite3.Error as error:  # of this work alone: what ends the transaction is raised by `writing`
            raise _as_usual(error, db.engine(store), None) from error
    with writing(store) as writer:
        return work(writer)


@contextmanager
def writing(store: str) -> Iterator[Writer]:
    """A transaction: it is committed at the end, or dropped where an error ends it. Raises DBAPIError."""
    # The connection first: while one has the turn, others wait.
    engine = db.engine(store)
    with _lent(engine, db.kept_connections(store)) as lent, db.turn(store):
        writer = _writer(lent, engine.dialect)
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.rollback()  # while it is still our turn
            raise


def read(store: str, statement: Executable, values: Values) -> Row | None:
    """The first row that a statement finds, in a transaction of its own; None where it finds none.

    Raises DBAPIError, and TimeoutError of SQLAlchemy where no connection is free.
    """
    engine = db.engine(store)
    with _lent(engine, db.kept_connections(store)) as lent:
        if engine.dialect.name == "sqlite":
            return file_writer.read(_driver_connection(lent), engine.dialect, statement, values)
        return _of_server(lent, engine.dialect).read(statement, values)


def read_bytes(store: str, statement: Executable, values: Values) -> bytes:
    """The one value that a statement finds, where that is many bytes. Raises DBAPIError.

    PostgreSQL is asked for them as they are: written as text, which it does otherwise, they take seven times as long.
    """
    engine = db.engine(store)
    with _lent(engine, db.kept_connections(store)) as lent:
        ready, raw = prepared(statement, engine.dialect), _driver_connection(lent)
        cursor = raw.cursor() if engine.dialect.name == "sqlite" else raw.cursor(binary=True)
        found: bytes = cursor.execute(ready.text, ready.arguments(values)).fetchone()[0]
        return found


def _writer(lent: PoolProxiedConnection, dialect: Dialect) -> Writer:
    if dialect.name == "sqlite":
        return FileWriter(_driver_connection(lent), dialect)
    return _of_server(lent, dialect)


def _of_server(lent: PoolProxiedConnection, dialect: Dialect) -> ServerWriter:
    return ServerWriter(_driver_connection(lent), _counting(dialect), lent.info.setdefault(KNOWN, {}))


def _driver_connection(lent: PoolProxiedConnection) -> Any:
    return lent.driver_connection


@lru_cache
def _counting(dialect: Dialect) -> Dialect:
    """The same engine's, for statements whose values are counted: so PostgreSQL itself takes them."""
    kind: Callable[..., Dialect] = type(dialect)
    return kind(paramstyle="numeric_dollar")


@contextmanager
def _lent(engine: Engine, kept: list[PoolProxiedConnection]) -> Iterator[PoolProxiedConnection]:
    """A connection of the pool. What the driver raises while this lasts is raised as SQLAlchemy's.

    Of a file one is kept, for whoever comes next: to lend and take it back takes as long as to store an answer.
    """
    lent = None
    try:
        lent = _one_of(kept) or engine.raw_connection()
        yield lent
        if engine.dialect.name == "sqlite" and not kept:
            kept.append(lent)
            lent = None
    except engine.dialect.loaded_dbapi.Error as error:
        raise _as_usual(error, engine, lent) from error
    finally:
        if lent:
            lent.close()


def _one_of(kept: list[PoolProxiedConnection]) -> PoolProxiedConnection | None:
    try:
        return kept.pop()
    except IndexError:  # another thread has it
        return None


def _as_usual(error: Exception, engine: Engine, lent: PoolProxiedConnection | None) -> BaseException:
    """The error as SQLAlchemy would raise it, without what was to be stored.

    A connection that is gone or stale is given up, and those that lie in the pool with it: they went at the same time.
    """
    raw = lent and _driver_connection(lent)
    is_gone = is_stale(error) or engine.dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
    if is_gone:
        if lent:
            lent.invalidate(error)
        engine.dispose()
    wrapped = DBAPIError.instance(
        None,
        None,
        error,
        engine.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=engine.dialect,
    )
    leave_out_detail(error, wrapped)
    return wrapped
