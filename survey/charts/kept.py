"""Finished charts are kept: the same values make the same chart, and drawing one takes some 20 ms."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from survey.charts.drawing import Chart

KEPT = 1024  # of each kind; a chart is some 10 kB
Draw = TypeVar("Draw", bound=Callable[..., Chart])


def drawn_once(draw: Draw) -> Draw:
    """The same drawing, of which the last charts are kept. What it is given must not change, but may stand in lists."""
    kept = lru_cache(maxsize=KEPT)(draw)

    @wraps(draw)
    def found(*given: Any, **named: Any) -> Chart:
        return kept(*map(_still, given), **{name: _still(value) for name, value in named.items()})

    return found  # type: ignore[return-value]


def _still(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
