"""By what it is known that a district's schools or their plans were changed; files listed without their contents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import new_id

revision = "0008"
down_revision = "0007"
STAMPS = ("schools_stamp", "plans_stamp")


def upgrade() -> None:
    """Each bureau begins with stamps of its own."""
    listed = ["release_id", "name", "language", "id", "size", "sha256"]
    op.create_index("release_file_listed", "release_file", listed)
    with op.batch_alter_table("bureau") as bureau:
        for name in STAMPS:
            bureau.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    columns = [sa.column(name, sa.String()) for name in ("id", *STAMPS)]
    bureaus = sa.table("bureau", *columns)
    for (bureau_id,) in op.get_bind().execute(sa.select(bureaus.c.id)).all():
        stamps = {name: new_id() for name in STAMPS}
        op.execute(sa.update(bureaus).where(bureaus.c.id == bureau_id).values(**stamps))
