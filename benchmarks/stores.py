"""Where the stores of what is measured are: SQLite, or a PostgreSQL of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def stores(kind: str) -> Iterator[postgres.Server | None]:
    """While this lasts, installations that are made have their stores there: on this server, or in files."""
    if kind == SQLITE:
        yield None
    else:
        with postgres.started(outlives_power=True) as server, postgres.instead_of_sqlite(server):
            yield server
