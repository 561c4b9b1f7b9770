"""The limits of this room: house rules, read from limits.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

TOLD = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Limits:
    """Days, unless the file says otherwise."""

    late: int
    very_late: int
    kept_after_closing: int
    usually_lent: int
    longest_lent: int
    awaited_after_due: int
    form_valid: int
    fewest_taken: int  # requests
    most_pieces: int
    connection_share: float


LIMITS = Limits(**tomllib.loads(TOLD.read_text(encoding="utf-8"))["limits"])
