"""How people come in: open links on posters, slips to print."""

from __future__ import annotations

from collections import defaultdict

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, qr_code, wording
from survey.bureau.views import bp
from survey.campaign import rounds, sheets
from survey.campaign.store import Campaign
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.get("/campaigns/<campaign_id>/links")
@bureau_only
def links(campaign_id):
    found = scope.one(Campaign, campaign_id)
    if found.entry != "open_link" or found.state != "open":
        abort(404)
    posters = defaultdict(list)
    for group in rounds.groups_of(found):
        if group.school_closed:
            continue
        address = url_for("answering.start_page", link=group.id, _external=True)
        posters[group.school_name].append((group, address, qr_code.drawn(address)))
    return render_template("bureau/links.html", campaign=found, posters=posters, wording=wording)


@bp.post("/campaigns/<campaign_id>/slips/<group_id>")
@bureau_only
def slips(campaign_id, group_id):
    found = scope.one(Campaign, campaign_id)
    group = next((each for each in rounds.groups_of(found) if each.id == group_id), None)
    if group is None:
        scope.refuse("group", group_id)
    if found.entry != "slips" or found.state != "open" or not SafeForm(request.form).validate():
        abort(404)
    if group.school_closed:
        flash(_("This school is closed: its groups take no answers."))
        return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)
    asked = {"school": group.school_name, "questionnaire": group.questionnaire}
    if group.grade is None:
        audit.record("printed_slips", **asked)
    else:
        audit.record("printed_slips_of_grade", **asked, grade=group.grade)
    db.session("desk").commit()
    address = url_for("answering.code_page", _external=True)
    return render_template(
        "bureau/slips.html", slips=sheets.print_slips(group, address), group=group, address=address, wording=wording
    )
