"""What passes by itself, or once somebody has seen to it: a store that is away, a full disk, one that is only read.

Whoever meets it gets the page that keeps what they sent and tries again (`try_again`), never a trace; nothing is half
written, since what was not committed is rolled back when the request ends. Once the cause is gone the next try works.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from survey import language, logs, try_again

READ_ONLY = "25006"  # PostgreSQL's word for a transaction that may not write
FULL_OR_READ_ONLY = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE}
OF_STORES = (OperationalError, InterfaceError, NoConnectionFree)


class NotNow(RuntimeError):
    """Something that cannot be done yet, and can be later."""


def register(app: Flask) -> None:
    """Answer what passes with the page that tries again."""
    app.extensions["try_again"], app.extensions["repeats"] = try_again.Pages(app), logs.Repeats()
    app.extensions["before_turns"] = list[Callable[[], None]]()  # each may raise NotNow
    for kind in (DBAPIError, NoConnectionFree, NotNow, OSError):
        app.register_error_handler(kind, _page)


def passes(error: BaseException) -> bool:
    """Whether the same request can succeed later."""
    if isinstance(error, OSError):
        return error.errno in FULL_OR_READ_ONLY
    if isinstance(error, DBAPIError) and (error.connection_invalidated or _only_reads(error)):
        return True
    if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False  # a statement that cannot be meant, such as one for a table that is not there
    return isinstance(error, (*OF_STORES, NotNow))


def repeat(app: Flask, every: float | None, turn: Callable[[], object]) -> None:
    """Do something once, or for ever at this interval in seconds, each time in a context of its own.

    For ever, what passes is waited for: the next turn does what this one could not.
    """
    while True:
        with app.app_context():
            try:
                for look in app.extensions["before_turns"]:
                    look()
                turn()
            except Exception as problem:
                if every is None or not passes(problem):
                    raise
                app.logger.error("This turn could not be done; the next will try again: %s", said(problem))
        if every is None:
            return
        time.sleep(every)


def said(error: BaseException) -> str:
    """One line for a log: what was wrong, and nothing of what was to be stored."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return f"{type(cause).__name__}: {' '.join(str(cause).split())}"


def _page(error: Exception) -> Response:
    if not passes(error):
        raise error
    if line := current_app.extensions["repeats"].due(said(error)):
        current_app.logger.error("A request could not be done, and can be tried again: %s", line)
    sent = None if request.files else request.form.items(multi=True)
    environ = request.environ
    asked = try_again.Asked(request.method, environ["SCRIPT_NAME"] + environ["PATH_INFO"], environ["QUERY_STRING"])
    pages: try_again.Pages = current_app.extensions["try_again"]
    found = pages.answer(asked, try_again.DISTURBED, language.spoken(), sent)
    return Response(found.body, try_again.STATUS, [*try_again.HEADERS, *found.headers])


def _only_reads(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == READ_ONLY
