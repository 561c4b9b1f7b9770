"""What was published: the results as a page, with its files."""

from __future__ import annotations

from flask import g, render_template

from survey.bureau import release_files
from survey.bureau.views import bp
from survey.bureau.views.files import one_release
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release import findings, freeze, standing
from survey.results import change, pictures, sentences
from survey.staff import scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.get("/campaigns/<campaign_id>/release")
@bp.get("/campaigns/<campaign_id>/release/<int:number>")
@bureau_only
def release(campaign_id, number=None):
    found, frozen = one_release(campaign_id, number)
    told, before = freeze.of_district(frozen.id), standing.for_district(freeze.ids(rounds.ids_before(found)))
    return render_template(
        "bureau/release.html",
        campaign=found,
        frozen=frozen,
        release=told,
        release_files=release_files,
        form=SafeForm(),
        changed=before and change.since(freeze.of_district(before), told, None, g.language),
        sentences=sentences,
        schools=scope.district().by_id,
        findings=findings,
        pictures=pictures,
        stands=what_stands_instead(frozen),
    )


def what_stands_instead(frozen):
    """What the district's pages rest on instead of a release that asked too few schools for that; else None."""
    is_passed_over = frozen.id in standing.passed_over(freeze.ids(scope.ids_of(Campaign)))
    return newest_release() if is_passed_over else None


def newest_id():
    """The id of the newest release that stands for the district; None before the first."""
    return standing.for_district(freeze.ids(scope.ids_of(Campaign)))


def newest_release():
    """That release."""
    newest = newest_id()
    return newest and freeze.of_district(newest)
