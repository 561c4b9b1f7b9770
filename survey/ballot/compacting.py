"""Rewriting a store after each mixing, so that neither its files nor its hidden columns say what came when."""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

from survey import db

# What is rewritten where the store is PostgreSQL: everything that a respondent's press of a button changes.
# In the order in which somebody who sends takes them: two that wait for each other's would end one of them.
REWRITTEN = {"ballots": ("slip", "open_receipt", "ballot"), "answers": ("answer", "comment", "legend")}
SCHOOL = "school_id"


def compact(store: str) -> None:
    """Rewrite the store's rows in an order that tells nothing, and leave nothing of what was deleted."""
    engine = db.engine(store)
    if engine.dialect.name == "sqlite":
        db.vacuum(store)
        return
    with engine.connect() as connection:
        _rewrite(connection, store)


def _rewrite(connection: Connection, store: str) -> None:
    """One transaction writes every row anew: one `xmin` for all, and physical order that of schools and random keys.

    A school's rows lie together: who counts a province school by school finds what is counted of one near at hand, and
    takes as long for an answer of ten million as for one of a million.

    VACUUM FULL would keep each row's `xmin`, by which a slip burnt and a ballot stored in one transaction are joined.
    TRUNCATE throws the old files away instead of leaving dead rows in them.
    """
    with connection.begin():
        connection.execute(text(f"lock table {', '.join(REWRITTEN[store])} in access exclusive mode"))
        for table in REWRITTEN[store]:
            order = ", ".join(_order(db.BASES[store].metadata.tables[table]))
            connection.execute(text(f"create temp table kept on commit drop as select * from {table}"))
            connection.execute(text(f"truncate {table}"))
            connection.execute(text(f"insert into {table} select * from kept order by {order}"))
            connection.execute(text("drop table kept"))


def _order(table: Table) -> list[str]:
    """Columns by which a table's rows are put in order: the school first where there is one, then the key."""
    key = table.primary_key.columns.keys()
    return sorted(key, key=lambda column: column != SCHOOL)
