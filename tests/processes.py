"""The program's own processes as they run for a bureau, each killed and started again as often as a test wants.

A process that has read the program once forks whatever is asked for, so that a life begins in a fraction of a second;
what it runs is `flask --app survey …`, no less.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from survey.config import STORES

HERE = Path(__file__).resolve().parent.parent
READY_WITHIN_SECONDS = 30


class Nursery:
    """Starts processes, and ends those it has started."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log

    def start(self, environment: Mapping[str, str], *arguments: str) -> int:
        """`flask --app survey` with these arguments, in this environment; the process's number."""
        return int(self._ask({"start": arguments, "environment": dict(environment)}))

    def kill(self, pid: int) -> None:
        """kill −9; returns once it is gone."""
        self._ask({"kill": pid})

    def _ask(self, what: Mapping[str, object]) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """A nursery whose processes write into a log in the folder; at the end none of them is left."""
    log = folder / "log"
    command = [sys.executable, "-m", "tests.processes", str(log)]
    with subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Nursery(process, log)
        finally:
            assert process.stdin
            process.stdin.close()


class Web:
    """The pages: `flask serve` on a port of its own, which it keeps through all its lives."""

    def __init__(self, nursery: Nursery, environment: Mapping[str, str]) -> None:
        self.nursery, self.environment = nursery, environment
        self.port = _free_port()
        self.pid = 0

    def start(self, *options: str) -> None:
        """Begin a life; returns once it answers."""
        self.pid = self.nursery.start(self.environment, "serve", "--port", str(self.port), *options)
        for _ in range(READY_WITHIN_SECONDS * 50):
            if self.answers():
                return
            time.sleep(0.02)
        raise AssertionError(self.nursery.log.read_text()[-3000:])

    def answers(self) -> bool:
        """Whether it says that all is well."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """kill −9."""
        self.nursery.kill(self.pid)

    def most_bytes_a_file(self, most: int) -> None:
        """Files longer than this cannot be written, as if the disk were full; −1: as long as one likes."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def memory(self) -> int:
        """Bytes that the pages and the doorman hold in memory now, what they share counted twice."""
        held = (Path(f"/proc/{pid}/statm").read_text(encoding="ascii") for pid in (self.pid, self.doorman()))
        return sum(int(each.split()[1]) for each in held) * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self) -> float:
        """What it has taken so far, in user and system mode."""
        return _processor_seconds(self.pid)

    def doorman(self) -> int:
        """The number of the doorman's process, once there is one."""
        for _ in range(READY_WITHIN_SECONDS * 50):
            if found := [doorman for keeper in _children(self.pid) for doorman in _children(keeper)]:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(self.nursery.log.read_text()[-3000:])

    def doormans_processor_seconds(self) -> float:
        """What the doorman has taken so far."""
        return _processor_seconds(self.doorman())


def environment_of(app: Flask) -> dict[str, str]:
    """What tells a process of its own where this installation is."""
    settings = app.config["SETTINGS"]
    addresses = {f"JIANFU_{store.upper()}_URL": settings.addresses[store] for store in STORES}
    return {"JIANFU_INSTANCE": str(settings.instance), **addresses}


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def by_itself(app: Flask, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments on this installation, once it has ended; what it said on both streams."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=HERE,
        env={**os.environ, **environment_of(app)},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(log: Path) -> None:
    """What the nursery's own process does, until nobody asks any more."""
    import survey  # noqa: F401 (read now, so that no child has to)

    children: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            children.add(told := _fork(asked["start"], asked["environment"], log))
        else:
            told = asked["kill"]
            _end(told)
            children.discard(told)
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
    for child in children:
        _end(child)


def _fork(arguments: list[str], environment: Mapping[str, str], log: Path) -> int:
    child = os.fork()
    if child:
        return child
    from flask import cli

    with log.open("a") as written:
        for stream in (1, 2):
            os.dup2(written.fileno(), stream)
    os.environ.update(environment)
    sys.argv = ["flask", "--app", "survey", *arguments]
    try:
        cli.main()
    finally:
        os._exit(1)


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
