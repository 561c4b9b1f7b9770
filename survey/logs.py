"""What the program writes about itself: on standard error, as text or as one JSON object a line.

No line says who asked: no address, no header, no query, no code; of an address in the site only its pattern, since an
open link and an invitation are part of theirs. The log that the law requires is the proxy's.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from datetime import UTC, datetime
from types import TracebackType

from flask import Flask, has_request_context, request

from survey.config import Settings

SECONDS_BETWEEN = 60.0  # a house rule
LINES_REMEMBERED = 100
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def start(app: Flask, settings: Settings) -> None:
    """Write as the settings say."""
    app.log_exception = lambda raised: _log_exception(app, raised)  # type: ignore[method-assign, assignment]
    for name in ("waitress", "waitress.queue"):
        logging.getLogger(name).addFilter(without_path)
    if settings.log_as_json:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


class JsonLines(logging.Formatter):
    """One object a line: time in whole seconds (UTC), level, who says it, what; and of an error its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            # Not its words: they may hold what somebody typed.
            said["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            said["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]  # type: ignore[assignment]
        return json.dumps(said, ensure_ascii=False)


class Repeats:
    """Which lines are due: one that says the same is written once in SECONDS_BETWEEN, however often it is so.

    While a store is away every request meets it, thousands a second, and whoever keeps the log drops lines then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: dict[str, tuple[float, int]] = {}  # line → when, and how often it was left out since

    def due(self, line: str) -> str:
        """The line as it is to be written now, with how often it was left out before; empty where it is not due."""
        with self._lock:
            when, left_out = self._written.get(line, (-SECONDS_BETWEEN, 0))
            if time.monotonic() - when < SECONDS_BETWEEN:
                self._written[line] = when, left_out + 1
                return ""
            if len(self._written) >= LINES_REMEMBERED:
                self._written.clear()
            self._written[line] = time.monotonic(), 0
        return f"{line} ({left_out} more times since this was last said)" if left_out else line


def without_path(record: logging.LogRecord) -> bool:
    """waitress says which address it was serving when something broke; here it does not."""
    if isinstance(record.msg, str):
        record.msg = record.msg.split(" while serving ")[0]
        if "%" not in record.msg:
            record.args = ()
    return True


def _log_exception(app: Flask, raised: Raised) -> None:
    where = f"{request.method} {request.url_rule}" if has_request_context() else "a command"
    app.logger.error("Exception on %s", where, exc_info=raised)
