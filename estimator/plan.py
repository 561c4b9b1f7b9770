"""A school's week of distance learning: what it asks of each grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

KINDS = ("tv", "recorded", "live", "offline")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEVICES = ("tv", "computer", "tablet", "phone")
UPLOADS = ("none", "photo", "video")
SOURCES = ("national", "local", "school")
AREAS = ("curriculum", "life")
MINUTES_A_DAY = 24 * 60
GRADES = range(1, 13)

DEVICES_BY_KIND: Mapping[str, tuple[str, ...]] = {
    "tv": ("tv",),
    "recorded": ("computer", "tablet", "phone"),
    "live": ("computer", "tablet", "phone"),
    "offline": (),
}
TIMED_KINDS = ("tv", "live")
SCREEN_KINDS = ("tv", "recorded", "live")


def N_(text: str) -> str:  # noqa: N802 (the name gettext's tools look for)
    """The sentence itself; marks it for the translation catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Activity:
    """One lesson or task as it stands in the timetable; repeated on each of `days`."""

    grade: int
    subject: str
    kind: str
    days: tuple[str, ...]
    minutes: int
    start_minute: int | None = None  # minutes after midnight
    devices: tuple[str, ...] = ()  # any one suffices
    required: bool = True
    kbps: float | None = None  # None: the norms' bitrate of this kind
    pages: int = 0  # printed at home, each time
    colour: bool = False
    homework_minutes: int = 0
    adult_minutes: int = 0
    check_in: bool = False
    upload: str = "none"
    upload_mb: float = 0.0
    buy: float = 0.0  # in the plan's currency, once
    source: str = "school"
    area: str = "curriculum"

    @property
    def on_screen(self) -> bool:
        """Whether a screen is looked at."""
        return self.kind in SCREEN_KINDS


@dataclass(frozen=True, slots=True)
class Slot:
    """When a lesson takes place."""

    days: tuple[str, ...]
    start_minute: int  # after midnight
    minutes: int

    def days_shared(self, other: Slot) -> tuple[str, ...]:
        """The days on which both are under way at one moment."""
        meet = self.start_minute < other.start_minute + other.minutes
        meet &= other.start_minute < self.start_minute + self.minutes
        return tuple(day for day in self.days if meet and day in other.days)


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade's pupils and teachers."""

    grade: int
    pupils: int
    teachers: int
    teachers_on_camera: int = 0  # who must stream or record


@dataclass(frozen=True, slots=True)
class Plan:
    """What a school asks in one week of each of its grades."""

    school: str
    place: str  # as `places` keeps it
    week_of: date
    currency: str
    grades: tuple[Grade, ...]
    activities: tuple[Activity, ...]
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        # By plans assessments are remembered; a hundred lessons are not hashed anew each time one is looked up.
        if not self._hash:
            told = (self.school, self.place, self.week_of, self.currency, self.grades, self.activities)
            object.__setattr__(self, "_hash", hash(told))
        return self._hash

    def of_grade(self, grade: int) -> tuple[tuple[int, Activity], ...]:
        """The activities of one grade, each with its place in `activities`."""
        return _by_grade(self).get(grade, ())


@lru_cache(maxsize=16)  # whoever asks for one grade asks for each
def _by_grade(plan: Plan) -> Mapping[int, tuple[tuple[int, Activity], ...]]:
    found: dict[int, list[tuple[int, Activity]]] = {}
    for index, activity in enumerate(plan.activities):
        found.setdefault(activity.grade, []).append((index, activity))
    return {grade: tuple(listed) for grade, listed in found.items()}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a file: where it stands, what was found there, what would do.

    `message` and `remedy` are English sentences with %(name)s fields, filled from `values`; they are the keys
    under which the pages find their translation.
    """

    where: str  # "activities!F7", "grade 2: pupils", "norms/screen.toml: [screen_minutes]"
    found: str
    message: str
    remedy: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        said = f"{self.message} {self.remedy}" % dict(self.values)
        return f"{self.where}: {said}" + (f" (found: {self.found})" if self.found else "")


class Problems(ValueError):
    """Something that was read and cannot be used; it carries every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class PlanProblems(Problems):
    """A plan that cannot be used."""
