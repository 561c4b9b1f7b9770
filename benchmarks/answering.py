"""What a respondent's pages cost a server, beside a bare Flask hello on the same server in the same run.

Processor time is that of the workers, as the kernel counts it; a database server's is not in it.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.figure import Figure, at_least, at_most
from benchmarks.journeys import PARENT, first_page, journey, last_page, open_link
from benchmarks.served import Served, served
from benchmarks.stores import stores
from survey import create_app
from survey.ballot import seal_key

PAGE_GOAL, SENDING_GOAL, JOURNEYS_GOAL = 3, 6, 80  # × hello, × hello, a core-second


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    rounds: int = 5
    pages: int = 300
    journeys: int = 40
    links: int = 20  # by which people come at the same time
    turns: int = 3  # of one worker and two, under load
    seconds: float = 8.0  # of each


def figures(kind: str, effort: Effort) -> Iterator[Figure]:
    """The lines for the table of `make bench`, with the stores on `sqlite` or on `postgresql`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(kind) as database:
        app = create_app(Path(folder))
        addresses = app.config["SETTINGS"].addresses
        with app.app_context():
            seal_key.private_key(app.config["SETTINGS"].mixer_keys)
            link, *links = (open_link() for _ in range(1 + effort.links))
        with served("hello", {}) as hello, served(folder, addresses) as ours:
            yield from _costs(kind, hello, ours, link, effort)
        measured = load.Load(folder, addresses, links, database)
        yield from load.figures(kind, measured, effort.turns, effort.seconds)


def _costs(kind: str, hello: Served, ours: Served, link: str, effort: Effort) -> Iterator[Figure]:
    first = first_page(ours, link)
    ready = iter([last_page(ours, link) for _ in range(effort.rounds * effort.journeys)])
    work: dict[str, tuple[Served, Callable[[], object], int]] = {
        "hello": (hello, lambda: hello.post("/", first), effort.pages),
        "page": (ours, lambda: ours.post("/answer", first), effort.pages),
        "sending": (ours, lambda: ours.post("/answer", next(ready)), effort.journeys),
        "journey": (ours, lambda: list(journey(ours, link)), effort.journeys),
    }
    # In turns, so that what else the machine does weighs on all of them.
    spent = [{name: _each(*what) for name, what in work.items()} for _ in range(effort.rounds)]
    cost = {name: statistics.median(each[name] for each in spent) for name in work}
    bare, page, sending, whole = cost.values()
    yield Figure(f"{kind}: bare Flask hello, the same form posted", bare, "CPU-ms")
    note = f"{page:.2f} CPU-ms"
    yield at_most(PAGE_GOAL, f"{kind}: question page: checked, kept, next one shown", page / bare, "× hello", note)
    note = f"{sending:.2f} CPU-ms"
    yield at_most(SENDING_GOAL, f"{kind}: sending: sealed, durably committed", sending / bare, "× hello", note)
    name = f"{kind}: journeys of {len(PARENT.questions)} questions on {len(PARENT.pages)} pages"
    yield at_least(JOURNEYS_GOAL, name, 1000 / whole, "a core-s", f"{whole:.2f} CPU-ms each")


def _each(server: Served, work: Callable[[], object], calls: int) -> float:
    """The processor time that one call costs the server."""
    before = server.cpu_milliseconds()
    for _ in range(calls):
        work()
    return (server.cpu_milliseconds() - before) / calls
