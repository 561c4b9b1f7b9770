"""The respondents' stylesheet, inlined in each page so that a page is one request, and the headers it needs."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from flask import Response, current_app
from markupsafe import Markup

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


RESPONDENT_STYLE = _inlined("tokens.css", "respondent.css")
CODE_SCRIPT = Markup((STATIC / "code.js").read_text(encoding="utf-8"))

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
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def add_security_headers(response: Response) -> Response:
    """The headers of every page; one that a room has set itself stays."""
    headers = {**SECURITY_HEADERS, "Content-Security-Policy": DESK_POLICY}
    if current_app.config["SETTINGS"].https:
        headers["Strict-Transport-Security"] = f"max-age={SECONDS_A_YEAR}"
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if not response.cache_control.max_age:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
