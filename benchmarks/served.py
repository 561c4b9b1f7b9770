"""Servers to measure: waitress, each worker a process of its own; several listen at one socket."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

NANOSECONDS_A_MILLISECOND = 1_000_000
SERVE = """
import gc, logging, os, socket, sys
from pathlib import Path
from flask import Flask
from waitress.server import create_server
from survey.door.serving import Channel
listening = socket.create_server(("127.0.0.1", 0), backlog=256)
print(listening.getsockname()[1], flush=True)
cores = sorted(os.sched_getaffinity(0))
for number in range(int(sys.argv[2])):
    if number + 1 == int(sys.argv[2]) or not os.fork():
        os.sched_setaffinity(0, {cores[number % len(cores)]})  # as `flask serve --core` does
        break
if sys.argv[1] == "hello":
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello", methods=["POST"])
else:
    from survey import create_app
    app = create_app(Path(sys.argv[1]))
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
gc.freeze()  # as `flask serve` does
server = create_server(app, sockets=[listening], threads=int(sys.argv[3]))
server.channel_class = Channel
sys.stdout.write("ready\\n")  # at once, so that two do not come between each other
sys.stdout.flush()
server.run()
"""


class Served:
    """A server process, or several, and one connection to it."""

    def __init__(self, process: subprocess.Popen[str], workers: int) -> None:
        assert process.stdout
        self.pid, self.port = process.pid, int(process.stdout.readline())
        assert [process.stdout.readline() for _ in range(workers)] == ["ready\n"] * workers
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """Another connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def post(
        self, path: str, sent: Mapping[str, str], connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, str]:
        """Status, and page."""
        used = connection or self.connection
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        used.request("POST", path, urllib.parse.urlencode(sent), headers)
        answer = used.getresponse()
        return answer.status, answer.read().decode()

    def of_each_worker(self) -> list[float]:
        """Milliseconds of processor time that each worker's threads have taken so far."""
        others = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return [_milliseconds(pid) for pid in (self.pid, *map(int, others))]

    def cpu_milliseconds(self) -> float:
        """The same of all workers."""
        return sum(self.of_each_worker())


@contextmanager
def served(what: str, addresses: Mapping[str, str], workers: int = 1, threads: int = 1) -> Iterator[Served]:
    """Serve a bare hello, or the installation in a folder, its stores at these addresses; so many threads each worker.

    Runs on the cores that the caller may use now.
    """
    environment = os.environ | {f"JIANFU_{store.upper()}_URL": address for store, address in addresses.items()}
    call = [sys.executable, "-c", SERVE, what, str(workers), str(threads)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=environment, process_group=0) as process:
        try:
            yield Served(process, workers)
        finally:
            os.killpg(process.pid, 15)


def _milliseconds(pid: int) -> float:
    """As the kernel counts it, in nanoseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    taken = (int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads)
    return sum(taken) / NANOSECONDS_A_MILLISECOND
