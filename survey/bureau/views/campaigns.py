"""Rounds of questionnaires, and the steps of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, wording
from survey.bureau import release_files
from survey.bureau.forms import CampaignForm
from survey.bureau.publishing import NotMixed
from survey.bureau.refusals import refusal
from survey.bureau.steps import STEPS
from survey.bureau.views import bp
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.release import freeze, suppression
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm

USUAL_DAYS_OPEN = 14
STEP = f"any({', '.join(STEPS)})"


@bp.route("/campaigns", methods=["GET", "POST"])
@bureau_only
def campaigns():
    form = CampaignForm(request.form)
    if request.method == "GET":
        form.closes_on.data = datetime.now(UTC).date() + timedelta(days=USUAL_DAYS_OPEN)
    if request.method == "POST" and form.validate():
        made = rounds.create_campaign(scope.bureau(), form.title.data, form.entry.data, form.closes_on.data)
        audit.record("created_round", round=made.title)
        db.session("desk").commit()
        return redirect(url_for("bureau.campaign", campaign_id=made.id), 303)
    problems = [(name, str(errors[0])) for name, errors in form.errors.items()]
    return render_template("bureau/campaigns.html", campaigns=all_campaigns(), form=form, problems=problems)


@bp.get("/campaigns/<campaign_id>")
@bureau_only
def campaign(campaign_id):
    found = scope.one(Campaign, campaign_id)
    rounds.close_if_over(found)
    return render_template(
        "bureau/campaign.html",
        campaign=found,
        progress=rounds.progress(found),
        is_mixed=rounds.is_mixed(found),
        groups=rounds.groups_of(found),
        releases=freeze.all_of_campaign(found.id),
        form=SafeForm(),
        steps=STEPS,
        wording=wording,
    )


@bp.get(f"/campaigns/<campaign_id>/<{STEP}:step>")
@bureau_only
def ask(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS[step]
    if not rounds.may(found, step):
        flash(_("That step was taken already."))
        return redirect(url_for("bureau.campaign", campaign_id=found.id))
    try:
        remarks = freeze.remarks_to_choose(found.id) if step == "publish" else {}
    except (freeze.TooLittleNew, suppression.NotSafe) as refused:
        return refuse(found, refused)
    return render_template(
        "bureau/ask.html",
        campaign=found,
        step=chosen,
        form=SafeForm(),
        remarks=remarks,
        wait=release_files.wait_words(len(scope.schools())) if step == "publish" else "",
        wording=wording,
    )


@bp.post(f"/campaigns/<campaign_id>/<{STEP}:step>")
@bureau_only
def step(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS[step]
    if not SafeForm(request.form).validate():
        abort(404)
    try:
        chosen.take(found, request.form.getlist("remark"))
    except rounds.WrongState:
        flash(_("That step was taken already."))
    except rounds.LastDayOver:
        flash(_("The last day of this round is over. Make a new one."))
    except NotMixed:
        flash(_("The last answers are still being mixed. Please try again in a minute."))
    except (freeze.TooLittleNew, suppression.NotSafe) as refused:
        return refuse(found, refused)
    else:
        audit.record(chosen.deed, round=found.title)
        db.session("desk").commit()
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def refuse(campaign, refused):
    db.session("desk").rollback()
    return render_template("bureau/refused.html", campaign=campaign, refused=refusal(refused, campaign)), 409


def all_campaigns():
    newest_first = scope.mine(Campaign).order_by(Campaign.opened_on.desc())
    return list(db.session("desk").scalars(newest_first))
