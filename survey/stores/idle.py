"""Connections of a pool that lay idle: whether the server still has them is asked before they are lent.

A server that was away and is back has forgotten them all. To ask at each lending, as SQLAlchemy's own `pool_pre_ping`
does, is a round trip more each time. The pool lends what came back last, so that connections in use seldom lie idle.
One that was used a moment ago and is gone all the same is met by the page that tries again.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError

IDLE_SECONDS = 0.1  # a house rule: a server takes longer than that to end and to be there again
SINCE = "idle since"


def watch(engine: Engine) -> None:
    """Lend connections of this engine so."""
    event.listen(engine, "checkin", _note)
    event.listen(engine, "checkout", partial(_ask, engine.dialect))


def _note(_connection: Any, record: Any) -> None:
    record.info[SINCE] = time.monotonic()


def _ask(dialect: Dialect, connection: Any, record: Any, _lent: Any) -> None:
    """Raises InvalidatePoolError for one that is gone: the pool makes a new one then, and keeps none of the old."""
    if time.monotonic() - record.info.get(SINCE, time.monotonic()) < IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
