"""Schools that stand out: of each quantity, those that lie where chance alone would hardly put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from survey.release import freeze
from survey.release.findings import SLIPS, Share
from survey.release.funnel import (
    CLEARLY,
    CLEARLY_LESS,
    CLEARLY_MORE,
    PERHAPS,
    PERHAPS_LESS,
    PERHAPS_MORE,
    PLACES,
    WITHIN,
    Funnel,
)
from survey.release.published import Release, Text
from survey.results.quantities import Quantity, asked_in, heavy_answers, share_of, shares_of
from survey.staff.district import District
from survey.words.name_order import name_order

Limits = tuple[float, float]
# Where only some can be shown, whoever stands out comes first; which way tells nothing of who is better.
APART_FIRST = {CLEARLY_MORE: 0, CLEARLY_LESS: 1, PERHAPS_MORE: 2, PERHAPS_LESS: 3, WITHIN: 4}


@dataclass(frozen=True, slots=True)
class Standing:
    """A school among those of its district, in one quantity."""

    school_id: str
    school_name: str
    share: Share
    place: str  # of release.funnel.PLACES
    perhaps: Limits  # within which 95 % of chance lies, for as many people
    clearly: Limits  # 99.8 %
    stays: bool  # whether it is apart even where so much difference between schools is usual


@dataclass(frozen=True, slots=True, eq=False)
class StandOut:
    """One quantity: the district's share, and where its schools lie around it. Its chart is kept by the object."""

    quantity: Quantity
    question: Text
    answers: tuple[Text, ...]
    district: Share | None  # None: it is not told exactly, so that there is nothing to hold schools against
    schools: tuple[Standing, ...]
    hidden: int  # schools that were asked and are not told
    spread: float | None  # how many times as much as chance would they differ; None where they do not differ clearly

    places: Mapping[str, tuple[Standing, ...]]  # of release.funnel.PLACES

    def at(self, place: str) -> tuple[Standing, ...]:
        """The schools that lie there."""
        return self.places.get(place, ())

    @property
    def apart(self) -> tuple[Standing, ...]:
        """Those that lie beyond both limits."""
        return self.at(CLEARLY_MORE) + self.at(CLEARLY_LESS)

    @property
    def perhaps_apart(self) -> tuple[Standing, ...]:
        """Those that lie between the limits."""
        return self.at(PERHAPS_MORE) + self.at(PERHAPS_LESS)


@lru_cache(maxsize=4)
def stand_outs_of(release_id: str, district: District) -> Sequence[StandOut]:
    """Every quantity that the round of a release asked for; neither changes, so it is worked out once."""
    return stand_outs(freeze.of_district(release_id), {school.id: school.label for school in district.schools})


def stand_outs(release: Release, names: Mapping[str, str]) -> list[StandOut]:
    """Every quantity that the round asked for; `names` has the schools by id."""
    return [_stand_out(release, quantity, names) for quantity in asked_in(release)]


def may_repeat(release: Release) -> bool:
    """Whether the same person may have answered twice, so that limits of chance are too narrow."""
    return release.entry != SLIPS


def _stand_out(release: Release, quantity: Quantity, names: Mapping[str, str]) -> StandOut:
    question, answers = heavy_answers(release, quantity)
    asked = shares_of(release, quantity, names)
    told = {school: share for school, share in asked.items() if share}
    district = share_of(release, quantity, None)
    if district is None or not district.is_exact:
        return StandOut(quantity, question, answers, None, (), len(asked) - len(told), None, {})
    funnel = Funnel(district.share)
    spread = funnel.spread(told.values()) if funnel.is_overdispersed(told.values()) else None
    schools = [_standing(school, names[school], share, funnel, spread) for school, share in told.items()]
    schools.sort(key=lambda standing: (name_order(standing.school_name), standing.school_id))
    places = {place: tuple(each for each in schools if each.place == place) for place in PLACES}
    return StandOut(quantity, question, answers, district, tuple(schools), len(asked) - len(told), spread, places)


def _standing(school: str, name: str, share: Share, funnel: Funnel, spread: float | None) -> Standing:
    perhaps, clearly = (funnel.limits(share.of_least, within) for within in (PERHAPS, CLEARLY))
    stays = funnel.is_beyond_spread(share, spread or 1.0)
    return Standing(school, name, share, funnel.place(share), perhaps, clearly, stays)
