"""Four stores, four addresses: engines, and one session of each a request.

Nothing in one store is a key into another. `desk` holds schools, staff, plans and releases; `ballots` slips
and sealed answers; `answers` mixed answers and nothing else; `assistance` requests for help by name.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Connection, Engine, PoolProxiedConnection, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from survey.config import STORES, Settings
from survey.stores.bounded import STATEMENT_SECONDS, Bounded
from survey.stores.engines import MILLISECONDS_TO_WAIT, engine_of
from survey.stores.together import Together
from survey.stores.turns import Turn

ID_BYTES = 16
READING = ("GET", "HEAD", "OPTIONS")
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
    engines = app.extensions["stores"] = {store: engine_of(store, settings.addresses[store]) for store in STORES}
    files = {store: each.url.database for store, each in engines.items() if each.dialect.name == "sqlite"}
    app.extensions["turns"] = {store: Turn(Path(file)) for store, file in files.items() if file}
    kept = app.extensions["kept_connections"] = {store: list[PoolProxiedConnection]() for store in STORES}
    for store, each in engines.items():
        event.listen(each, "engine_disposed", partial(_close_kept, kept[store]))
    app.extensions["writers"] = {store: Together() for store in app.extensions["turns"]}
    app.teardown_appcontext(_close_sessions)


def _close_kept(kept: list[PoolProxiedConnection], _engine: Engine) -> None:
    """Whoever gives up a pool's connections means these too: the file may be another now."""
    while kept:
        kept.pop().invalidate()


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
            if is_file and not connection.invalidated:
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


def _close_sessions(_error: BaseException | None) -> None:
    for open_session in g.pop("sessions", {}).values():
        try:
            open_session.close()
        except DBAPIError:
            # The server went away after the last statement: there is nothing left to roll back, and the page is made.
            open_session.invalidate()
