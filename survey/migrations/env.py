"""What Alembic runs a store's migrations with; `survey.stores.schema` hands it the connection."""

from __future__ import annotations

from alembic import context

from survey import db

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=db.BASES[attributes["store"]].metadata,
    version_table=attributes["version_table"],
    render_as_batch=True,  # SQLite changes most things by writing the table anew
)
with context.begin_transaction():
    context.run_migrations()
