"""How many requests one connection may send: a school's lab, or a village behind one address, is not held up."""

from __future__ import annotations

from flask import Flask, current_app

from survey.assistance.limits import LIMITS
from survey.tries import SECONDS_A_DAY, Allowance, Counted, Tries

WINDOW_SECONDS = 600
# House rules. A class of 50 asks at once with two tries each; a flood from everywhere leaves each connection a dozen.
REQUESTS = Allowance(WINDOW_SECONDS, free=120, free_under_attack=12, attack=1_000)
# A receipt code has 74 random bits: it is not guessed, but whoever tries must not keep the server busy.
WRONG_CODES = Allowance(WINDOW_SECONDS, free=120, free_under_attack=12, attack=5_000)


def start(app: Flask) -> None:
    """Begin counting."""
    app.extensions["help_requests"] = Tries(REQUESTS)
    app.extensions["wrong_receipts"] = Tries(WRONG_CODES)
    app.extensions["help_taken"] = Counted(SECONDS_A_DAY)


def has_its_share(address: str | None, door: str, takes: int) -> bool:
    """Whether so much of what a door takes came from this connection in a day that others would find no room."""
    taken: Counted = current_app.extensions["help_taken"]
    return taken.of(address, door) >= takes * LIMITS.connection_share


def note_taken(address: str | None, door: str) -> None:
    """Count a request that was taken."""
    taken: Counted = current_app.extensions["help_taken"]
    taken.note(address, door)
