"""A district at a glance: what a clerk must know in one minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from estimator.assess import MEASURES
from estimator.family_counts import FamilyCount
from survey.campaign import rounds, watch
from survey.campaign.store import Campaign
from survey.planning.assessments import Weighed
from survey.planning.families_hit import families_hit
from survey.release.published import Release, Response
from survey.results.enough import enough
from survey.staff.store import School

MOST_MEASURES = 3
FAMILIES = ("families_short_of_device", "families_out_of_reach")


@dataclass(frozen=True, slots=True)
class Plans:
    """What the plans ask, over the whole district."""

    over: tuple[School, ...]  # schools that break a norm
    most: tuple[tuple[str, int], ...]  # measure, and how many schools break a norm of it; the most frequent first
    families: Mapping[str, FamilyCount]  # measure of families → how many


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody at the bureau."""

    without_plan: tuple[School, ...]
    behind: tuple[tuple[Campaign, int], ...]  # open rounds, and how many of their groups are behind
    drafts: tuple[Campaign, ...]
    to_publish: tuple[Campaign, ...]
    closed_again: tuple[Campaign, ...]  # published before: what came late is to be published, or left

    def __bool__(self) -> bool:
        return any((self.without_plan, self.behind, self.drafts, self.to_publish, self.closed_again))


def plans(schools: Collection[School], weighed: Mapping[str, Weighed]) -> Plans:
    """What stands in the plans."""
    over = {school.id: _measures_over(weighed[school.id]) for school in schools if school.id in weighed}
    in_all = Counter(measure for measures in over.values() for measure in measures)
    counted = {measure: in_all[measure] for measure in MEASURES if in_all[measure]}
    return Plans(
        over=tuple(school for school in schools if over.get(school.id)),
        most=tuple(sorted(counted.items(), key=lambda found: -found[1])[:MOST_MEASURES]),
        families={measure: families_hit(weighed.values(), measure) for measure in FAMILIES},
    )


def participation(release: Release) -> list[Response]:
    """Each questionnaire's people in the whole district: asked, and answered."""
    return [response for response in release.responses if response.audience.is_district]


def too_few(responses: Collection[Response]) -> list[Response]:
    """Those of whom fewer answered than results that speak for all would need; hidden ones are among them."""
    return [
        r for r in responses if (r.answered or 0) < enough().least_share[r.audience.questionnaire] * (r.invited or 0)
    ]


def waiting(schools: Collection[School], weighed: Mapping[str, Weighed], campaigns: Sequence[Campaign]) -> Waiting:
    """What is to be done. Commits: rounds whose last day is over are closed, answers are counted once a day."""
    for campaign in campaigns:
        rounds.close_if_over(campaign)
    of_open = [(campaign, len(watch.behind(campaign))) for campaign in campaigns if campaign.state == "open"]
    closed = [campaign for campaign in campaigns if campaign.state == "closed"]
    return Waiting(
        without_plan=tuple(school for school in schools if school.id not in weighed),
        behind=tuple((campaign, number) for campaign, number in of_open if number),
        drafts=tuple(campaign for campaign in campaigns if campaign.state == "draft"),
        to_publish=tuple(campaign for campaign in closed if not campaign.was_published),
        closed_again=tuple(campaign for campaign in closed if campaign.was_published),
    )


def _measures_over(weighed: Weighed) -> set[str]:
    return {flag.measure for grade in weighed.assessment.grades.values() for flag in grade.flags}
