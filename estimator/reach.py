"""Families whom a required lesson does not reach at all: no device that suffices, or no connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading
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
    lessons = [(i, a) for i, a in week.activities if a.required and a.on_screen]
    out = share_out_of_reach({way_of(a) for _, a in lessons}, week.families)
    return Reading(out, (), tuple(i for i, _ in lessons) if out else ())


def share_out_of_reach(ways: Iterable[Way], families: Families) -> float:
    """Share of families to whom some of these ways is closed; devices and connection are taken as independent."""
    needed, out = tuple(ways), 0.0
    for has in product((False, True), repeat=len(DEVICES) + 1):
        owned = {device for device, here in zip(DEVICES, has, strict=False) if here}
        connected = has[-1]
        if any(not owned & set(way.devices) or (way.online and not connected) for way in needed):
            chance = 1 - families.no_connection if connected else families.no_connection
            for device, here in zip(DEVICES, has, strict=False):
                none = families.counts[device][0]
                chance *= 1 - none if here else none
            out += chance
    return out
