"""Families whom a required lesson does not reach at all: no device that suffices, or no connection."""

from __future__ import annotations

from itertools import product

from estimator.grade_week import GradeWeek, Reading
from estimator.plan import DEVICES

NEED_CONNECTION = ("live", "recorded")


def families_out_of_reach(week: GradeWeek) -> Reading:
    """Share of families that cannot receive some required lesson [share].

    Devices and connection are taken as independent. A lesson on television needs a set and no connection.
    """
    lessons = [(i, a) for i, a in week.activities if a.required and a.on_screen]
    ways = {(a.devices, a.kind in NEED_CONNECTION) for _, a in lessons}
    families = week.families
    out = 0.0
    for has in product((False, True), repeat=len(DEVICES) + 1):
        owned = {device for device, here in zip(DEVICES, has, strict=False) if here}
        connected = has[-1]
        if any(not owned & set(devices) or (online and not connected) for devices, online in ways):
            chance = 1 - families.no_connection if connected else families.no_connection
            for device, here in zip(DEVICES, has, strict=False):
                none = families.counts[device][0]
                chance *= 1 - none if here else none
            out += chance
    return Reading(out, None, tuple(i for i, _ in lessons) if out else ())
