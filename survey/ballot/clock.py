"""Whether the day can be believed. When a round's last day is over, what the mixer does cannot be undone.

A clock that is set wrong by some days would end rounds that are open: grades would be lost, ballots of small schools
deleted. So after a jump the mixer waits for an hour before it takes a round for over; by then somebody has set the
clock right again, or it was set right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

# House rules.
JUMP_SECONDS = 120
LATE_SECONDS = 3600  # how far the clocks of machines that serve pages may be behind the mixer's
BELIEVED_AFTER_SECONDS = 3600


def latest_day(now: datetime | None = None) -> date:
    """The day that a clock may show which is late: rounds that end before it are over on every machine."""
    return ((now or datetime.now().astimezone()) - timedelta(seconds=LATE_SECONDS)).date()


class Watch:
    """Holds the clock of days against one that nobody can set."""

    def __init__(self, clock: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._steady = clock, steady
        self._between = clock() - steady()
        self._jumped: float | None = None

    def is_believed(self) -> bool:
        """Whether the clock has not jumped within the last hour, as far as this process has run and asked."""
        now = self._steady()
        between = self._clock() - now
        if abs(between - self._between) > JUMP_SECONDS:
            self._between, self._jumped = between, now
        if self._jumped is not None and now - self._jumped >= BELIEVED_AFTER_SECONDS:
            self._jumped = None
        return self._jumped is None
