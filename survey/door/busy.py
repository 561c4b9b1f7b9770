"""What is answered when more people come than can be served: the page that keeps what they sent and tries again.

It costs a small part of what their request would have cost, and asks no store. Who is told so is decided at the door:
see `serving.py` and `doorman.py`.
"""

from __future__ import annotations

from survey import language, try_again
from survey.config import LANGUAGES
from survey.door import wire

LARGEST_KEPT_BYTES = 200_000  # what a page of a questionnaire may send, and a form that the page can hold


class SentAway:
    """Tells everybody that it is busy."""

    def __init__(self, pages: try_again.Pages, headers: wire.Headers) -> None:
        """`headers` are those of every answer."""
        self._pages = pages
        own = {name for name, _ in try_again.HEADERS}
        every = [*try_again.HEADERS, *(each for each in headers if each[0] not in own)]
        self._beginning = wire.beginning(try_again.STATUS, every)  # made once for all answers

    def answer(self, request: wire.Request, body: bytes) -> bytes:
        """What is sent to whoever asked this; `body` is what was sent with it, where `keeps` says so."""
        sent = try_again.sent_fields(request.told.get("content-type", ""), body) if keeps(request) else None
        page = try_again.Asked(request.method, request.path, request.query)
        found = self._pages.answer(page, try_again.BUSY, _language(request), sent)
        return wire.answer(self._beginning, found.headers, b"" if request.method == "HEAD" else found.body)


def _language(request: wire.Request) -> str:
    asked = f"&{request.query}&"
    told = next((code for code in LANGUAGES if f"&lang={code}&" in asked), None)
    return told or language.wanted(request.told.get("accept-language"))


def keeps(request: wire.Request) -> bool:
    """Whether what a request sends is read to stand on the page: its length is told, and a page can hold it."""
    if request.method != "POST" or "transfer-encoding" in request.told or "expect" in request.told:
        return False
    return request.length <= LARGEST_KEPT_BYTES
