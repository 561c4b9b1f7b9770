"""When Python looks for objects that only hold one another."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 1 << 30
# Objects made before the youngest are looked through; turns of that before the others are.
SELDOM = (50_000, NEVER, NEVER)
_lock = threading.Lock()
_lasting: list[object] = []  # what this process does meanwhile
_usual: list[tuple[int, int, int]] = []  # how it was before the first of these began


@contextmanager
def seldom() -> Iterator[None]:
    """While this lasts, in whatever thread, objects are looked through once, and seldom.

    For work that makes millions of values that all live until its end: each look goes through them and frees none, and
    takes a province's release an eighth of its time. The setting is the whole process's: what others leave behind
    meanwhile waits as well.
    """
    this = object()
    with _lock:
        if not _lasting:
            _usual.append(gc.get_threshold())
        _lasting.append(this)
        gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            _lasting.remove(this)
            if not _lasting:
                gc.set_threshold(*_usual.pop())
