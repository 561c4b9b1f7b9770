"""Engines of the stores: how a connection to each begins, and what is never told of an error.

A file is opened so that what was deleted or burnt does not linger in it; a server's connections are watched.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url

from survey.config import REQUESTS_AT_ONCE
from survey.stores import idle
from survey.stores.turns import GROUPS_FILE
from survey.within_reach import exists

# What was deleted or burnt must not linger in a file: no write-ahead log, freed pages overwritten.
TRACELESS = ("ballots", "answers", "assistance")
SECONDS_TO_CONNECT = 5
# A database server whose machine is gone is noticed within half a minute, not after the system's two hours.
ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
# psycopg has a server forget every statement that it was told when one that it prepared by itself is rolled back. Who
# sends next would find that out by an error, which stands in PostgreSQL's log with its time.
FORGETS_NOTHING = {"prepare_threshold": None}
BEGIN_WRITING = "begin immediate"  # on SQLite
PRIMARY_CODE = 0xFF  # of SQLite's result codes; the rest tells the kind
MILLISECONDS_TO_WAIT = 30_000  # for another writer of an SQLite file


def engine_of(store: str, address: str) -> Engine:
    """The engine of a store at an address."""
    url = make_url(address.replace("postgresql://", "postgresql+psycopg://", 1))
    is_file = url.get_backend_name() == "sqlite"
    made = create_engine(
        url,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error's text would carry what was to be stored into a log
        # A request has its session on a store, and may read beside it.
        pool_size=REQUESTS_AT_ONCE,
        pool_use_lifo=True,  # where few come, few connections are used, and lie idle for a short time (`idle`)
        max_overflow=REQUESTS_AT_ONCE,
        pool_timeout=SECONDS_TO_CONNECT,
        connect_args={} if is_file else {"connect_timeout": SECONDS_TO_CONNECT, **ALIVE, **FORGETS_NOTHING},
    )
    if made.dialect.name == "sqlite":
        _prepare_sqlite(made, traceless=store in TRACELESS)
        event.listen(made, "handle_error", _give_up_if_stale)
    else:
        idle.watch(made)
        event.listen(made, "handle_error", _leave_out_detail_raised)
    return made


def is_stale(error: BaseException | None) -> bool:
    """Whether SQLite's file may be written by others, but not by a connection that was opened before.

    The file was not to be written then, or is another now. SQLite never looks again; a new connection does.
    """
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & PRIMARY_CODE == sqlite3.SQLITE_READONLY


def _give_up_if_stale(raised: ExceptionContext) -> None:
    if is_stale(raised.original_exception):
        raised.is_disconnect = True  # so it is given up, and all others of the pool


def _leave_out_detail_raised(raised: ExceptionContext) -> None:
    leave_out_detail(raised.original_exception, raised.sqlalchemy_exception)


def leave_out_detail(original: BaseException, wrapped: BaseException | None) -> None:
    """PostgreSQL tells in an error's text which row it refused or waited for: not in what is raised here."""
    diagnosis = getattr(original, "diag", None)
    untold = (diagnosis.message_detail, diagnosis.context) if diagnosis else ()
    for error in filter(None, (original, wrapped)):
        for part in filter(None, untold):
            error.args = tuple(each.replace(part, "…") if isinstance(each, str) else each for each in error.args)


def _prepare_sqlite(made: Engine, *, traceless: bool) -> None:
    @event.listens_for(made, "do_connect")
    def make_file(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        # SQLite's own would be the maker's alone to write; pages and mixer are two users of one group. What keeps the
        # file from being made keeps SQLite from opening it, and that is told.
        if not exists(file := Path(arguments[0])):
            with suppress(OSError):
                os.close(os.open(file, os.O_RDWR | os.O_CREAT, GROUPS_FILE))

    @event.listens_for(made, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin late and would let two writers read the same unburnt slip.
        connection.isolation_level = None
        connection.execute("pragma foreign_keys = on")
        connection.execute(f"pragma busy_timeout = {MILLISECONDS_TO_WAIT}")
        connection.execute(f"pragma journal_mode = {'truncate' if traceless else 'wal'}")
        connection.execute("pragma synchronous = full")
        connection.execute(f"pragma secure_delete = {'on' if traceless else 'off'}")

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.get("only_reads"):
            connection.exec_driver_sql(BEGIN_WRITING if traceless or options.get("writes") else "begin")
