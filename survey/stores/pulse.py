"""Whether the stores answer: what /healthz and /metrics tell."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from contextlib import suppress

from flask import Flask, current_app
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

SECONDS = 4  # a house rule: whoever watches a server waits five or ten


class Pulse:
    """Asks each store in a thread of its own, one at most, however many want to know and however long it says nothing.

    Whoever wants to know waits no longer than SECONDS. It waits for no writer, nor holds one up.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._asked: dict[str, Future[bool]] = {}

    def silent(self) -> list[str]:
        """The stores that do not answer."""
        with self._lock:
            for store, engine in self._app.extensions["stores"].items():
                if store not in self._asked or self._asked[store].done():
                    self._asked[store] = _ask(engine)
            asked = dict(self._asked)
        answered = {each for each in wait(asked.values(), SECONDS).done if each.result()}
        return [store for store, answer in asked.items() if answer not in answered]


def start(app: Flask) -> None:
    """Let the app know its stores' pulse."""
    app.extensions["pulse"] = Pulse(app)


def silent() -> list[str]:
    """The stores of the current app that do not answer."""
    pulse: Pulse = current_app.extensions["pulse"]
    return pulse.silent()


def _ask(engine: Engine) -> Future[bool]:
    answer = Future[bool]()

    def ask() -> None:
        answers = False
        try:
            with suppress(DBAPIError, NoConnectionFree), engine.connect() as connection:
                connection.execution_options(only_reads=True).execute(text("select 1"))
                answers = True
        finally:
            answer.set_result(answers)

    threading.Thread(target=ask, daemon=True).start()  # one that still waits holds up nobody who ends the program
    return answer
