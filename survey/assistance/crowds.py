"""How many requests one connection may send: a school's lab, or a village behind one address, is not held up."""

from __future__ import annotations

from flask import Flask

from survey.tries import Allowance, Tries

WINDOW_SECONDS = 600
# House rules. A class of 50 asks at once with two tries each; a flood from everywhere leaves each connection a dozen.
REQUESTS = Allowance(WINDOW_SECONDS, free=120, free_under_attack=12, attack=1_000)
# A receipt code has 74 random bits: it is not guessed, but whoever tries must not keep the server busy.
WRONG_CODES = Allowance(WINDOW_SECONDS, free=120, free_under_attack=12, attack=5_000)


def start(app: Flask) -> None:
    """Begin counting."""
    app.extensions["help_requests"] = Tries(REQUESTS)
    app.extensions["wrong_receipts"] = Tries(WRONG_CODES)
