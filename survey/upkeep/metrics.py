"""`/metrics`: how the server fares, as Prometheus reads it. Counts of requests and their durations, by kind of page.

Nothing here is about respondents: no school, no round, no address; of sealed ballots that wait, tens; of the mixer's
turns, days. Who runs the server may read it on the server itself, or elsewhere with the token of JIANFU_METRICS_TOKEN.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from survey import db
from survey.ballot import last_turn
from survey.ballot.store import Ballot
from survey.config import STORES
from survey.stores import pulse

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

bp = Blueprint("metrics", __name__)

# The first part of an address → the kind of page. Everything else is public.
KINDS = {
    **dict.fromkeys(("a", "open", "answer", "thanks"), "questionnaire"),
    "help": "help",
    **dict.fromkeys(("school", "bureau", "staff", "assistance"), "desk"),
    **dict.fromkeys(("healthz", "metrics"), "own"),
}
BOUNDS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
BALLOTS_STEP = 10
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Counting:
    """Counts what passes; around the application (PEP 3333)."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.requests: Counter[tuple[str, str]] = Counter()  # kind, class of status
        self.durations: dict[str, list[int]] = {}  # kind → how many up to each bound, and beyond
        self.seconds: Counter[str] = Counter()  # kind → seconds of all together
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun, told = time.perf_counter(), ["5xx"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None) -> object:
            told[0] = f"{status[0]}xx"
            return start_response(status, headers, exc_info)

        try:
            return self.application(environ, start)  # type: ignore[arg-type]
        finally:
            self._note(environ.get("PATH_INFO", ""), told[0], time.perf_counter() - begun)

    def _note(self, path: str, status: str, seconds: float) -> None:
        kind = KINDS.get(path.split("/", 2)[1] if path.startswith("/") else "", "public")
        with self._lock:
            self.requests[kind, status] += 1
            self.seconds[kind] += seconds  # type: ignore[assignment]
            self.durations.setdefault(kind, [0] * (len(BOUNDS_SECONDS) + 1))[bisect_left(BOUNDS_SECONDS, seconds)] += 1


@bp.get("/metrics")
def page() -> Response:
    if not _may_read():
        abort(404)
    return Response("".join(f"{line}\n" for line in lines()), content_type=TEXT)


def lines() -> Iterator[str]:
    """The page, line by line."""
    counting: Counting = current_app.extensions["counting"]
    yield "# HELP jianfu_requests_total Requests answered, by kind of page and class of status."
    yield "# TYPE jianfu_requests_total counter"
    for (kind, status), number in sorted(counting.requests.items()):
        yield f'jianfu_requests_total{{kind="{kind}",status="{status}"}} {number}'
    yield "# HELP jianfu_request_seconds How long requests took."
    yield "# TYPE jianfu_request_seconds histogram"
    for kind, numbers in sorted(counting.durations.items()):
        yield from _histogram(kind, numbers, counting.seconds[kind])
    board = current_app.extensions.get("board")
    yield "# HELP jianfu_turned_away_total Requests that were told at the door that it is busy."
    yield "# TYPE jianfu_turned_away_total counter"
    yield f"jianfu_turned_away_total {board.turned_away if board else 0}"
    yield from _of_stores()


def _histogram(kind: str, numbers: list[int], seconds: float) -> Iterator[str]:
    so_far = 0
    for bound, number in zip((*BOUNDS_SECONDS, "+Inf"), numbers, strict=True):
        so_far += number
        yield f'jianfu_request_seconds_bucket{{kind="{kind}",le="{bound}"}} {so_far}'
    yield f'jianfu_request_seconds_sum{{kind="{kind}"}} {seconds:.3f}'
    yield f'jianfu_request_seconds_count{{kind="{kind}"}} {so_far}'


def _of_stores() -> Iterator[str]:
    silent = pulse.silent()
    yield "# HELP jianfu_store_answers Whether a store answers."
    yield "# TYPE jianfu_store_answers gauge"
    for store in STORES:
        yield f'jianfu_store_answers{{store="{store}"}} {int(store not in silent)}'
    if "ballots" not in silent:
        with suppress(DBAPIError):  # it may fall silent meanwhile
            yield from _of_the_mixer(_ballots_waiting(), last_turn.days_since())


def _of_the_mixer(waiting: int, days: int | None) -> Iterator[str]:
    yield f"# HELP jianfu_ballots_waiting Sealed ballots that wait for the mixer, in steps of {BALLOTS_STEP}."
    yield "# TYPE jianfu_ballots_waiting gauge"
    yield f"jianfu_ballots_waiting {waiting}"
    if days is not None:
        yield "# HELP jianfu_mixer_idle_days Days since the mixer last completed a turn."
        yield "# TYPE jianfu_mixer_idle_days gauge"
        yield f"jianfu_mixer_idle_days {days}"


def _ballots_waiting() -> int:
    with db.reading("ballots") as connection:
        found = connection.execute(select(func.count()).where(~Ballot.set_aside)).scalar_one()
    return int(found) // BALLOTS_STEP * BALLOTS_STEP


def _may_read() -> bool:
    token = current_app.config["SETTINGS"].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(shown.encode(), token.encode()):
        return True
    # What came through a proxy that nobody counted seems to come from here.
    return "X-Forwarded-For" not in request.headers and _is_here(request.remote_addr)


def _is_here(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
