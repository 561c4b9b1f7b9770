"""Statements that go to the driver as they are: for the few that an evening's load is made of, and for files.

SQLAlchemy builds them once for each engine, and lends the connection. Without what it does besides at each statement, a
sending's transaction takes the pages' process two fifths less. Errors are raised as its own, so that whoever calls need
not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

from flask import g
from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from survey import db

Found = TypeVar("Found")
Values = Mapping[str, Any]


class Statements:
    """Within one transaction on a store. What a statement is told must fit it: nothing is filled in, or made to fit."""

    def __init__(self, connection: Connection) -> None:
        self._dialect, self._raw = connection.dialect, driver_connection(connection)
        self._cursor = self._raw.cursor()
        self.is_file = connection.dialect.name == "sqlite"
        if self.is_file:
            self._cursor.execute(db.BEGIN_WRITING)  # elsewhere the first statement begins

    def send(self, statement: Executable, values: Values) -> Sequence[Any] | None:
        """Do a statement; its first row, or None where it returns none."""
        prepared = _prepared(statement, self._dialect)
        self._cursor.execute(prepared.text, prepared.arguments(values))
        row: Sequence[Any] | None = self._cursor.fetchone() if self._cursor.description else None
        return row

    def let_go(self) -> None:
        """Drop what was done, and hold nothing any more; the next statement begins anew. Never on a file.

        There others' work may stand in the same transaction.
        """
        if self.is_file:
            raise RuntimeError("what stands in a file's transaction may be somebody else's")
        self._raw.rollback()


class Writer(Statements):
    """The transaction itself, for whoever ends it."""

    def commit(self) -> None:
        """Keep what was done."""
        self._raw.commit()

    @property
    def is_there(self) -> bool:
        """On a file: whether the transaction stands. Where a disk is full SQLite drops it."""
        return bool(self._raw.in_transaction)

    def begin_part(self) -> None:
        """On a file: what is done from here on can be dropped alone."""
        self._cursor.execute("savepoint part")

    def end_part(self) -> None:
        """On a file: it stands or falls with the whole."""
        self._cursor.execute("release part")

    def drop_part(self) -> None:
        """On a file: as if it had not been begun."""
        self._cursor.execute("rollback to part")
        self.end_part()


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
        return others.do(work, partial(writing, store))
    with writing(store) as writer:
        return work(writer)


@contextmanager
def writing(store: str) -> Iterator[Writer]:
    """A transaction: it is committed at the end, or dropped where an error ends it. Raises DBAPIError."""
    # The connection first: while one has the turn, others wait.
    with db.engine(store).connect() as connection, db.turn(store), _errors_as_usual(connection):
        writer = Writer(connection)
        try:
            yield writer
            writer.commit()
        except BaseException:
            driver_connection(connection).rollback()  # while it is still our turn
            raise


def read_bytes(store: str, statement: Executable, values: Values) -> bytes:
    """The one value that a statement finds, where that is many bytes. Raises DBAPIError.

    PostgreSQL is asked for them as they are: written as text, which it does otherwise, they take seven times as long.
    """
    with db.engine(store).connect() as connection, _errors_as_usual(connection):
        prepared, raw = _prepared(statement, connection.dialect), driver_connection(connection)
        cursor = raw.cursor() if connection.dialect.name == "sqlite" else raw.cursor(binary=True)
        found: bytes = cursor.execute(prepared.text, prepared.arguments(values)).fetchone()[0]
        return found


@contextmanager
def _errors_as_usual(connection: Connection) -> Iterator[None]:
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(error, connection) from error


def driver_connection(connection: Connection) -> Any:
    """The driver's own."""
    return connection.connection.driver_connection


@dataclass(frozen=True, slots=True)
class _Prepared:
    text: str
    order: Sequence[str] | None  # of the values, where the driver counts them; None: it goes by their names
    fixed: Values  # values that the statement itself says
    fitting: Mapping[str, Callable[[Any], Any]]  # what makes a value fit the driver, where something must

    def arguments(self, values: Values) -> Sequence[Any] | Values:
        told = {**self.fixed, **values}
        for name, fit in self.fitting.items():
            told[name] = fit(told[name])
        return told if self.order is None else [told[name] for name in self.order]


@lru_cache(maxsize=64)
def _prepared(statement: ClauseElement, dialect: Dialect) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect)
    fits = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required and bind.value is not None}
    return _Prepared(str(compiled), compiled.positiontup, fixed, {name: fit for name, fit in fits.items() if fit})


def _as_usual(error: Exception, connection: Connection) -> BaseException:
    """The error as SQLAlchemy would raise it, without what was to be stored.

    A connection that is gone is given up, and those that lie in the pool with it: they went at the same time.
    """
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, driver_connection(connection), None)  # type: ignore[arg-type]
    if is_gone:
        connection.invalidate(error)
        connection.engine.dispose()
    wrapped = DBAPIError.instance(
        None,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    db.leave_out_detail(error, wrapped)
    return wrapped
