"""Whether a form was sent by another site's page. For rooms without a cookie, where no session can hold a token."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

OWN = ("same-origin", "none")  # «none»: the person pressed «reload» or kept the page


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site's page sends this.

    Browsers since 2020–2023 say so in Sec-Fetch-Site. An older one may name the Origin; since our pages ask for no
    referrer, it says «null» of our own, so that «null» tells nothing.
    """
    told = request.environ
    if told["REQUEST_METHOD"].upper() != "POST":
        return False
    if said := told.get("HTTP_SEC_FETCH_SITE"):
        return said not in OWN
    origin = told.get("HTTP_ORIGIN", "null")
    return origin != "null" and _place(origin) != request.host


def _place(origin: str) -> str | None:
    """The host and port of an origin; None where it names none that can be."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
