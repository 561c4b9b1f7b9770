"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """The tables as they are from ${up_revision} on."""
    ${upgrades if upgrades else "pass"}
