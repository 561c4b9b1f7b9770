"""Set Jianfu up, start it, test it: `python3 run.py [run|setup|test|test-long|bench|lint|format|help]`.

Needs Python 3.11 or newer and nothing else: the standard library alone runs this file. It makes `.venv`,
installs the hash-locked requirements there (with uv where it is found, else pip), and calls what was asked for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST_PYTHON = (3, 11)
HOST = "127.0.0.1"
MIX_EVERY_SECONDS = 20
ERASE_EVERY_SECONDS = 3600
STOP_WITHIN_SECONDS = 10
LARGEST_PORT = 65535
INTERRUPTED = 130
WORKERS = 3  # on two cores: tests also wait, for a browser, a disk, another process
MEMORY = Path("/dev/shm")  # on Linux, folders in memory
MEMORY_BYTES = 3 * 2**30  # what the tests write stays far below
TESTS_FAILED, NO_TEST_CHOSEN = 1, 5  # pytest's exit statuses
# What a browser sees is asked once; the same pages are asked of PostgreSQL without one (docs/decisions/0017).
DAILY = ["-m", "not browser"]


def main(arguments: list[str]) -> int:
    """Do what the first argument names; `run` when there is none. Returns the exit status."""
    if sys.version_info < OLDEST_PYTHON:
        return complain(f"Jianfu needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("run", [])
    if verb not in VERBS:
        show_help([])
        return 2
    try:
        return VERBS[verb](rest)
    except KeyboardInterrupt:
        return INTERRUPTED


def run(_rest: list[str]) -> int:
    """start the program, with a demo district the first time"""
    typed = os.environ.get("PORT", "8000")
    if not typed.isdecimal() or not 0 < int(typed) <= LARGEST_PORT:
        return complain(f"PORT is {typed!r}; a number from 1 to {LARGEST_PORT} is needed.")
    port = int(typed)
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return complain(f"Port {port} is in use. Choose another: PORT={port + 1} make run")
    status = set_up("requirements.txt") or flask("init", "--quiet") or flask("demo", "--once")
    if status:
        return status
    mixer = subprocess.Popen(flask_command("mix", "--every", str(MIX_EVERY_SECONDS)), cwd=HERE)
    eraser = subprocess.Popen(flask_command("assistance", "erase", "--every", str(ERASE_EVERY_SECONDS)), cwd=HERE)
    web = subprocess.Popen(flask_command("serve", "--port", str(port)), cwd=HERE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        flask("welcome", "--port", str(port))
        return wait_for_either(web, mixer, eraser)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (web, mixer, eraser):
            stop(process)


def setup(_rest: list[str]) -> int:
    """bring .venv to what the program needs, and start nothing"""
    return set_up("requirements.txt")


def test(rest: list[str]) -> int:
    """run every test on SQLite, and again on PostgreSQL those that make an installation"""
    return set_up("requirements-dev.txt") or test_on_both(rest, DAILY)


def test_long(rest: list[str]) -> int:
    """the same with longer fuzzing, every page in each language at each width, and the browser on PostgreSQL too"""
    os.environ["JIANFU_TEST_LONG"] = "1"
    return set_up("requirements-dev.txt") or test_on_both(rest, [])


def bench(rest: list[str]) -> int:
    """measure, and print each figure with its goal; --quick measures less"""
    return set_up("requirements-dev.txt") or call(PYTHON, "-m", "benchmarks", *rest)


def lint(_rest: list[str]) -> int:
    """check style and types, of tests and benchmarks too"""
    return (
        set_up("requirements-dev.txt")
        or call(PYTHON, "-m", "ruff", "check", ".")
        or call(PYTHON, "-m", "ruff", "format", "--check", ".")
        or call(PYTHON, "-m", "mypy")
    )


def format_code(_rest: list[str]) -> int:
    """put the code in its usual shape"""
    return (
        set_up("requirements-dev.txt")
        or call(PYTHON, "-m", "ruff", "check", "--fix", ".")
        or call(PYTHON, "-m", "ruff", "format", ".")
    )


def show_help(_rest: list[str]) -> int:
    """say what can be asked for"""
    for verb, action in VERBS.items():
        print(f"  {verb:<10} {action.__doc__}")
    return 0


VERBS = {
    "run": run,
    "setup": setup,
    "test": test,
    "test-long": test_long,
    "bench": bench,
    "lint": lint,
    "format": format_code,
    "help": show_help,
}


def test_on_both(rest: list[str], left_out: list[str]) -> int:
    """Run the tests, and those in which an installation was made once more on PostgreSQL. Returns an exit status.

    `rest` chooses among the tests, as for pytest; `left_out` chooses among those that are run once more.
    """
    if any(each.startswith("--stores") for each in rest):
        return pytest(*rest)
    chosen = rest or ["-n", str(WORKERS), "--dist", "worksteal"]
    with folder_for_tests() as folder:
        noted = folder / "installations"
        say("testing on SQLite")
        first = pytest("--stores=sqlite", f"--note={noted}", *chosen)
        if first not in (0, TESTS_FAILED) or not noted.exists() or not noted.read_text(encoding="utf-8"):
            return first
        say("testing on PostgreSQL, where an installation was made")
        second = pytest("--stores=postgresql", f"--noted={noted}", *chosen, *left_out)
    said = {0: "all passed", NO_TEST_CHOSEN: "nothing to ask"}
    print(f"jianfu: on SQLite {said.get(first, 'FAILED')}; on PostgreSQL {said.get(second, 'FAILED')}", flush=True)
    return first or (0 if second == NO_TEST_CHOSEN else second)


@contextmanager
def folder_for_tests() -> Iterator[Path]:
    """A folder that is gone afterwards. Where there is room it is in memory, and tests keep all their files there."""
    memory = memory_with_room()
    folder = Path(tempfile.mkdtemp(prefix="jianfu-", dir=memory))
    if memory:
        folder.chmod(0o711)  # where root tests, the database server is another user, who passes through
        os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        for _ in range(STOP_WITHIN_SECONDS):  # tests that are broken off may be writing yet
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(1)


def memory_with_room() -> Path | None:
    """Where tests can keep their files in memory: on a disk they wait until what the program writes is kept there."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    found = os.statvfs(MEMORY)
    may_run_programs = not found.f_flag & os.ST_NOEXEC
    return MEMORY if may_run_programs and found.f_bavail * found.f_frsize >= MEMORY_BYTES else None


