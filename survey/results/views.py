"""The public page of a school's results: what families need most, and what the school will change. For everybody."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template
from sqlalchemy import select

from survey import db
from survey.campaign.store import Campaign
from survey.page_address import at
from survey.page_style import respondents_only
from survey.release import freeze
from survey.results import school as school_results
from survey.results import sentences
from survey.results.store import SchoolReply
from survey.staff.store import School

bp = Blueprint("results", __name__)
PARENTS = "parent"  # whose answers stand as bars on the public page
bp.after_request(respondents_only)


@bp.get("/results/school/<school_id>")
def of_school(school_id):
    """Where a school's newest results stand: the address that goes onto paper, for it never changes."""
    desk = db.session("desk")
    school = desk.get(School, school_id) or abort(404)
    campaigns = desk.scalars(select(Campaign.id).where(Campaign.bureau_id == school.bureau_id)).all()
    frozen = freeze.latest_with(campaigns, school.id)
    if frozen is None:
        return render_template("results/nothing_yet.html", school=school, synthetic=school.bureau.synthetic)
    return redirect(at("results.page", release_id=frozen.id, school_id=school.id))


@bp.get("/results/<release_id>/<school_id>")
def page(release_id, school_id):
    frozen = freeze.by_id(release_id) or abort(404)
    release = freeze.of_school(frozen.id, school_id)
    parts = school_results.parts(release, school_id) or abort(404)
    name = next(part.response.audience.school_name for part in parts.values())
    return render_template(
        "results/page.html",
        school_id=school_id,
        school_name=name,
        release=release,
        parts=parts,
        bars={PARENTS: school_results.public_bars(parts[PARENTS], g.language)} if PARENTS in parts else {},
        sentences=sentences,
        reply=db.session("desk").get(SchoolReply, (release_id, school_id)),
        synthetic=release.synthetic,
    )
