"""What was published: the results as a page, with its files."""

from __future__ import annotations

from flask import g, render_template

from survey import db
from survey.bureau import release_files
from survey.bureau.views import bp
from survey.bureau.views.files import one_release
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release import findings, freeze
from survey.results import change, pictures, sentences
from survey.staff import scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.get("/campaigns/<campaign_id>/release")
@bp.get("/campaigns/<campaign_id>/release/<int:number>")
@bureau_only
def release(campaign_id, number=None):
    found, frozen = one_release(campaign_id, number)
    told, before = freeze.of_district(frozen.id), freeze.latest_id(rounds.ids_before(found))
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
    )


def newest_id():
    """The id of the district's newest release; None before the first."""
    ours = scope.mine(Campaign).with_only_columns(Campaign.id)
    return freeze.latest_id(db.session("desk").scalars(ours).all())


def newest_release():
    """That release."""
    newest = newest_id()
    return newest and freeze.of_district(newest)
