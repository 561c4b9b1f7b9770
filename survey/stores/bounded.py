"""A connection to PostgreSQL that does not wait for ever: what a server's own timeouts cannot do while it stands still.

A server that is stopped, or whose disk does not answer, says nothing and keeps its connections open; its machine goes
on to acknowledge what is sent, so that nothing between notices either.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

# House rules. The server breaks off what takes too long; the other is for one that does not even do that. A statement
# is not called off by the one who waited: a commit that waits for its standby would then be told as done.
STATEMENT_SECONDS = 20
ANSWER_SECONDS = 25
LOOK_SECONDS = 0.1  # how often it is looked whether Ctrl-C was pressed


class Bounded(psycopg.Connection[Any]):
    """A connection that is closed when one answer takes longer than ANSWER_SECONDS; then OperationalError is raised."""

    def wait(self, gen: PQGen[RV], interval: float = LOOK_SECONDS, timeout: float | None = None) -> RV:
        """What the server answers."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, ANSWER_SECONDS)
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError(f"no answer within {ANSWER_SECONDS} s") from None
