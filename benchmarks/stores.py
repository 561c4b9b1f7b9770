"""Where the stores of what is measured are: SQLite, or a PostgreSQL of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def stores(kind: str) -> Iterator[None]:
    """While this lasts, installations that are made have their stores there."""
    if kind == SQLITE:
        yield
    else:
        with postgres.started() as server, postgres.instead_of_sqlite(server):
            yield
