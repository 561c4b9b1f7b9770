"""Addresses of respondents' pages, in the language and the look that they were chosen in."""

from __future__ import annotations

from typing import Any

from flask import g, url_for


def at(endpoint: str | None = None, **values: Any) -> str:
    """The address of a page, by default this one's, in the present language and look unless told otherwise."""
    kept = {"lang": g.language, "look": g.look} | values
    chosen = {name: value for name, value in kept.items() if value}
    if endpoint is None:
        return "?" + "&".join(f"{name}={value}" for name, value in chosen.items() if name in ("lang", "look"))
    return url_for(endpoint, **chosen)
