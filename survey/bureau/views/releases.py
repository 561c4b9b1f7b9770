"""What was published: the results as a page, and the Excel summary."""

from __future__ import annotations

import io

from flask import g, render_template, send_file

from survey import db, wording
from survey.bureau.views import XLSX, bp
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release import findings, freeze
from survey.results import change, pictures, sentences
from survey.staff import scope
from survey.staff.access import bureau_only


@bp.get("/campaigns/<campaign_id>/release")
@bp.get("/campaigns/<campaign_id>/release/<int:number>")
@bureau_only
def release(campaign_id, number=None):
    found = scope.one(Campaign, campaign_id)
    frozen = freeze.of_campaign(found.id, number) or scope.refuse("release", number or "")
    told, before = freeze.of_district(frozen.id), freeze.latest_id(rounds.ids_before(found))
    return render_template(
        "bureau/release.html",
        campaign=found,
        frozen=frozen,
        release=told,
        changed=before and change.since(freeze.of_district(before), told, None, g.language),
        sentences=sentences,
        schools={school.id: school.name for school in scope.bureau().schools},
        findings=findings,
        pictures=pictures,
        wording=wording,
    )


@bp.get("/campaigns/<campaign_id>/summary.xlsx")
@bp.get("/campaigns/<campaign_id>/summary-<int:number>.xlsx")
@bureau_only
def summary(campaign_id, number=None):
    frozen = freeze.of_campaign(scope.one(Campaign, campaign_id).id, number) or scope.refuse("release", number or "")
    name = f"jianfu-summary-{frozen.published_on}.xlsx"
    return send_file(io.BytesIO(frozen.workbook), mimetype=XLSX, as_attachment=True, download_name=name)


def newest_release():
    """The district's newest release; None before the first."""
    rounds_of_ours = db.session("desk").scalars(scope.mine(Campaign))
    newest = freeze.latest_id([campaign.id for campaign in rounds_of_ours])
    return newest and freeze.of_district(newest)
