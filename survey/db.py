"""Four stores, four addresses: engines, and one session of each a request.

Nothing in one store is a key into another. `desk` holds schools, staff, plans and releases; `ballots` slips
and sealed answers; `answers` mixed answers and nothing else; `assistance` requests for help by name.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Connection, Engine, ExceptionContext, PoolProxiedConnection, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from survey import idle
from survey.bounded import STATEMENT_SECONDS, Bounded
from survey.config import REQUESTS_AT_ONCE, STORES, Settings
from survey.together import Together
from survey.turns import GROUPS_FILE, Turn

ID_BYTES = 16
# What was deleted or burnt must not linger in a file: no write-ahead log, freed pages overwritten.
TRACELESS = ("ballots", "answers", "assistance")
SECONDS_TO_CONNECT = 5
# A database server whose machine is gone is noticed within half a minute, not after the system's two hours.
ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
# psycopg has a server forget every statement that it was told when one that it prepared by itself is rolled back. Who
# sends next would find that out by an error, which stands in PostgreSQL's log with its time.
FORGETS_NOTHING = {"prepare_threshold": None}
READING = ("GET", "HEAD", "OPTIONS")
BEGIN_WRITING = "begin immediate"  # on SQLite
MILLISECONDS_TO_WAIT = 30_000  # for another writer of an SQLite file
MILLISECONDS_IF_FREE = 100  # for a lock, by what need not be written, on a server; on a file not at all
# An insert that may say what is to be done where there is such a row: each engine has its own.
INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class DeskBase(DeclarativeBase):
    """Tables of the desk store."""


class BallotsBase(DeclarativeBase):
    """Tables of the ballots store."""


class AnswersBase(DeclarativeBase):
    """Tables of the answers store."""


class AssistanceBase(DeclarativeBase):
    """Tables of the assistance store."""


BASES: dict[str, type[DeclarativeBase]] = {
    "desk": DeskBase,
    "ballots": BallotsBase,
    "answers": AnswersBase,
    "assistance": AssistanceBase,
}


def new_id() -> str:
    """A random id that says nothing of order or time (128 bits, fit for an address; no spreadsheet's formula)."""
    while (drawn := secrets.token_urlsafe(ID_BYTES)).startswith("-"):
        pass
    return drawn


def connect(app: Flask, settings: Settings) -> None:
    """Give the app one engine a store; sessions close when the request or command ends."""
    engines = app.extensions["stores"] = {store: _engine(store, settings.addresses[store]) for store in STORES}
    files = {store: each.url.database for store, each in engines.items() if each.dialect.name == "sqlite"}
    app.extensions["turns"] = {store: Turn(Path(file)) for store, file in files.items() if file}
    app.extensions["kept_connections"] = {store: [] for store in STORES}
    app.extensions["writers"] = {store: Together() for store in app.extensions["turns"]}
    app.teardown_appcontext(_close_sessions)


def wait_at_most(app: Flask, seconds: int) -> None:
    """No statement of this process waits longer for what another holds, such as the mixer; then it fails, and passes.

    So does one that takes too long, or that a server which stands still does not answer (`bounded`). On SQLite the
    waiting ends as its files say (`busy_timeout`).
    """
    for each in app.extensions["stores"].values():
        if each.dialect.name != "sqlite":
            event.listen(each, "do_connect", _connect_bounded)
            event.listen(each, "connect", partial(_set_timeouts, seconds))
            each.dispose()


def _connect_bounded(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> Bounded:
    return Bounded.connect(*arguments, **named)


def _set_timeouts(seconds: int, connection: Any, _record: Any) -> None:
    connection.execute(f"set lock_timeout = '{seconds}s'")
    connection.execute(f"set statement_timeout = '{STATEMENT_SECONDS}s'")
    connection.commit()


def engine(store: str) -> Engine:
    """The engine of one store of the current app."""
    found: Engine = current_app.extensions["stores"][store]
    return found


def turn(store: str) -> AbstractContextManager[None]:
    """Alone of the pages at a store that is an SQLite file; elsewhere one of many."""
    found: Turn | None = current_app.extensions["turns"].get(store)
    return found.taken() if found else nullcontext()


def writers(store: str) -> Together | None:
    """Those who write in a store that is an SQLite file; None elsewhere, where nobody waits for another."""
    found: Together | None = current_app.extensions["writers"].get(store)
    return found


def is_file(store: str) -> bool:
    """Whether a store is an SQLite file."""
    return store in current_app.extensions["turns"]


def kept_connections(store: str) -> list[PoolProxiedConnection]:
    """Those that stay lent between one work and the next."""
    found: list[PoolProxiedConnection] = current_app.extensions["kept_connections"][store]
    return found


def session(store: str) -> Session:
    """The current request's session on one store.

    What a page sends is written, so its session is a writer's from the beginning: on SQLite, one that has read before
    it writes is refused at once when somebody else has written meanwhile, however long it would wait.
    """
    open_sessions: dict[str, Session] = g.setdefault("sessions", {})
    if store not in open_sessions:
        writes = has_request_context() and request.method not in READING
        kind = {"only_reads": True} if store in g.get("only_read", ()) else {"writes": writes}
        open_sessions[store] = Session(engine(store).execution_options(**kind), expire_on_commit=False)
    return open_sessions[store]


def only_read(store: str) -> None:
    """The current request's session on this store writes nothing, whatever is sent: it waits for no writer there."""
    g.setdefault("only_read", set()).add(store)


def begin_writing(store: str) -> Session:
    """The current request's session, begun anew as a writer: what was not committed, in any store, is dropped.

    On SQLite nobody else writes between what it now reads and what it writes; elsewhere the condition of a statement
    has to decide who was first. It waits its turn with empty hands: two that each hold one store and wait for the
    other's would wait for ever.
    """
    found = session(store)
    let_go(*g.sessions)
    found.connection(execution_options={"writes": True, "only_reads": False})
    return found


def begin_reading(store: str) -> Session:
    """The current request's session, begun anew as a reader's, whatever the page sends; all others are let go.

    What takes long to work out is worked out so, while others write: then `begin_writing`.
    """
    found = session(store)
    let_go(*g.sessions)
    found.connection(execution_options={"writes": False, "only_reads": False})
    return found


def let_go(*stores: str) -> None:
    """Hold these stores no longer: what was not committed there is dropped."""
    for store in stores:
        session(store).rollback()


@contextmanager
def reading(store: str) -> Iterator[Connection]:
    """A connection for single reads: it waits for no writer, and holds none up."""
    with engine(store).connect() as connection:
        yield connection.execution_options(only_reads=True)


@contextmanager
def writing_if_free(store: str) -> Iterator[Connection]:
    """A connection for few statements that need not be written; they are committed at the end.

    It waits for nobody. The request's own session keeps what it holds: where that is a writer's, this is refused too.
    Raises DBAPIError where another writes, or nobody may.
    """
    with engine(store).connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        is_file = connection.dialect.name == "sqlite"
        if is_file:
            raw.execute("pragma busy_timeout = 0")
        try:
            with connection.execution_options(writes=True).begin():
                if not is_file:
                    connection.execute(text(f"set local lock_timeout = {MILLISECONDS_IF_FREE}"))
                yield connection
        finally:
            if is_file:
                raw.execute(f"pragma busy_timeout = {MILLISECONDS_TO_WAIT}")


def vacuum(store: str) -> None:
    """Write a store's tables anew, so that nothing of what was deleted stays in their files."""
    found = engine(store)
    if found.dialect.name == "sqlite":
        with found.connect() as connection:
            # VACUUM cannot stand in a transaction, and the engine's own begin is an event of the connection.
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("vacuum")
    else:
        # By name: stores may share a database, and the current request may just be reading another. The statistics of
        # the server hold values too.
        quoted = map(found.dialect.identifier_preparer.format_table, BASES[store].metadata.tables.values())
        tables = ", ".join((*quoted, "pg_catalog.pg_statistic"))
        with found.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"vacuum full {tables}"))


def _engine(store: str, address: str) -> Engine:
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
    else:
        idle.watch(made)
        event.listen(made, "handle_error", _leave_out_detail_raised)
    return made


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
        if not (file := Path(arguments[0])).exists():
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


def _close_sessions(_error: BaseException | None) -> None:
    for open_session in g.pop("sessions", {}).values():
        try:
            open_session.close()
        except DBAPIError:
            # The server went away after the last statement: there is nothing left to roll back, and the page is made.
            open_session.invalidate()
