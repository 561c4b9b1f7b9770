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
from survey.planning.assessments import weigh_district, weighed_district
from survey.planning.basis import basis_of
from survey.release import freeze, making
from survey.release.published import Release
from survey.release.store import FrozenRelease
from survey.school.notice_facts import facts_of
from survey.staff.district import district_of
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
    told = making.Round(
        campaign.id,
        campaign.title,
        bureau.name,
        campaign.entry,
        bureau.synthetic,
        _asked(campaign),
        rounds.questionnaires_of(campaign),
    )
    db.let_go("ballots")
    day = day or today()
    ready = freeze.make_ready(
        told, day, lambda release: release_files.made(summary_of(bureau, release), language), chosen_remarks
    )
    desk = db.begin_writing("desk")
    rounds.advance(campaign, "publish")
    try:
        frozen = freeze.publish(ready)
    except freeze.Overtaken:
        raise rounds.WrongState("publish: published meanwhile") from None
    desk.commit()
    # The plans are weighed with the new release's families: every other process reads what this one made.
    db.begin_reading("desk")
    weighed_district(bureau)
    db.let_go("desk")
    return frozen


def _asked(campaign: Campaign) -> tuple[making.Asked, ...]:
    return tuple(
        making.Asked(group.school_id, group.school_name, group.questionnaire, group.grade, group.enrolled)
        for group in rounds.groups_of(campaign)
    )


def summary_of(bureau: Bureau, release: Release) -> Summary:
    """A release beside the plans in force, as the workbooks are made of them."""
    weighed, district = weigh_district(bureau, release), district_of(bureau)
    schools = schools_told(district.schools, release)
    rows = tuple(
        SchoolRow(
            id=school.id,
            name=school.label,
            setting=school.setting,
            pupils=school.pupils,
            plan=weighed[school.id].plan if school.id in weighed else None,
            assessment=weighed[school.id].assessment if school.id in weighed else None,
            closed_on=school.closed_on,
            merged_into=district.by_id[school.merged_into_id].label if school.merged_into_id else None,
        )
        for school in schools
    )
    basis, notice = basis_of(bureau), of_district(facts_of(schools, weighed), release)
    db.let_go("assistance")
    return Summary(
        bureau_name=bureau.name,
        place=bureau.place,
        made_on=release.published_on,
        synthetic=bureau.synthetic,
        release=release,
        schools=rows,
        notice=notice,
        norms=basis.norms,
        families=basis.families.way,
        families_sources=basis.families.sources,
    )
