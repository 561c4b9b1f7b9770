"""A school among schools like it: what half of them ask, and whether it asks clearly more or less. Never a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from survey.charts.comparison import FEWEST_OTHERS, middle_half
from survey.planning.assessments import KEPT, Weighed, WeighedDistrict
from survey.staff.district import ListedSchool

# A school of half to double the pupils is of like size: a house rule.
LEAST_OF_SIZE, MOST_OF_SIZE = 0.5, 2.0
SAME_SIZE, SAME_SETTING, DISTRICT = "same_size", "same_setting", "district"
MORE, LESS, ALIKE = "more", "less", "alike"
SCORE = "score"


@dataclass(frozen=True, slots=True)
class Standing:
    """One quantity of a school beside the same of others: the score, or a measure as a multiple of its limit."""

    name: str  # SCORE or a measure
    own: float
    others: tuple[float, ...]

    @property
    def word(self) -> str | None:
        """Whether it is more, or less, than with three in four of the others; None with too few of them."""
        half = middle_half(self.others)
        if half is None:
            return None
        return MORE if self.own > half[1] else LESS if self.own < half[0] else ALIKE


@lru_cache(maxsize=64)
def standing(school: ListedSchool, weighed: WeighedDistrict) -> tuple[str, tuple[Standing, ...]]:
    """By what others are like a school, and where it stands among them; they have no names."""
    by, others = like(school, weighed)
    return by, standings(school, others, weighed.plans)


def like(school: ListedSchool, weighed: WeighedDistrict) -> tuple[str, list[ListedSchool]]:
    """By what the others are like it, and which they are: the closest likeness that leaves enough of them unnamed."""
    others = [other for other in weighed.district.open if other.id != school.id and other.id in weighed.plans]
    of_setting = [other for other in others if other.setting == school.setting]
    least, most = (school.pupils * factor for factor in (LEAST_OF_SIZE, MOST_OF_SIZE))
    of_size = [other for other in of_setting if least <= other.pupils <= most]
    for by, found in ((SAME_SIZE, of_size), (SAME_SETTING, of_setting)):
        if len(found) >= FEWEST_OTHERS:
            return by, found
    return DISTRICT, others


def standings(
    school: ListedSchool, others: Sequence[ListedSchool], weighed: Mapping[str, Weighed]
) -> tuple[Standing, ...]:
    """The score, and each limited measure of the heaviest grade in it, the furthest beyond its limit first."""
    own, theirs = weighed[school.id], [weighed[other.id] for other in others]
    score = tuple(each.assessment.school.score for each in theirs)
    found = [Standing(SCORE, own.assessment.school.score, score)]
    doses_of_others = [heaviest_doses(each) for each in theirs]
    for name, dose in sorted(heaviest_doses(own).items(), key=lambda dose: -dose[1]):
        of_others = tuple(doses[name] for doses in doses_of_others if name in doses)
        found.append(Standing(name, dose, of_others))
    return tuple(found)


@lru_cache(maxsize=KEPT)
def heaviest_doses(weighed: Weighed) -> Mapping[str, float]:
    """Measure → its largest multiple of the limit in any grade; none for what nobody limits, or what is banned."""
    found: dict[str, float] = {}
    for grade in weighed.assessment.grades.values():
        for name, measure in grade.measures.items():
            if measure.limit and measure.dose is not None:
                found[name] = max(found.get(name, 0.0), measure.dose)
    return found
