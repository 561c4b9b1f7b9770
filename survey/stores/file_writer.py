"""A transaction on an SQLite file, its statements to the driver as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Executable

from survey.stores import engines
from survey.stores.prepared_statement import Prepared, Row, Values, prepared


class FileWriter:
    """Begins when it is made, and waits then until nobody else writes in the file. Raises the driver's errors.

    Others' work may stand in the same transaction (`together`): each one's is a part of it.
    """

    is_file = True

    def __init__(self, raw: Any, dialect: Dialect) -> None:
        self._raw, self._dialect, self._cursor = raw, dialect, raw.cursor()
        self._cursor.execute(engines.BEGIN_WRITING)

    def send(self, statement: Executable, values: Values) -> Row | None:
        """Do a statement; its first row, or None where it returns none."""
        return first_row(self._cursor, prepared(statement, self._dialect), values)

    def add(self, statement: Executable, values: Values) -> None:
        """Do a statement whose rows nobody asks for."""
        ready = prepared(statement, self._dialect)
        self._cursor.execute(ready.text, ready.arguments(values))

    def let_go(self) -> None:
        """Raises RuntimeError: what stands here may be somebody else's."""
        raise RuntimeError("what stands in a file's transaction may be somebody else's")

    def commit(self) -> None:
        """Keep what was done."""
        self._raw.commit()

    def rollback(self) -> None:
        """Drop what was done."""
        self._raw.rollback()

    @property
    def is_there(self) -> bool:
        """Whether the transaction stands. Where a disk is full SQLite drops it."""
        return bool(self._raw.in_transaction)

    def begin_part(self) -> None:
        """What is done from here on can be dropped alone."""
        self._cursor.execute("savepoint part")

    def end_part(self) -> None:
        """It stands or falls with the whole."""
        self._cursor.execute("release part")

    def drop_part(self) -> None:
        """As if it had not been begun."""
        self._cursor.execute("rollback to part")
        self.end_part()


def read(raw: Any, dialect: Dialect, statement: Executable, values: Values) -> Row | None:
    """The first row that a statement finds, in a transaction of its own. Raises the driver's errors."""
    cursor = raw.cursor()
    try:
        return first_row(cursor, prepared(statement, dialect), values)
    finally:
        cursor.close()  # who has not read to the end holds up whoever writes


def first_row(cursor: Any, ready: Prepared, values: Values) -> Row | None:
    """The first row that a statement finds or returns."""
    cursor.execute(ready.text, ready.arguments(values))
    row: Row | None = cursor.fetchone()
    return row if row is None else ready.read(row)
