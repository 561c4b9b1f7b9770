"""Whom a round asks: which roles of which schools, and the groups that this makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from survey.ballot.groups import SMALLEST_COUNT, ListedGroup
from survey.ballot.store import Group
from survey.campaign.store import ROLES, Campaign
from survey.questionnaire import built_in, questionnaire_for
from survey.staff.district import District, ListedSchool, district_of, pupils_by_grade
from survey.staff.store import Bureau

ALL, URBAN, RURAL, SOME = "all", "urban", "rural", "some"


@dataclass(frozen=True, slots=True)
class Whom:
    """The roles asked, and of which schools: all, those of one setting, or some by their ids."""

    roles: Sequence[str] = ROLES
    schools: str = ALL
    school_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A group that would be asked: parents and pupils by grade, teachers together."""

    school_id: str
    school_name: str
    questionnaire: str
    grade: int | None
    enrolled: int


@dataclass(frozen=True, slots=True)
class AskedWith:
    """Everybody who would be asked with one questionnaire."""

    questionnaire: str
    groups: tuple[ToAsk, ...]

    @property
    def schools(self) -> int:
        """In how many schools."""
        return len({group.school_id for group in self.groups})

    @property
    def people(self) -> int:
        """How many people."""
        return sum(group.enrolled for group in self.groups)

    @property
    def small(self) -> tuple[ToAsk, ...]:
        """Groups of so few people that nothing of theirs can ever be shown by itself."""
        return tuple(group for group in self.groups if group.enrolled < SMALLEST_COUNT)


EVERYBODY = Whom()


def would_ask(campaign: Campaign, bureau: Bureau) -> Sequence[AskedWith]:
    """Whom a draft would ask if it were opened now, by questionnaire."""
    return _by_questionnaire(_said(campaign), district_of(bureau))


def are_enough(groups: Iterable[ToAsk | ListedGroup]) -> bool:
    """Whether any questionnaire asks so many people that something of them could be told."""
    people = Counter[str]()
    for group in groups:
        people[group.questionnaire] += group.enrolled
        if people[group.questionnaire] >= SMALLEST_COUNT:
            return True
    return False


def school_names(asked: Iterable[AskedWith]) -> Sequence[str]:
    """The name of each school that would be asked; of two that are called alike, both."""
    return tuple({group.school_id: group.school_name for each in asked for group in each.groups}.values())


def groups_to_ask(campaign: Campaign, bureau: Bureau) -> list[Group]:
    """The groups of a draft, as opening makes them."""
    return [
        Group(
            campaign_id=campaign.id,
            campaign_title=campaign.title,
            bureau_name=bureau.name,
            school_id=each.school_id,
            school_name=each.school_name,
            questionnaire=each.questionnaire,
            asks=built_in()[each.questionnaire].fingerprint,
            grade=each.grade,
            entry=campaign.entry,
            enrolled=each.enrolled,
            opens_on=campaign.opens_on or campaign.opened_on,
            closes_on=campaign.closes_on,
            synthetic=bureau.synthetic,
        )
        for each in _to_ask(_said(campaign), district_of(bureau))
    ]


def _said(campaign: Campaign) -> Whom:
    return Whom(tuple(campaign.roles), campaign.schools, tuple(campaign.school_ids))


@lru_cache(maxsize=8)
def _by_questionnaire(whom: Whom, district: District) -> Sequence[AskedWith]:
    found: dict[str, list[ToAsk]] = {}
    for each in _to_ask(whom, district):
        found.setdefault(each.questionnaire, []).append(each)
    return [AskedWith(name, tuple(found[name])) for name in sorted(found)]


def _to_ask(whom: Whom, district: District) -> Iterator[ToAsk]:
    """The schools are those of the district as they are now; one that is closed is not asked."""
    pupils = pupils_by_grade(district)
    ticked = {*whom.school_ids}
    for school in district.open:
        if whom.schools in (ALL, school.setting) or (whom.schools == SOME and school.id in ticked):
            yield from _of_school(whom, school, pupils.get(school.id, ()))


def _of_school(whom: Whom, school: ListedSchool, pupils: Sequence[tuple[int, int]]) -> Iterator[ToAsk]:
    """One parent answers for each pupil."""
    asked: list[tuple[str, int | None, int]] = [("teacher", None, school.teachers)]
    asked += [(role, grade, number) for grade, number in pupils for role in ("parent", "pupil")]
    for role, grade, enrolled in asked:
        questionnaire = questionnaire_for(role, grade)
        if role in whom.roles and questionnaire and enrolled:
            yield ToAsk(school.id, school.label, questionnaire.name, grade, enrolled)
