"""What of each store is backed up, and how its rows go from one into another, whatever engine they are on.

Slips and ballots are not: copies of them, laid beside answers, would tell who said what. Whom a round asks is, so that
its results can still be published; its slips are printed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, insert, select

from survey import db
from survey.ballot.store import AskedQuestionnaire, Group
from survey.planning.store import KeptAssessment

# What can be worked out anew is left out: plans are weighed again after a restore, at the first page that needs them.
WORKED_OUT = (KeptAssessment.__tablename__,)
# Of the ballots store only whom a round asks, and what: no slip, no ballot, no receipt.
TABLES_OF: Mapping[str, tuple[str, ...] | None] = {"ballots": (Group.__tablename__, AskedQuestionnaire.__tablename__)}
ROWS_AT_ONCE = 200  # parts of files among them


def tables(store: str) -> list[Table]:
    """What is backed up of a store, those that others refer to first."""
    named = TABLES_OF.get(store)
    kept = [table for table in db.BASES[store].metadata.sorted_tables if table.name not in WORKED_OUT]
    return [table for table in kept if named is None or table.name in named]


def copy_rows(source: Connection, target: Connection, table: Table) -> None:
    """All rows, in the order of their keys: not in that of their arrival."""
    rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for some in rows.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in some])


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """A store's file, for as long as this lasts."""
    made = create_engine(f"sqlite:///{path}")
    try:
        yield made
    finally:
        made.dispose()
