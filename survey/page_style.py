"""The respondents' stylesheet, inlined in each page so that a page is one request, and the headers it needs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response
from markupsafe import Markup

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS_A_YEAR = 31_536_000
STATIC = Path(__file__).parent / "static"


def _inlined(*names: str) -> Markup:
    css = "".join((STATIC / name).read_text(encoding="utf-8") for name in names)
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    # The files are our own, so they carry nothing that would end the element.
    return Markup(re.sub(r"\s*([{};:,>])\s*", r"\1", re.sub(r"\s+", " ", without_comments)).strip())


def csp_hash(text: str) -> str:
    """What a Content-Security-Policy says of an inline style or script it lets pass."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _script(name: str) -> Markup:
    """A script without its comments and indents; each statement ends its own line."""
    lines = (line.strip() for line in (STATIC / name).read_text(encoding="utf-8").splitlines())
    return Markup("\n".join(line for line in lines if line and not line.startswith("//")))


RESPONDENT_STYLE = _inlined("tokens.css", "respondent.css")
WALK_SCRIPT = _script("walk.js")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, noarchive",
}
# Charts are inline SVG and carry their styles as attributes.
DESK_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
RESPONDENT_POLICY = (
    f"default-src 'none'; style-src {csp_hash(RESPONDENT_STYLE)}; script-src {csp_hash(WALK_SCRIPT)}; "
    "connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def respondents_only(response: Response) -> Response:
    """For rooms that respondents enter: their own style and script, and nothing else."""
    response.headers["Content-Security-Policy"] = RESPONDENT_POLICY
    return response


def every_answers(*, https: bool) -> tuple[tuple[str, str], ...]:
    """The headers of every answer that has not set them itself."""
    given = {**SECURITY_HEADERS, "Content-Security-Policy": DESK_POLICY, "Cache-Control": "no-store"}
    if https:
        given["Strict-Transport-Security"] = f"max-age={SECONDS_A_YEAR}"
    return tuple(given.items())


class SecurityHeaders:
    """Gives every answer of an application the headers that it has not set itself: pages, files and errors alike.

    Around the application, not within it: a question page costs a few hundred microseconds, and a response object would
    take a tenth of that to look up and set each header.
    """

    def __init__(self, application: WSGIApplication, *, https: bool) -> None:
        self.application = application
        self.headers = every_answers(https=https)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            own = {name for name, _ in headers}
            return start_response(status, headers + [each for each in self.headers if each[0] not in own], exc_info)

        return self.application(environ, start)
