"""A transaction on PostgreSQL, its statements in parcels: what need not wait for an answer travels with the next.

A round trip costs the pages' process more than what is in it. A sending has five messages (begin, lock, take, store,
commit), and needs two answers: the key to seal with, and that it is kept. The driver's own pipeline would save the
trips, and spend as much on what it does in Python for each statement.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InFailedSqlTransaction, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Wait
from sqlalchemy import Dialect, Executable

from survey.stores.prepared_statement import Prepared, Row, Values, prepared

Message = tuple[Prepared, Sequence[Any]]  # a statement, and what it is told

# Whatever the database begins with by itself: whoever waited for a lock counts those who came before.
BEGIN = "begin isolation level read committed"
BEGUN, KEPT = ((Prepared(text, (), {}, {}), ()) for text in (BEGIN, "commit"))
# Statements are told to each connection once, by names that none of them had before.
NAMES = map("jianfu_{}".format, itertools.count())


class ServerWriter:
    """Begins with its first statement. Raises the driver's errors: of what was added, with the next `send` or `commit`.

    Args:
        known: statements that this connection was told, and their names there; kept as long as the connection is.
    """

    is_file = False

    def __init__(self, raw: psycopg.Connection[Any], dialect: Dialect, known: dict[str, bytes]) -> None:
        self._raw, self._dialect, self._known = raw, dialect, known
        self._fit = Transformer(raw)
        self._parcel: list[Message] = [BEGUN]
        self._is_under_way = False  # whether a parcel of this transaction arrived

    def read(self, statement: Executable, values: Values) -> Row | None:
        """The first row that a statement finds, in a transaction of its own: nothing was added, and nothing is held."""
        self._parcel = []
        return self.send(statement, values)

    def send(self, statement: Executable, values: Values) -> Row | None:
        """Do a statement, after all that was added; its first row, or None where it returns none."""
        self.add(statement, values)
        found = self._answered()
        if not found.ntuples:
            return None
        self._fit.set_pgresult(found)
        return prepared(statement, self._dialect).read(self._fit.load_row(0, tuple))

    def add(self, statement: Executable, values: Values) -> None:
        """Do a statement whose rows nobody asks for, with the next one."""
        ready = prepared(statement, self._dialect)
        self._parcel.append((ready, ready.in_order(values)))

    def let_go(self) -> None:
        """Drop what was done, and hold nothing any more; the next statement begins anew."""
        self.rollback()
        self._parcel = [BEGUN]

    def commit(self) -> None:
        """Keep what was done. Raises InFailedSqlTransaction where an error had ended the transaction before."""
        self._parcel.append(KEPT)
        if self._answered().command_status != b"COMMIT":
            raise InFailedSqlTransaction("an error had ended this transaction: nothing of it is kept")

    def rollback(self) -> None:
        """Drop what was done."""
        self._parcel, self._is_under_way = [], False
        if not self._raw.closed:
            self._raw.rollback()

    def _answered(self) -> PGresult:
        """Send the parcel; what the last of it found. Where one fails, those after it are not done."""
        parcel, self._parcel = self._parcel, []
        is_first, self._is_under_way = not self._is_under_way, True
        try:
            return self._told(parcel)
        except (InvalidSqlStatementName, FeatureNotSupported):
            # A pooler may have a server forget all it was told; and what a statement finds may be of another type now.
            self._known.clear()
            if not is_first:
                raise
            self._raw.rollback()
            return self._told(parcel)

    def _told(self, parcel: Sequence[Message]) -> PGresult:
        for ready, _ in parcel:
            if ready.text not in self._known:
                # By itself, and before: reading a statement takes locks, and here is none of those that come before.
                name = next(NAMES).encode()
                self._exchanged([partial(self._raw.pgconn.send_prepare, name, ready.text.encode())])
                self._known[ready.text] = name
        return self._exchanged([self._fitted(self._known[ready.text], values) for ready, values in parcel])[-1]

    def _fitted(self, name: bytes, values: Sequence[Any]) -> Callable[[], None]:
        # The server knows of which type each is; as text whatever it is is read, but bytes would be twice as many.
        formats = [PyFormat.BINARY if isinstance(value, bytes) else PyFormat.TEXT for value in values]
        told = self._fit.dump_sequence(values, formats)
        return partial(self._raw.pgconn.send_query_prepared, name, told, self._fit.formats, Format.BINARY)

    def _exchanged(self, messages: Sequence[Callable[[], None]]) -> list[PGresult]:
        """What the server says to each. Raises its first error: what comes after that is not done."""
        server = self._raw.pgconn
        try:
            server.enter_pipeline_mode()
            for put in messages:
                put()
            server.pipeline_sync()
            found = self._raw.wait(answers(server))
            server.exit_pipeline_mode()
        except BaseException:
            self._raw.close()  # nobody knows what of it was done
            raise
        for each in found:
            if each.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(each, self._raw.info.encoding)
        return found


def answers(server: PGconn) -> PQGen[list[PGresult]]:
    """For `Connection.wait`: what the server says to each message of a parcel, in turn."""
    while server.flush():
        yield Wait.RW
        server.consume_input()
    found: list[PGresult] = []
    while True:
        while server.is_busy():
            yield Wait.R
            server.consume_input()
        each = server.get_result()
        if each and each.status == ExecStatus.PIPELINE_SYNC:
            return found
        if each:  # what is said to one message ends with nothing
            found.append(each)
        elif server.status == ConnStatus.BAD:
            raise psycopg.OperationalError(server.get_error_message())
