"""Rewriting a store after each mixing, so that neither its files nor its hidden columns say what came when."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from survey import db

# What is rewritten where the store is PostgreSQL: everything that a respondent's press of a button changes.
# In the order in which somebody who sends takes them: two that wait for each other's would end one of them.
REWRITTEN = {"ballots": ("slip", "open_receipt", "ballot"), "answers": ("answer", "comment", "legend")}
# Whose rows lie school by school: who counts a province so finds what is counted of one school near at hand, and takes
# as long for an answer of ten million as for one of a million.
BY_SCHOOL = {"answer": "school_id"}


def compact(store: str) -> None:
    """Rewrite the store's rows in an order that tells nothing, and leave nothing of what was deleted."""
    engine = db.engine(store)
    if engine.dialect.name == "sqlite":
        db.vacuum(store)
        return
    with engine.connect() as connection:
        _rewrite(connection, store)


def _rewrite(connection: Connection, store: str) -> None:
    """One transaction writes every row anew: one `xmin` for all, and physical order that of their random keys.

    VACUUM FULL would keep each row's `xmin`, by which a slip burnt and a ballot stored in one transaction are joined.
    TRUNCATE throws the old files away instead of leaving dead rows in them.
    """
    with connection.begin():
        connection.execute(text(f"lock table {', '.join(REWRITTEN[store])} in access exclusive mode"))
        for table in REWRITTEN[store]:
            connection.execute(text(f"create temp table kept on commit drop as select * from {table}"))
            connection.execute(text(f"truncate {table}"))
            _put_back(connection, table)
            connection.execute(text("drop table kept"))


def _put_back(connection: Connection, table: str) -> None:
    key = inspect(connection).get_pk_constraint(table)
    columns = ", ".join(key["constrained_columns"])
    if table not in BY_SCHOOL:
        connection.execute(text(f"insert into {table} select * from kept order by {columns}"))
        return
    # An index that is filled in another order than its own takes as long again as all the rest; made afterwards, less.
    connection.execute(text(f"alter table {table} drop constraint {key['name']}"))
    connection.execute(text(f"insert into {table} select * from kept order by {BY_SCHOOL[table]}, {columns}"))
    connection.execute(text(f"alter table {table} add constraint {key['name']} primary key ({columns})"))
