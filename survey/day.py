"""What day it is, for everything: rounds, slips, plans, requests by name, invitations."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """The day where the server stands, by its time zone (TZ)."""
    return date.today()  # noqa: DTZ011 (the server's own zone is meant)