def pytest(*arguments: str) -> int:
    """Run pytest; its exit status. What Python compiles is kept, whatever the machine says of that.

    Else each worker on both engines, and each program that a test starts, compiles everything anew.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [str(PYTHON), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=HERE, env=kept, check=False).returncode


def set_up(requirements: str) -> int:
    """Bring .venv to what the file asks for; nothing when it is there already. Returns an exit status."""
    wanted = hashlib.sha256((HERE / requirements).read_bytes()).hexdigest()
    stamp = VENV / f"installed-{requirements}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return 0
    uv = shutil.which("uv")
    if not PYTHON.exists():
        say("making .venv")
        status = call(uv, "venv", "--quiet", "--python", sys.executable, VENV) if uv else make_venv()
        if status:
            return status
    if not uv and call(PYTHON, "-c", "import importlib.util as u, sys; sys.exit(u.find_spec('pip') is None)"):
        # A .venv that uv once made has no pip of its own.
        call(PYTHON, "-m", "ensurepip", "--default-pip")
    say(f"installing {requirements} ({'uv' if uv else 'pip'})")
    locked = ["--require-hashes", "--requirement", str(HERE / requirements)]
    status = (
        call(uv, "pip", "install", "--quiet", "--python", PYTHON, *locked)
        if uv
        else call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *locked)
    )
    if status == 0:
        stamp.write_text(wanted)
    return status


def make_venv() -> int:
    """A virtual environment with pip, or one line that says what this Python lacks."""
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return 0
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return complain(
        f"This Python came without venv. On Debian or Ubuntu: sudo apt install python{version}-venv; "
        "or install uv and start again."
    )


def flask_command(*arguments: str) -> list[str]:
    """The command line of one of the program's own commands."""
    return [str(PYTHON), "-m", "flask", "--app", "survey", *arguments]


def flask(*arguments: str) -> int:
    """Run one of the program's own commands to its end."""
    return call(*flask_command(*arguments))


def call(*command: str | Path | None) -> int:
    """Run a command in the project's folder; its exit status."""
    return subprocess.run([str(part) for part in command], cwd=HERE, check=False).returncode


def wait_for_either(*processes: subprocess.Popen[bytes]) -> int:
    """Wait until one of the processes ends; its exit status."""
    while True:
        for process in processes:
            if process.poll() is not None:
                return process.returncode
        time.sleep(0.5)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and end it when it does not."""
    process.terminate()
    try:
        process.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def say(what: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"jianfu: {what} …", flush=True)


def complain(what: str) -> int:
    """Tell what is wrong and what would do; the exit status that goes with it."""
    print(f"jianfu: {what}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
