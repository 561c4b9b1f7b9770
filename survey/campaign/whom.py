"""Whom a round asks: which roles of which schools, and the groups that this makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.ballot.groups import SMALLEST_COUNT
from survey.ballot.store import Group
from survey.campaign.store import ROLES, Campaign
from survey.questionnaire import questionnaire_for
from survey.staff.store import Bureau, School

ALL, URBAN, RURAL, SOME = "all", "urban", "rural", "some"


@dataclass(frozen=True, slots=True)
class Whom:
    """The roles asked, and of which schools: all, those of one setting, or some by their ids."""

    roles: Sequence[str] = ROLES
    schools: str = ALL
    school_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AskedWith:
    """Everybody who would be asked with one questionnaire."""

    questionnaire: str
    groups: tuple[Group, ...]

    @property
    def schools(self) -> int:
        """In how many schools."""
        return len({group.school_id for group in self.groups})

    @property
    def people(self) -> int:
        """How many people."""
        return sum(group.enrolled for group in self.groups)

    @property
    def small(self) -> tuple[Group, ...]:
        """Groups of so few people that nothing of theirs can ever be shown by itself."""
        return tuple(group for group in self.groups if group.enrolled < SMALLEST_COUNT)


EVERYBODY = Whom()


def schools_asked(campaign: Campaign, bureau: Bureau) -> list[School]:
    """The schools of a draft as they are now; one that is closed is not asked."""
    return [
        school
        for school in bureau.schools_open
        if campaign.schools in (ALL, school.setting) or (campaign.schools == SOME and school.id in campaign.school_ids)
    ]


def groups_to_ask(campaign: Campaign, bureau: Bureau) -> list[Group]:
    """The groups of a draft, as opening would make them: parents and pupils by grade, teachers together."""
    return [group for school in schools_asked(campaign, bureau) for group in _groups(campaign, bureau, school)]


def by_questionnaire(groups: Sequence[Group]) -> list[AskedWith]:
    """The same by questionnaire."""
    names = sorted({group.questionnaire for group in groups})
    return [AskedWith(name, tuple(group for group in groups if group.questionnaire == name)) for name in names]


def _groups(campaign: Campaign, bureau: Bureau, school: School) -> list[Group]:
    """One parent answers for each pupil."""
    asked: list[tuple[str, int | None, int]] = [("teacher", None, school.teachers)]
    asked += [(role, row.grade, row.pupils) for row in school.enrolment for role in ("parent", "pupil")]
    made = []
    for role, grade, enrolled in asked:
        questionnaire = questionnaire_for(role, grade)
        if role in campaign.roles and questionnaire and enrolled:
            made.append(
                Group(
                    campaign_id=campaign.id,
                    campaign_title=campaign.title,
                    bureau_name=bureau.name,
                    school_id=school.id,
                    school_name=school.label,
                    questionnaire=questionnaire.name,
                    asks=questionnaire.fingerprint,
                    grade=grade,
                    entry=campaign.entry,
                    enrolled=enrolled,
                    opens_on=campaign.opens_on or campaign.opened_on,
                    closes_on=campaign.closes_on,
                    synthetic=bureau.synthetic,
                )
            )
    return made
