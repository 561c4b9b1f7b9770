"""Wrong codes: whoever types many of them must wait.

A code has 54 random bits and carries no mark of its group, so a guess cannot be laid to a group; two counts take that
place, one for each connection and one for all together. Only a well-formed code that was never issued counts: a
mistyped one fails its check letter, a slip that is scanned again is known, and the right codes of a whole class behind
one address are not counted at all. At FREE_TRIES in each window, finding one of a million codes takes some 1,600
years.
"""

from __future__ import annotations

from survey.tries import Allowance, Tries

WINDOW_SECONDS = 600
FREE_TRIES = 300  # in one window, of one connection
FREE_TRIES_UNDER_ATTACK = 60
ATTACK = 20_000  # wrong codes in one window, of all together


class WrongCodes(Tries):
    """The wrong codes of the present window."""

    def __init__(self) -> None:
        super().__init__(Allowance(WINDOW_SECONDS, FREE_TRIES, FREE_TRIES_UNDER_ATTACK, ATTACK))
