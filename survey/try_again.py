"""The page for what cannot be done just now: it keeps what was sent, and tries again. It asks no store for anything.

Made beforehand for each reason, way and language; what differs is put between its parts, so that it costs next to
nothing when there is least to spend. A page that was only asked for comes again by itself, after a wait that grows each
time and differs from one person to the next. What was sent stands on the page, in hidden fields, behind one button.
"""

from __future__ import annotations

import html
import math
import random
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from flask import Flask, render_template
from markupsafe import Markup

from survey.config import LANGUAGES
from survey.page_style import RESPONDENT_POLICY

Fields = Iterable[tuple[str, str]]

BUSY, DISTURBED = "busy", "disturbed"
REASONS = (BUSY, DISTURBED)
# House rules.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 3, 60
SPREAD = 0.5  # by which waits differ, so that those who were sent away together do not come back together
MOST_WAITS = 10
STATUS = "503 Service Unavailable"
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", RESPONDENT_POLICY))  # every page's
MOST_FIELDS, LONGEST_FIELDS = 1000, 500_000  # characters; beyond them the page says to go back
COUNT = "again"  # in the address: how often this page was tried
ADDRESSES_REMEMBERED = 100  # a crowd comes to few
COUNTED = re.compile(r"[0-9]{1,3}")
OF_A_QUERY = "=&+%"  # what stands in a query as it is; all else that is no letter or digit is written by its number
NOT_KEPT = {"password", "new", "again"}  # passwords: the next person at this machine must not find them in a page

COMES_BACK, KEEPS, GO_BACK = "comes_back", "keeps", "go_back"
WAYS = (COMES_BACK, KEEPS, GO_BACK)
ADDRESS, SECONDS, FIELDS = "\ue000address\ue000", "\ue000seconds\ue000", "\ue000fields\ue000"
GAPS = re.compile(f"({ADDRESS}|{SECONDS}|{FIELDS})")
ADDRESS_GAP, SECONDS_GAP, FIELDS_GAP = (mark.encode() for mark in (ADDRESS, SECONDS, FIELDS))  # as they are sent


class Asked(NamedTuple):
    """What could not be done. (Values of this module are tuples: thousands a second are made when it is busy.)"""

    method: str
    path: str  # without %, each character a byte (PEP 3333)
    query: str


class Answer(NamedTuple):
    """What is sent to the browser, with status STATUS and HEADERS."""

    headers: list[tuple[str, str]]
    body: bytes


class Pages:
    """The pages of one application, made when it starts."""

    def __init__(self, app: Flask) -> None:
        self._made = {
            (language, reason, way): _made(app, language, reason, way)
            for language in LANGUAGES
            for reason in REASONS
            for way in WAYS
        }

    def answer(self, asked: Asked, reason: str, language: str, sent: Fields | None) -> Answer:
        """The page for one request. `sent` is None where what was sent cannot be put into a page."""
        address, tries = _next_address(asked.path, asked.query)
        wait = min(FIRST_WAIT_SECONDS * 2**tries, LONGEST_WAIT_SECONDS)
        seconds = str(math.ceil(wait * random.uniform(1, 1 + SPREAD)))
        if asked.method in ("GET", "HEAD"):
            way, fields = COMES_BACK, ""
        else:
            fields = _hidden(sent or ())
            way = KEEPS if fields else GO_BACK
        told = {ADDRESS_GAP: html.escape(address).encode(), SECONDS_GAP: seconds.encode(), FIELDS_GAP: fields.encode()}
        body = b"".join([told.get(part, part) for part in self._made[language, reason, way]])
        headers = [("Content-Length", str(len(body))), ("Retry-After", seconds)]
        if way == COMES_BACK:
            headers.append(("Refresh", f"{seconds}; url={address}"))
        return Answer(headers, body)


def sent_fields(content_type: str, body: bytes) -> Fields | None:
    """The fields of a plain form; None for anything else, such as an uploaded file, and for too many."""
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return None
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None


def _made(app: Flask, language: str, reason: str, way: str) -> tuple[bytes, ...]:
    """The page in parts, as it is sent; every second one is a gap's name."""
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        marks = {"address": Markup(ADDRESS), "seconds": Markup(SECONDS), "fields": Markup(FIELDS)}
        page = render_template("home/try_again.html", reason=reason, way=way, **marks)
    return tuple(part.encode() for part in GAPS.split(page))


@lru_cache(maxsize=ADDRESSES_REMEMBERED)  # writing one takes a tenth of the time that an answer does
def _next_address(path: str, query: str) -> tuple[str, int]:
    """The same address with one try more, and how many there were. Never another site's, whatever was asked for."""
    asked = query.split("&")
    told = next((each for name, _, each in (pair.partition("=") for pair in asked) if name == COUNT), "")
    tries = min(int(told), MOST_WAITS) if COUNTED.fullmatch(told) else 0
    kept = [pair for pair in asked if pair and pair.partition("=")[0] != COUNT]
    more = quote("&".join([*kept, f"{COUNT}={tries + 1}"]).encode("latin-1", "replace"), OF_A_QUERY)
    return f"/{quote(path.encode('latin-1', 'replace').lstrip(b'/'))}?{more}", tries


def _hidden(sent: Fields) -> str:
    """The fields again; nothing where one of them must not stand in a page, or where they are too many."""
    fields = list(islice(sent, MOST_FIELDS + 1))
    if len(fields) > MOST_FIELDS or not NOT_KEPT.isdisjoint([name for name, _ in fields]):
        return ""
    hidden = "".join([f'<input type="hidden" name="{html.escape(n)}" value="{html.escape(v)}">' for n, v in fields])
    return hidden if len(hidden) <= LONGEST_FIELDS else ""
