"""Publishing a round: the release is frozen together with its finished files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from survey import collecting, db
from survey.bureau import release_files
from survey.bureau.schools_told import schools_told
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.day import today
from survey.notice.district import of_district
from survey.planning.assessments import Weighed, weigh_district, weighed_district
from survey.planning.basis import basis_of
from survey.release import freeze, making
from survey.release.files import File
from survey.release.published import Release
from survey.release.store import FrozenRelease
from survey.school.notice_facts import facts_of
from survey.staff.district import District, ListedSchool, district_of
from survey.staff.store import Bureau
from survey.workbook import SchoolRow, Summary


class NotMixed(ValueError):
    """Ballots are still waiting to be mixed."""


@collecting.seldom()
def publish_campaign(
    campaign: Campaign, language: str, chosen_remarks: Collection[str] = (), day: date | None = None
) -> FrozenRelease:
    """Freeze the campaign's release and files, with the remarks that were chosen by id. Commits.

    It is all worked out first, which takes a province a minute or two, and others write meanwhile; then it is kept at
    one go. What was not committed before is dropped.
    `day` is when it is said to be published: today, but for a demo's rounds of the past.

    Raises NotMixed while ballots wait, WrongState unless the campaign is closed, rounds.CannotBeRead,
    freeze.NothingToTell, freeze.TooLittleNew and NotSafe.
    """
    if not rounds.is_mixed(campaign):
        raise NotMixed(campaign.id)
    desk = db.begin_reading("desk")
    if not rounds.may(campaign, "publish"):
        raise rounds.WrongState(f"publish: {campaign.state}")
    bureau = desk.get_one(Bureau, campaign.bureau_id)
    told = _round(campaign, bureau)
    db.let_go("ballots")

    def make_files(release: Release) -> Collection[File]:
        return release_files.made(summary_of(bureau, release), language)

    frozen = _keep(campaign, freeze.make_ready(told, day or today(), make_files, chosen_remarks))
    # The plans are weighed with the new release's families: every other process reads what this one made.
    db.begin_reading("desk")
    weighed_district(bureau)
    db.let_go("desk")
    return frozen


def _round(campaign: Campaign, bureau: Bureau) -> making.Round:
    asked = tuple(
        making.Asked(group.school_id, group.school_name, group.questionnaire, group.grade, group.enrolled)
        for group in rounds.groups_of(campaign)
    )
    questionnaires = rounds.questionnaires_of(campaign)
    return making.Round(
        campaign.id, campaign.title, bureau.name, campaign.entry, bureau.synthetic, asked, questionnaires
    )


def _keep(campaign: Campaign, ready: freeze.Ready) -> FrozenRelease:
    desk = db.begin_writing("desk")
    rounds.advance(campaign, "publish")
    try:
        frozen = freeze.publish(ready)
    except freeze.Overtaken:
        raise rounds.WrongState("publish: published meanwhile") from None
    desk.commit()
    return frozen


def summary_of(bureau: Bureau, release: Release) -> Summary:
    """A release beside the plans in force, as the workbooks are made of them."""
    weighed, district = weigh_district(bureau, release), district_of(bureau)
    schools = schools_told(district.schools, release)
    basis, notice = basis_of(bureau), of_district(facts_of(schools, weighed), release)
    db.let_go("assistance")
    return Summary(
        bureau_name=bureau.name,
        place=bureau.place,
        made_on=release.published_on,
        synthetic=bureau.synthetic,
        release=release,
        schools=tuple(_row(school, weighed.get(school.id), district) for school in schools),
        notice=notice,
        norms=basis.norms,
        families=basis.families.way,
        families_sources=basis.families.sources,
    )


def _row(school: ListedSchool, weighed: Weighed | None, district: District) -> SchoolRow:
    return SchoolRow(
        id=school.id,
        name=school.label,
        setting=school.setting,
        pupils=school.pupils,
        plan=weighed.plan if weighed else None,
        assessment=weighed.assessment if weighed else None,
        closed_on=school.closed_on,
        merged_into=district.by_id[school.merged_into_id].label if school.merged_into_id else None,
    )
