"""Answers whose headers are sent as they are told: those to the presses that an evening's load is made of.

werkzeug would copy them, look through them, and quote an address once more: a twentieth of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers


class AsWritten(Response):
    """An answer with a body of bytes, or none, and an address that needs no quoting, or none."""

    def __init__(self, body: bytes = b"", status: int = 200, location: str = "") -> None:
        super().__init__(body, status, {"Location": location} if location else None)

    def get_wsgi_headers(self, _environ: WSGIEnvironment) -> Headers:
        """The headers as they are, the length of the body among them."""
        return self.headers
