"""A round's terms after it was made: a draft is changed or thrown away, an open round's last day is moved."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.bureau.forms import CampaignForm, LastDayForm
from survey.bureau.refusals import why_not_now
from survey.bureau.views import bp
from survey.campaign import days, drafts, rounds
from survey.campaign.store import Campaign
from survey.campaign.titles import TitleTaken
from survey.campaign.whom import SOME, Whom
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.route("/campaigns/<campaign_id>/change", methods=["GET", "POST"])
@bureau_only
def change_draft(campaign_id):
    found = scope.one(Campaign, campaign_id)
    form = CampaignForm.about(scope.schools(), request.form, found)
    if found.state != "draft":
        return not_now(found)
    if request.method == "POST" and form.validate():
        try:
            drafts.change(found, terms_of(form))
        except rounds.WrongState:
            return not_now(found)
        except TitleTaken:
            form.title.errors = [title_taken()]
        else:
            return done(found, "changed_draft", round=found.title)
    return render_template(
        "bureau/draft_change.html", campaign=found, form=form, rules=days.rules(), problems=form.problems
    )


@bp.route("/campaigns/<campaign_id>/throw-away", methods=["GET", "POST"])
@bureau_only
def throw_draft_away(campaign_id):
    found, form = scope.one(Campaign, campaign_id), SafeForm(request.form)
    if found.state != "draft":
        return not_now(found)
    if request.method == "GET" or not form.validate():
        return render_template("bureau/draft_throw_away.html", campaign=found, form=form)
    title = found.title
    try:
        drafts.throw_away(found)
    except rounds.WrongState:
        return not_now(found)
    audit.record("threw_draft_away", round=title)
    db.session("desk").commit()
    flash(_("The draft «%(round)s» is thrown away.", round=title))
    return redirect(url_for("bureau.campaigns"), 303)


@bp.route("/campaigns/<campaign_id>/last-day", methods=["GET", "POST"])
@bureau_only
def last_day(campaign_id):
    found = scope.one(Campaign, campaign_id)
    rounds.close_if_over(found)
    if found.state != "open":
        return not_now(found)
    form, before = LastDayForm(request.form, obj=found), found.closes_on
    form.allowed = days.may_move_to(found)
    if request.method == "POST" and form.validate():
        try:
            days.move_last_day(found, form.closes_on.data)
        except rounds.WrongState:
            return not_now(found)
        return done(found, "moved_last_day", round=found.title, before=str(before), day=str(found.closes_on))
    return render_template(
        "bureau/last_day.html",
        campaign=found,
        form=form,
        rules=days.rules(),
        problems=form.problems,
    )


def terms_of(form):
    ticked = form.school_ids.data if form.schools.data == SOME else []
    whom = Whom(form.roles.data, form.schools.data, ticked)
    return drafts.Terms(form.title.data, form.entry.data, form.closes_on.data, form.opens_on.data, whom)


def title_taken():
    return _("Another round has this name. Give it one that tells the two apart.")


def done(campaign, deed, **fields):
    audit.record(deed, **fields)
    db.session("desk").commit()
    return redirect(url_for("bureau.campaign", campaign_id=campaign.id), 303)


def not_now(campaign):
    flash(why_not_now(campaign))
    return redirect(url_for("bureau.campaign", campaign_id=campaign.id), 303)
