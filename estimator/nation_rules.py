"""What `nation` looks up once, by grade: the limits, the shares of screens' limits, the reach of families' ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from estimator.assess import MEASURES
from estimator.grade_week import GradeWeek
from estimator.nation_devices import Remembered
from estimator.plan import DEVICES, GRADES, SCREEN_KINDS, Activity, Grade
from estimator.reach import Way, share_out_of_reach
from estimator.screen_time import share_of_screen_limit

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Doses:
    """burden.dose() of one measure, by grade number (0 is none): measure · each, and banned where it is above 0."""

    said: Numbers  # 1 where somebody limits it
    each: Numbers  # dose of one unit
    banned: Numbers  # 1 where it must not be at all

    @property
    def bans(self) -> bool:
        """Whether it is forbidden in any grade."""
        return bool(self.banned.any())


@dataclass
class Rules:
    """The limits by measure and grade, and the figures, looked up once."""

    week: GradeWeek

    @cached_property
    def doses(self) -> Mapping[str, Doses]:
        """The measures that somebody limits, each with what its dose is made of."""
        found = {name: self._doses_of(name) for name in MEASURES}
        return {name: doses for name, doses in found.items() if doses.said.any()}

    def _doses_of(self, name: str) -> Doses:
        doses = Doses(*(np.zeros(GRADES[-1] + 1) for _ in range(3)))
        for grade in GRADES:
            said = self.week.norms.ruling(name, self.week.place, grade, self.week.day).applies
            if said is not None:
                doses.said[grade] = 1
                doses.banned[grade] = said.value == 0
                doses.each[grade] = 1 / (said.value or self.week.norms.measures[name].zero_step)
        return doses

    @cached_property
    def norms_checked(self) -> NDArray[np.int16]:
        """How many limits apply, by grade number (0 is none)."""
        return np.asarray(sum(doses.said for doses in self.doses.values()), dtype=np.int16)

    @cached_property
    def screen_shares(self) -> Numbers:
        """Grade × set of devices (as bits) → what a minute takes of the least limited screen's limit; 0 without one."""
        shares = np.zeros((GRADES[-1] + 1, 1 << len(DEVICES)))
        for grade in GRADES:
            week = replace(self.week, grade=Grade(grade, 0, 0))
            limits = week.minutes_by_screen
            if not limits:
                continue
            for bits in range(1, 1 << len(DEVICES)):
                devices = tuple(device for n, device in enumerate(DEVICES) if bits >> n & 1)
                lesson = Activity(grade, "", SCREEN_KINDS[0], (), 1, devices=devices)
                shares[grade, bits] = share_of_screen_limit(lesson, limits)
        return shares

    @cached_property
    def out_of_reach(self) -> Remembered:
        """Set of ways → share of families. A way's bit is its devices, above them whether it needs a connection."""
        return Remembered(lambda bits: share_out_of_reach(_ways(bits), self.week.families))


def _ways(bits: int) -> list[Way]:
    """The ways that a set, as bits, holds."""
    every = (1 << len(DEVICES)) - 1
    return [
        Way(tuple(d for n, d in enumerate(DEVICES) if way >> n & 1), online=way > every)
        for way in range(2 * (every + 1))
        if bits >> way & 1
    ]
