"""A bureau whose Chinese province was written in letters (CN-AH) has the digits that norms and plans have (CN-34)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from estimator import places

revision = "0013"
down_revision = "0012"

BUREAU = sa.table("bureau", sa.column("id"), sa.column("place"))


def upgrade() -> None:
    """What is no place stays as it is: the norms of China hold for it, as they did."""
    connection = op.get_bind()
    for bureau_id, place in connection.execute(sa.select(BUREAU.c.id, BUREAU.c.place)).all():
        try:
            kept = places.kept(place)
        except places.NoPlace:
            continue
        connection.execute(sa.update(BUREAU).where(BUREAU.c.id == bureau_id).values(place=kept))
