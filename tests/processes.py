"""The program's own processes as they run for a bureau, each killed and started again as often as a test wants.

A process that has read the program once for all tests forks whatever is asked for, so that a life begins in a fraction
of a second; what it runs is `flask --app survey …`, no less.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from flask import Flask

from survey.config import STORES

HERE = Path(__file__).resolve().parent.parent
FLASK = ("-m", "flask", "--app", "survey")
READY_WITHIN_SECONDS = 30
END_WITHIN_SECONDS = 60


class Mother:
    """The process that forks them. It lives as long as the tests: to read the program is most of what a start costs."""

    def __init__(self, *before: str) -> None:
        """Of `before`, the words of a program that starts it with fewer rights; what it forks has no more than it."""
        command = [*before, sys.executable, "-m", "tests.processes"]
        self.process = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.end)

    def start(self, log: Path, environment: Mapping[str, str], *arguments: str) -> int:
        """Python with these arguments, in this environment besides that of the tests; the process's number."""
        return self._ask({"start": arguments, "environment": {**os.environ, **environment}, "log": str(log)})

    def kill(self, pid: int) -> None:
        """kill −9; returns once it is gone."""
        self._ask({"kill": pid})

    def wait(self, pid: int) -> int:
        """How it ended, once it has; as for a process of one's own, less than zero where a signal ended it."""
        return self._ask({"wait": pid})

    def end(self) -> None:
        """Once nobody asks any more it ends, and so do those that it has started."""
        self.process.communicate()

    def _ask(self, what: Mapping[str, object]) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@cache
def mother(*before: str) -> Mother:
    """One for all tests, of these rights."""
    return Mother(*before)


class Nursery:
    """Starts processes, and ends those it has started."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.children: set[int] = set()

    def start(self, environment: Mapping[str, str], *arguments: str) -> int:
        """`flask --app survey` with these arguments, in this environment; the process's number."""
        child = mother().start(self.log, environment, *FLASK, *arguments)
        self.children.add(child)
        return child

    def kill(self, pid: int) -> None:
        """kill −9; returns once it is gone."""
        self.children.discard(pid)
        mother().kill(pid)


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """A nursery whose processes write into a log in the folder; at the end none of them is left."""
    born = Nursery(folder / "log")
    try:
        yield born
    finally:
        for child in tuple(born.children):
            born.kill(child)


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

    def metrics(self) -> dict[str, float]:
        """What `/metrics` counts: a name with its labels → the number."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=READY_WITHIN_SECONDS) as page:
            lines = page.read().decode().splitlines()
        counted = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(number) for name, number in counted}

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
    return ended(environment_of(app), *arguments)


def ended(
    environment: Mapping[str, str], *arguments: str, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """The same in this environment, and with the rights that the words of `before` leave it."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", prefix="jianfu-") as said:
        starts = mother(*before)
        status = starts.wait(starts.start(Path(said.name), environment, *arguments))
        return subprocess.CompletedProcess(arguments, status, said.read())


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve() -> None:
    """What the mother does, until nobody asks any more."""
    import survey  # noqa: F401 (read now, so that no child has to)

    gc.freeze()  # nor does a child that ends search what it has from here for what nobody holds

    children: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            children.add(told := _fork(asked["start"], asked["environment"], asked["log"]))
        elif "kill" in asked:
            children.discard(told := asked["kill"])
            _end(told)
        else:
            children.discard(asked["wait"])
            told = _wait(asked["wait"])
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
    for child in children:
        _end(child)


def _fork(arguments: list[str], environment: Mapping[str, str], log: str) -> int:
    child = os.fork()
    if child:
        return child
    # From here on a child, which ends as Python does that was started with these arguments.
    with Path(os.devnull).open() as nothing, Path(log).open("a") as written:
        for stream, file in enumerate((nothing, written, written)):
            os.dup2(file.fileno(), stream)
    os.environ.clear()
    os.environ.update(environment)
    how, what, *rest = arguments
    sys.argv = [how, *rest]
    if how == "-c":
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    else:
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    sys.exit()


def _wait(child: int) -> int:
    for _ in range(END_WITHIN_SECONDS * 100):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return _end(child)


def _end(child: int) -> int:
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    _serve()
