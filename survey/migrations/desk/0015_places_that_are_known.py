"""A place that nobody knows is kept as the one it lies in: CN-34-01 as CN-34. The same norms hold there."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa
from alembic import op

from estimator import places

revision = "0015"
down_revision = "0014"

BUREAU = sa.table("bureau", sa.column("id"), sa.column("place"))
KEYS = {
    "plan_version": ("id",),
    "plan_draft": ("account_id",),
    "plan_draft_step": ("account_id", "number"),
    "plan_draft_undone": ("account_id", "number"),
}


def upgrade() -> None:
    """Of the bureaus, and of plans that were handed in or begun: they could not be read any more."""
    connection = op.get_bind()
    for bureau_id, place in connection.execute(sa.select(BUREAU.c.id, BUREAU.c.place)).all():
        if (known := _known(place)) != place:
            connection.execute(sa.update(BUREAU).where(BUREAU.c.id == bureau_id).values(place=known))
    for name, keys in KEYS.items():
        _mend_plans(connection, sa.table(name, *map(sa.column, keys), sa.column("plan", sa.JSON)), keys)


def _mend_plans(connection: sa.Connection, table: sa.TableClause, keys: tuple[str, ...]) -> None:
    place = table.c.plan["place"].as_string()
    for there in connection.scalars(sa.select(place).where(place.is_not(None)).distinct()).all():
        if (known := _known(there)) == there:
            continue
        for row in connection.execute(sa.select(table).where(place == there)).mappings().all():
            is_it = sa.and_(*(table.c[key] == row[key] for key in keys))
            connection.execute(sa.update(table).where(is_it).values(plan={**row["plan"], "place": known}))


def _known(place: str) -> str:
    """The place, or the nearest around it; what is in no country stays."""
    code = place
    while code:
        with suppress(places.NoPlace):
            return places.kept(code)
        code = code.rpartition("-")[0]
    return place
