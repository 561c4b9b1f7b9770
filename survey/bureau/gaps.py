"""Town and countryside side by side: what families report, of the schools that are shown, and what plans ask.

A release has no table that crosses one answer with another, so that nothing is said here of families with and without
a device. Sums are of shown schools alone (release.sums).
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from estimator.assess import MEASURES
from survey.charts.comparison import FEWEST_OTHERS, middle_half
from survey.planning.assessments import Weighed, WeighedDistrict
from survey.planning.likeness import SCORE, heaviest_doses
from survey.release import freeze
from survey.release.findings import LESS, MORE, NOT_CLEAR, TOLD_OTHERWISE, difference
from survey.release.published import Release
from survey.release.sums import OfSchools
from survey.results.quantities import Quantity, asked_in, share_together
from survey.staff.district import District, ListedSchool

SETTINGS = ("urban", "rural")


@dataclass(frozen=True, slots=True)
class Gap:
    """One quantity in town schools and in country schools, each None where none is shown."""

    quantity: Quantity
    urban: OfSchools | None
    rural: OfSchools | None
    word: str  # of findings: whether it is more in town, less, not clear, or why that cannot be told

    @property
    def is_clear(self) -> bool:
        """Whether they clearly differ."""
        return self.word in (MORE, LESS)

    @property
    def is_compared(self) -> bool:
        """Whether it can be told if they differ."""
        return self.is_clear or self.word == NOT_CLEAR


@dataclass(frozen=True, slots=True)
class Middle:
    """A measure over the plans of several schools: how many, the median, and where half of them lie."""

    schools: int
    median: float
    half: tuple[float, float] | None  # P25 and P75; None of fewer than FEWEST schools


Sides = tuple[Middle | None, Middle | None]  # in town and in the countryside


FEWEST = FEWEST_OTHERS  # of fewer schools quarters say nothing


@lru_cache(maxsize=8)
def gaps_of(release_id: str, district: District) -> Sequence[Gap]:
    """Every quantity that the round of a release asked for; neither changes, so it is worked out once."""
    return gaps(freeze.of_district(release_id), district.schools)


def gaps(release: Release, schools: Collection[ListedSchool]) -> list[Gap]:
    """Every quantity that the round asked for, those that clearly differ first."""
    of_setting = {setting: [s.id for s in schools if s.setting == setting] for setting in SETTINGS}
    found = [_gap(release, quantity, of_setting) for quantity in asked_in(release)]
    return sorted(found, key=lambda gap: not gap.is_clear)


@lru_cache(maxsize=8)
def plans_by_setting(found: WeighedDistrict) -> Mapping[str, Sides]:
    """The score, and each limited measure as a multiple of its limit: in town and in the countryside."""
    weighed = found.plans
    planned = [school for school in found.district.schools if school.id in weighed]
    values = {of: [_values(weighed[school.id]) for school in planned if school.setting == of] for of in SETTINGS}
    sides = {}
    for name in (SCORE, *MEASURES):
        town, country = (_middle([of[name] for of in values[setting] if name in of]) for setting in SETTINGS)
        if town or country:
            sides[name] = (town, country)
    return sides


def parted(plans: Mapping[str, Sides]) -> list[str] | None:
    """The measures in which the middle halves do not overlap; None where none has both halves."""
    halves = {name: (town.half, country.half) for name, (town, country) in plans.items() if town and country}
    both = {name: (one, other) for name, (one, other) in halves.items() if one and other}
    if not both:
        return None
    return [name for name, (one, other) in both.items() if one[0] > other[1] or other[0] > one[1]]


def _gap(release: Release, quantity: Quantity, of_setting: Mapping[str, list[str]]) -> Gap:
    urban, rural = (share_together(release, quantity, of_setting[setting]) for setting in SETTINGS)
    # Bounds of some schools widen the range of the sum, and so need not be told alike in both.
    word = difference(urban, rural, told_alike=False) if urban and rural else TOLD_OTHERWISE
    return Gap(quantity, urban, rural, word)


def _values(weighed: Weighed) -> dict[str, float]:
    return {SCORE: weighed.assessment.school.score, **heaviest_doses(weighed)}


def _middle(values: list[float]) -> Middle | None:
    return Middle(len(values), statistics.median(values), middle_half(values)) if values else None
