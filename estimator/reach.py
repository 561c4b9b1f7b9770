"""Families whom a required lesson does not reach at all: no device that suffices, or no connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading, share_of_families
from estimator.plan import DEVICES, Activity

NEED_CONNECTION = ("live", "recorded")


@dataclass(frozen=True, slots=True)
class Way:
    """What receiving a lesson takes: one of these devices, and perhaps a connection."""

    devices: tuple[str, ...]
    online: bool


def way_of(a: Activity) -> Way:
    """What receiving this lesson takes. A lesson on television needs a set and no connection."""
    return Way(a.devices, a.kind in NEED_CONNECTION)


def families_out_of_reach(week: GradeWeek) -> Reading:
    """Share of families that cannot receive some required lesson [share]."""
    return share_of_families(float(out_of_reach(week)(week.families)), week, to_receive)


def to_receive(week: GradeWeek) -> tuple[int, ...]:
    """The activities that it may hang on."""
    return tuple(i for i, _ in _lessons(week))


def out_of_reach(week: GradeWeek) -> Callable[[Families], Any]:
    """The same share of whichever families; what the plan needs of them is read once."""
    ways = frozenset(way_of(a) for _, a in _lessons(week))
    return lambda families: share_out_of_reach(ways, families)


def _lessons(week: GradeWeek) -> list[tuple[int, Activity]]:
    return [(i, a) for i, a in week.activities if a.required and a.on_screen]


def share_out_of_reach(ways: Iterable[Way], families: Families) -> Any:
    """Share of families to whom some of these ways is closed; devices and connection are taken as independent."""
    return _share_out_of_reach(frozenset(ways), families)


@lru_cache(maxsize=64)  # a school's grades are often reached in the same ways
def _share_out_of_reach(ways: frozenset[Way], families: Families) -> Any:
    lacks = [*(families.counts[device][0] for device in DEVICES), families.no_connection]
    without = np.array(lacks).T[..., None, :]
    return np.where(_closed_states(ways), 1 - without, without).prod(axis=-1).sum(axis=-1)


@lru_cache(maxsize=1024)
def _closed_states(ways: frozenset[Way]) -> NDArray[np.bool_]:
    """Of what a family may have, each device and at last a connection: all to which some of these ways is closed."""
    states = product((False, True), repeat=len(DEVICES) + 1)
    return np.array([has for has in states if _is_closed(has, ways)], dtype=bool).reshape(-1, len(DEVICES) + 1)


def _is_closed(has: tuple[bool, ...], ways: Iterable[Way]) -> bool:
    owned = {device for device, here in zip(DEVICES, has, strict=False) if here}
    return any(not owned & set(way.devices) or (way.online and not has[-1]) for way in ways)
