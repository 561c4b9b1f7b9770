"""What `assess()` answers: values only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from datetime import date as Date  # noqa: N812 (so that a field may be named date)
from typing import TypeAlias

# A count of whole minutes or pages is an int, and stays one where an assessment is written down and read.
Number: TypeAlias = int | float


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: the document behind a figure, and how well its line was read.

    A title in square brackets is a description of ours: the document's own title was not seen. A house rule has no
    document; its title says what it is, and its confidence is "house". What families report is "reported".
    """

    issuer: str
    title: str
    date: Date | None  # None: undated, or a house rule
    url: str
    confidence: str  # verified | secondary | weak | house | reported
    checked_on: Date | None = None  # the day somebody last read it
    chinese_issuer: str = ""
    chinese_title: str = ""

    def named(self, language: str) -> str:
        """Issuer and title, in Chinese where it is asked for and known."""
        issuer = self.chinese_issuer if language == "zh" and self.chinese_issuer else self.issuer
        title = self.chinese_title if language == "zh" and self.chinese_title else self.title
        mark = "：" if language == "zh" else ": "
        return f"{issuer}{mark}{title}" if issuer else title


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity of a grade in natural units, beside the norm that limits it."""

    name: str
    value: Number
    unit: str
    limit: Number | None = None  # None: nobody limits it at this place and date
    dose: Number | None = None  # value ÷ limit; 1 is exactly at the limit
    norm: str | None = None  # id of the statement that limits it
    house_rule: bool = False
    days: tuple[str, ...] = ()  # the worst weekdays, where the norm is daily
    activities: tuple[int, ...] = ()  # places in Plan.activities of what makes the value

    @property
    def day(self) -> str | None:
        """The first of the worst weekdays, for programs that read one."""
        return self.days[0] if self.days else None


@dataclass(frozen=True, slots=True)
class Flag:
    """A norm broken, with its source and what breaks it."""

    norm: str
    measure: str
    value: Number
    limit: Number
    unit: str
    source: Source
    house_rule: bool
    clause: str | None  # of the Ministry's notice, N1…N14
    days: tuple[str, ...]
    activities: tuple[int, ...]

    @property
    def dose(self) -> float:
        """How many times the limit; infinite where none is allowed."""
        return self.value / self.limit if self.limit else math.inf


@dataclass(frozen=True, slots=True)
class GradeBurden:
    """The burden of one grade. Score 0–100, 50 exactly at the tightest limit."""

    grade: int
    pupils: int
    score: Number
    dose: Number
    low: Number  # range of the score from uncertain inputs
    high: Number
    measures: Mapping[str, Measure]
    parts: Mapping[str, Number]  # dimension → points; they add up to the score
    flags: tuple[Flag, ...]
    norms_broken: int
    norms_checked: int
    # Measure → its value with each of the families as they might be, of those that depend on them.
    drawn: Mapping[str, tuple[Number, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchoolBurden:
    """The worst grade's burden, by name, and how many pupils are over a limit."""

    score: Number
    dose: Number
    grade: int
    norms_broken: int
    norms_checked: int
    pupils: int
    share_over: Number  # of pupils, in grades with a score above 50


@dataclass(frozen=True, slots=True)
class Assessment:
    """A plan held against the norms of its place on one day."""

    place: str
    date: date
    families: str  # name of the families assumed
    school: SchoolBurden
    grades: Mapping[int, GradeBurden]

    @property
    def heaviest(self) -> GradeBurden:
        """The grade whose burden is the school's."""
        return self.grades[self.school.grade]
