"""What is answered when more people come than can be served: the page that keeps what they sent and tries again.

It costs a small part of what their request would have cost, and asks no store. Who is told so, and by whom, is decided
at the door: see `serving.py` and `doorman.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from survey import language, try_again
from survey.config import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_KEPT_BYTES = 200_000  # what a page of a questionnaire may send, and a form that the page can hold


class SentAway:
    """Tells everybody that it is busy; an application of its own (PEP 3333)."""

    def __init__(self, pages: try_again.Pages) -> None:
        self.pages = pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        found = self.pages.answer(environ, try_again.BUSY, _language(environ), _sent(environ))
        start_response(try_again.STATUS, found.headers)
        return [found.body]


def _language(environ: WSGIEnvironment) -> str:
    asked = f"&{environ.get('QUERY_STRING', '')}&"
    told = next((code for code in LANGUAGES if f"&lang={code}&" in asked), None)
    return told or language.wanted(environ.get("HTTP_ACCEPT_LANGUAGE"))


def keeps(environ: WSGIEnvironment) -> bool:
    """Whether what a request sends is read to stand on the page: its length is told, and a page can hold it."""
    if environ["REQUEST_METHOD"] != "POST" or "HTTP_TRANSFER_ENCODING" in environ or "HTTP_EXPECT" in environ:
        return False
    return int(environ["CONTENT_LENGTH"]) <= LARGEST_KEPT_BYTES


def _sent(environ: WSGIEnvironment) -> try_again.Fields | None:
    if not keeps(environ):
        return None
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return try_again.sent_fields(environ["CONTENT_TYPE"], body)
