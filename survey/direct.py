"""Statements that go to the driver as they are: for the few that an evening's load is made of.

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
from survey.together import alone

Outcome = TypeVar("Outcome")
Values = Mapping[str, Any]


class Writer:
    """One transaction on a store. What a statement is told must fit it: nothing is filled in, or made to fit."""

    def __init__(self, connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        self._dialect, self._raw, self._cursor = connection.dialect, raw, raw.cursor()
        self.is_file = connection.dialect.name == "sqlite"
        if self.is_file:
            self._cursor.execute(db.BEGIN_WRITING)  # elsewhere the first statement begins

    def send(self, statement: Executable, values: Values) -> Sequence[Any] | None:
        """Do a statement; its first row, or None where it returns none."""
        prepared = _prepared(statement, self._dialect)
        self._cursor.execute(prepared.text, prepared.arguments(values))
        row: Sequence[Any] | None = self._cursor.fetchone() if self._cursor.description else None
        return row

    def commit(self) -> None:
        """Keep what was done."""
        self._raw.commit()

    def let_go(self) -> None:
        """Drop what was done, and hold nothing any more. The next statement begins anew, except on SQLite."""
        self._raw.rollback()


def write(store: str, work: Callable[[Writer], Outcome]) -> Outcome:
    """Do a few statements that belong together: committed at the end, or dropped. What `work` found.

    Where the store is a file, others' work goes with it (`together`), so `work` may be called in another thread; it
    must not ask who is being answered. The request's own session lets go of the store: two would wait for each other.
    Raises DBAPIError.
    """
    if store in g.get("sessions", ()):
        g.sessions[store].rollback()
    begin = partial(writing, store)
    others = db.writers(store)
    return others.do(work, begin) if others else alone(work, begin)


@contextmanager
def writing(store: str) -> Iterator[Writer]:
    """A transaction; what is not committed at the end is dropped."""
    # The connection first: while one has the turn, others wait.
    with db.engine(store).connect() as connection, db.turn(store):
        try:
            yield Writer(connection)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_usual(error, connection) from error


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
    """The error as SQLAlchemy would raise it, without what was to be stored; a connection that is gone is given up."""
    dialect, raw = connection.dialect, connection.connection.driver_connection
    is_gone = dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
    if is_gone:
        connection.invalidate(error)
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
