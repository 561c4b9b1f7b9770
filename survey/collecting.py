"""When Python looks for objects that only hold one another."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()
# Objects made before the youngest are looked through; turns of that before the middle-aged are; and before all are.
SELDOM = (20_000, USUAL[1], 1 << 30)


@contextmanager
def seldom() -> Iterator[None]:
    """While this lasts, young objects are looked through seldom, and the oldest never.

    For work that makes millions of values that all live until its end: each look goes through them and frees none, and
    takes a province's release an eighth of its time. The setting is the whole process's; where two do so at once, the
    first to end makes it usual again.
    """
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
