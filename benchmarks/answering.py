"""What a respondent's pages cost a server, beside a bare Flask hello on the same server in the same run.

Processor time is that of the workers, as the kernel counts it; a database server's is not in it.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.figure import Figure, at_least, at_most
from benchmarks.journeys import PARENT, first_page, journey, last_page, open_link
from benchmarks.served import Served, served
from benchmarks.stores import SQLITE, stores
from survey import create_app
from survey.ballot import seal_key
from survey.config import REQUESTS_AT_ONCE

PAGE_GOAL, SENDING_GOAL, JOURNEYS_GOAL = 3, 6, 80  # × hello, × hello, a core-second
MEMORY = Path("/dev/shm")  # files that no disk holds, where the system has such


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    rounds: int = 9
    pages: int = 300
    journeys: int = 40
    sendings: int = 120  # what the disk takes of one differs by half from one to the next
    sendings_at_once: int = 80
    links: int = 20  # by which people come at the same time
    turns: int = 3  # of one worker and two, under load
    seconds: float = 8.0  # of each


@dataclass(frozen=True, slots=True)
class Installation:
    """One with open links, by which parents may answer."""

    folder: str
    addresses: Mapping[str, str]
    links: Sequence[str]


def figures(kind: str, effort: Effort) -> Iterator[Figure]:
    """The lines for the table of `make bench`, with the stores on `sqlite` or on `postgresql`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, stores(kind) as database:
        made = _installation(folder, 1 + effort.links)
        os.sync()  # what others wrote before is no part of what is measured
        with served("hello", {}) as hello, served(folder, made.addresses) as ours:
            yield from _costs(kind, hello, ours, made.links, effort)
        yield _at_once(kind, made, effort)
        if kind == SQLITE and MEMORY.is_dir():
            yield _without_disk(effort)
        measured = load.Load(folder, made.addresses, made.links[1:], database)
        yield from load.figures(kind, measured, effort.turns, effort.seconds)


def _installation(folder: str, links: int) -> Installation:
    app = create_app(Path(folder))
    with app.app_context():
        seal_key.private_key(app.config["SETTINGS"].mixer_keys)
        return Installation(folder, app.config["SETTINGS"].addresses, [open_link() for _ in range(links)])


def _without_disk(effort: Effort) -> Figure:
    """What sending costs but for the disk: that part is the machine's, and differs most from moment to moment."""
    with tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as folder:
        made = _installation(folder, 1 + effort.links)
        with served("hello", {}) as hello, served(folder, made.addresses) as ours:
            cost = _medians(_work(hello, ours, made.links, effort, "hello", "sending"), effort.rounds)
    name = f"{SQLITE}: sending, were the files in memory and not on this disk"
    return Figure(name, cost["sending"] / cost["hello"], "× hello")


def _at_once(kind: str, made: Installation, effort: Effort) -> Figure:
    """What sending costs on an evening, when several do: on a file, those who come together are written together."""
    threads = {"threads": REQUESTS_AT_ONCE}
    with served("hello", {}, **threads) as hello, served(made.folder, made.addresses, **threads) as ours:
        first = first_page(ours, made.links[0])
        ready = _ready(ours, made.links, effort.rounds * effort.sendings_at_once)
        work = {
            "hello": (hello, lambda: _posted(hello, "/", [first] * effort.pages), 1),
            "sending": (ours, lambda: _posted(ours, "/answer", itertools.islice(ready, effort.sendings_at_once)), 1),
        }
        cost = _medians(work, effort.rounds)
    hello_cost, sending_cost = cost["hello"] / effort.pages, cost["sending"] / effort.sendings_at_once
    name, note = f"{kind}: sending, {REQUESTS_AT_ONCE} at once, as hello is", f"{sending_cost:.2f} CPU-ms"
    return at_most(SENDING_GOAL, name, sending_cost / hello_cost, "× hello", note)


def _ready(server: Served, links: Sequence[str], number: int) -> Iterator[Mapping[str, str]]:
    """So many last pages, filled in; people come by all links in turn, as grades do."""
    return iter([last_page(server, link) for link in itertools.islice(itertools.cycle(links), number)])


def _posted(server: Served, path: str, forms: Iterable[Mapping[str, str]]) -> None:
    """Each form, by so many people at once, each on a connection of their own."""
    own = threading.local()

    def post(form: Mapping[str, str]) -> None:
        if not hasattr(own, "connection"):
            own.connection = server.connect()
        server.post(path, form, own.connection)

    with ThreadPoolExecutor(REQUESTS_AT_ONCE) as people:
        list(people.map(post, forms))


Work = Mapping[str, tuple[Served, Callable[[], object], int]]


def _work(hello: Served, ours: Served, links: Sequence[str], effort: Effort, *names: str) -> Work:
    """What is to be measured, by name: the server, one call, and how many calls a round."""
    first = first_page(ours, links[0])
    ready = _ready(ours, links, effort.rounds * effort.sendings)
    work: Work = {
        "hello": (hello, lambda: hello.post("/", first), effort.pages),
        "first page": (ours, lambda: ours.post(f"/open/{links[0]}", {}), effort.pages),
        "page": (ours, lambda: ours.post("/answer", first), effort.pages),
        "sending": (ours, lambda: ours.post("/answer", next(ready)), effort.sendings),
        "journey": (ours, lambda: list(journey(ours, links[0])), effort.journeys),
    }
    return {name: work[name] for name in names or work}


def _medians(work: Work, rounds: int) -> Mapping[str, float]:
    # In turns, so that what else the machine does weighs on all of them.
    spent = [{name: _each(*what) for name, what in work.items()} for _ in range(rounds)]
    return {name: statistics.median(each[name] for each in spent) for name in work}


def _costs(kind: str, hello: Served, ours: Served, links: Sequence[str], effort: Effort) -> Iterator[Figure]:
    bare, begun, page, sending, whole = _medians(_work(hello, ours, links, effort), effort.rounds).values()
    yield Figure(f"{kind}: bare Flask hello, the same form posted", bare, "CPU-ms")
    name, note = f"{kind}: first question page: whether it may be answered is asked", f"{begun:.2f} CPU-ms"
    yield at_most(PAGE_GOAL, name, begun / bare, "× hello", note)
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
