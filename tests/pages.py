"""A page as its reader sees it: its words, its tables cell by cell, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

UNSEEN = ("svg", "script", "style")


@dataclass
class Seen:
    """What stands on a page."""

    words: str = ""
    tables: dict[str, list[list[str]]] = field(default_factory=dict)  # name of the region, or heading before → rows
    links: list[tuple[str, str]] = field(default_factory=list)  # address, words


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen, self.parts = Seen(), [""]
        self.unseen, self.region, self.heading = 0, "", ""
        self.rows: list[list[str]] | None = None
        self.cell: int | None = None
        self.link: tuple[str, int] | None = None
        self.heading_from: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "div" and said.get("role") == "region":
            self.region = said.get("aria-label") or ""
        elif tag in ("h1", "h2", "h3"):
            self.heading_from = len(self.parts)
        elif tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("th", "td"):
            self.cell = len(self.parts)
        elif tag == "a":
            self.link = (said.get("href") or "", len(self.parts))
        elif tag == "br":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen -= 1
        elif tag in ("h1", "h2", "h3") and self.heading_from is not None:
            self.heading = self._since(self.heading_from)
        elif tag in ("th", "td") and self.cell is not None and self.rows:
            self.rows[-1].append(self._since(self.cell))
        elif tag == "table" and self.rows is not None:
            self.seen.tables[self.region or self.heading] = self.rows
            self.rows, self.region = None, ""
        elif tag == "a" and self.link:
            self.seen.links.append((self.link[0], self._since(self.link[1])))
        if tag in ("p", "li", "td", "th", "h1", "h2", "h3", "div"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)

    def _since(self, place: int) -> str:
        return " ".join("".join(self.parts[place:]).split())


def read(page: str) -> Seen:
    """What a reader sees of a page; drawings are left out, their tables are not."""
    reader = _Reader()
    reader.feed(page)
    reader.seen.words = " ".join("".join(reader.parts).split())
    return reader.seen


def page(client: FlaskClient, path: str) -> Seen:
    """A page of a desk, in English."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, path
    return read(answer.text)


def seen_on(page: str) -> str:
    """What a page that asks first says it has shown; nothing where it says nothing of that."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    return found[1] if found else ""


def token(page: str) -> str:
    """A page's protection against posts from elsewhere."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]
