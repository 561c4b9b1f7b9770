"""When more people come than can be served: so many are in work, so many wait, everybody else is told at once.

A request that waits keeps its place in the order of arrival. Whoever is sent away gets the page that keeps what they
sent and tries again (`try_again`), which costs a small part of what their request would have cost; so those inside are
served at full speed, and memory stays what it is. Whether the house stands may be asked at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from survey import language, try_again
from survey.config import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALWAYS_OPEN = ("/healthz", "/metrics")
PATIENCE_SECONDS = 20  # a house rule: longer, and the person at the other end has gone
LARGEST_KEPT_BYTES = 200_000  # what a page of a questionnaire may send, and a form that the page can hold


class Gate:
    """Lets in what can be served, and answers the rest."""

    def __init__(self, application: WSGIApplication, pages: try_again.Pages, *, at_once: int, waiting: int) -> None:
        self.application = application
        self.pages = pages
        self.most_inside = at_once + waiting
        self.places = threading.BoundedSemaphore(at_once)
        self.inside = 0
        self.sent_away = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if environ.get("PATH_INFO") in ALWAYS_OPEN:
            return self.application(environ, start_response)
        if not self._enter():
            return self._busy(environ, start_response)
        try:
            if not self.places.acquire(timeout=PATIENCE_SECONDS):
                return self._busy(environ, start_response)
            try:
                return self.application(environ, start_response)
            finally:
                self.places.release()
        finally:
            self._leave()

    def _enter(self) -> bool:
        with self._lock:
            if self.inside >= self.most_inside:
                return False
            self.inside += 1
            return True

    def _leave(self) -> None:
        with self._lock:
            self.inside -= 1

    def _busy(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.sent_away += 1
        found = self.pages.answer(environ, try_again.BUSY, _language(environ), _sent(environ))
        start_response(try_again.STATUS, found.headers)
        return [found.body]


def _language(environ: WSGIEnvironment) -> str:
    asked = f"&{environ.get('QUERY_STRING', '')}&"
    told = next((code for code in LANGUAGES if f"&lang={code}&" in asked), None)
    return told or language.wanted(parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept))


def _sent(environ: WSGIEnvironment) -> try_again.Fields | None:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if environ["REQUEST_METHOD"] != "POST" or not length.isdecimal() or int(length) > LARGEST_KEPT_BYTES:
        return None
    return try_again.sent_fields(environ.get("CONTENT_TYPE", ""), environ["wsgi.input"].read(int(length)))
