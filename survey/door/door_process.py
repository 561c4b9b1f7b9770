"""The doorman's process: begun before the pages' first thread, begun anew where it dies, ended with the pages.

Between the pages and the doorman stands a process that does nothing but wait for his end: it may fork again, which the
pages' own, with their threads, may not.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

from flask import Flask

from survey.door.doorman import MOST_AT_ONCE, Board, Doorman

FILES_OF_ITS_OWN = 100  # more than the doorman has open but for connections
ANEW_AFTER_SECONDS = 1  # a house rule, lest one that always dies takes the machine
PR_SET_PDEATHSIG = 1


def stand(app: Flask, door: socket.socket, inside: tuple[str, int]) -> Board | None:
    """Start the doorman; he ends with this process. The board that both see.

    None where there is no `fork`, as on Windows: there whoever comes waits in the system's own queue.
    """
    if not hasattr(os, "fork"):
        return None
    board = app.extensions["board"] = Board()
    for engine in app.extensions["stores"].values():
        engine.dispose()
    parent, alive = os.getpid(), os.pipe()
    if os.fork():
        os.close(alive[0])  # the other end stays open as long as this process lives
        return board
    try:
        os.close(alive[1])
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
        _end_with(parent)
        _keep(app, lambda: Doorman(app.extensions["sent_away"], board, inside, _places()).work(door, alive[0]))
    finally:
        os._exit(0)


def _keep(app: Flask, work: Callable[[], None]) -> None:
    """Until one ends because the pages have ended."""
    while True:
        try:
            status = _one(app, work)
        except OSError as error:  # no room for one process more
            app.logger.error("There is no doorman: %s", error.strerror)
        else:
            if status == 0:
                return
            app.logger.error("The doorman ended (%d); another takes the place.", status)
        time.sleep(ANEW_AFTER_SECONDS)


def _one(app: Flask, work: Callable[[], None]) -> int:
    """A doorman's whole life, and how it ended. Raises OSError where none can begin."""
    keeper = os.getpid()
    child = os.fork()
    if not child:
        _end_with(keeper)
        os._exit(_status(app, work))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _status(app: Flask, work: Callable[[], None]) -> int:
    try:
        work()
    except Exception:
        app.log_exception(sys.exc_info())
        return 1
    return 0


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)


def _places() -> int:
    """How many connections may be held: fewer than MOST_AT_ONCE where the system lets a process open fewer files."""
    import resource  # where there is fork there is this too

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_AT_ONCE + FILES_OF_ITS_OWN
    files = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return files - FILES_OF_ITS_OWN
