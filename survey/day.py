"""What day it is, for rounds, slips, plans, requests by name, invitations; and the moment, as it is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day where the server stands, by its time zone (TZ)."""
    return date.today()  # noqa: DTZ011 (the server's own zone is meant)


def now() -> datetime:
    """The moment as stores have it: UTC, without saying so.

    PostgreSQL would turn one that says so into the time of its own zone.
    """
    return datetime.now(UTC).replace(tzinfo=None)
