"""A district at a glance: what a clerk must know in one minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from estimator.assess import MEASURES
from estimator.family_counts import FamilyCount
from survey.bureau.onward import Onward, onward
from survey.campaign import rounds, watch
from survey.campaign.store import Campaign
from survey.planning.assessments import Weighed, WeighedDistrict
from survey.planning.families_hit import families_hit
from survey.release.published import Release, Response
from survey.results.enough import enough

MOST_MEASURES = 3
FAMILIES = ("families_short_of_device", "families_out_of_reach")


@dataclass(frozen=True, slots=True)
class Plans:
    """What the plans ask, over the whole district."""

    over: int  # schools that break a norm
    most: tuple[tuple[str, int], ...]  # measure, and how many schools break a norm of it; the most frequent first
    families: Mapping[str, FamilyCount]  # measure of families → how many


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody at the bureau."""

    without_plan: int  # schools
    behind: tuple[tuple[Campaign, int], ...]  # open rounds, and how many of their groups are behind
    drafts: tuple[Campaign, ...]
    to_publish: tuple[Campaign, ...]
    mixing: tuple[Campaign, ...]  # closed, and their last answers are still being mixed
    late: tuple[Campaign, ...]  # closed, and too few have answered
    closed_again: tuple[Campaign, ...]  # published before: what came late is to be published, or left

    @property
    def _closed(self) -> Sequence[Sequence[Campaign]]:
        return self.to_publish, self.mixing, self.late, self.closed_again

    def __bool__(self) -> bool:
        return any((self.without_plan, self.behind, self.drafts, *self._closed))


@lru_cache(maxsize=8)
def plans(found: WeighedDistrict) -> Plans:
    """What stands in the plans."""
    over = {school: _measures_over(weighed) for school, weighed in found.plans.items()}
    in_all = Counter(measure for measures in over.values() for measure in measures)
    counted = {measure: in_all[measure] for measure in MEASURES if in_all[measure]}
    return Plans(
        over=sum(bool(measures) for measures in over.values()),
        most=tuple(sorted(counted.items(), key=lambda counted: -counted[1])[:MOST_MEASURES]),
        families={measure: families_hit(found.plans.values(), measure) for measure in FAMILIES},
    )


def participation(release: Release) -> list[Response]:
    """Each questionnaire's people in the whole district: asked, and answered."""
    return list(release.responses_of_district)


def too_few(responses: Collection[Response]) -> list[Response]:
    """Those of whom fewer answered than results that speak for all would need; hidden ones are among them."""
    return [
        r for r in responses if (r.answered or 0) < enough().least_share[r.audience.questionnaire] * (r.invited or 0)
    ]


def waiting(found: WeighedDistrict, campaigns: Sequence[Campaign]) -> Waiting:
    """What is to be done. Commits: rounds whose last day is over are closed, answers are counted once a day."""
    for campaign in campaigns:
        rounds.close_if_over(campaign)
    of_open = [(campaign, len(watch.behind(campaign))) for campaign in campaigns if campaign.state == "open"]
    closed = [campaign for campaign in campaigns if campaign.state == "closed"]
    first = {campaign: onward(campaign) for campaign in closed if not campaign.was_published}
    return Waiting(
        without_plan=len(found.district.open) - len(found.plans),
        behind=tuple((campaign, number) for campaign, number in of_open if number),
        drafts=tuple(campaign for campaign in campaigns if campaign.state == "draft"),
        to_publish=tuple(campaign for campaign, stands in first.items() if stands is Onward.PUBLISH),
        mixing=tuple(campaign for campaign, stands in first.items() if stands is Onward.MIXING),
        late=tuple(campaign for campaign, stands in first.items() if stands is Onward.LATE),
        closed_again=tuple(campaign for campaign in closed if campaign.was_published),
    )


def _measures_over(weighed: Weighed) -> set[str]:
    return {flag.measure for grade in weighed.assessment.grades.values() for flag in grade.flags}
