"""One mixer at a time: two would leave fewer behind than a batch, and one could throw away the key the other made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from survey import db
from survey.disturbed import NotNow
from survey.keyring.keys import OWNERS_FOLDER
from survey.one_at_a_time import held

FILE = "mixer_at_work"
LOCK = 7_203_615  # a number of our own among PostgreSQL's advisory locks


class AnotherMixer(NotNow):
    """Another mixer is at work: with the same keys, or on the same store."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While this lasts no other mixer works with these keys, nor on this store. Raises AnotherMixer when one does."""
    folder.mkdir(parents=True, exist_ok=True, mode=OWNERS_FOLDER)
    with held(folder / FILE, AnotherMixer("Another mixer is at work with these keys.")), _alone_on_store():
        yield


@contextmanager
def _alone_on_store() -> Iterator[None]:
    """The mixers of several machines see each other on the server alone."""
    engine = db.engine("ballots")
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text(f"select pg_try_advisory_lock({LOCK})")).scalar():
            raise AnotherMixer("Another mixer is at work on this store. One is enough for a province.")
        try:
            yield
        finally:
            connection.execute(text(f"select pg_advisory_unlock({LOCK})"))
