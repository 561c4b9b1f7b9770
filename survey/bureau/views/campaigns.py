"""Rounds of questionnaires, and the steps of one."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey import db
from survey.bureau import release_files
from survey.bureau.forms import CampaignForm
from survey.bureau.publishing import NotMixed
from survey.bureau.refusals import REFUSED, refusal, why_not_opened
from survey.bureau.steps import STEPS, Sent
from survey.bureau.views import bp
from survey.bureau.views.drafts import done, terms_of, title_taken
from survey.campaign import days, rounds, watch
from survey.campaign.store import ROLES, Campaign
from survey.campaign.titles import TitleTaken
from survey.day import today
from survey.release import freeze
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.paging import ROWS, paged

USUAL_DAYS_OPEN = 14
STEP = f"any({', '.join(STEPS)})"
CANNOT_BE_READ = _l(
    "The questions of this round, as they were when it opened, cannot be read by this version of the program. Nothing "
    "is lost: whoever runs the server can publish it with the version that opened it."
)


@bp.route("/campaigns", methods=["GET", "POST"])
@bureau_only
def campaigns():
    last = today() + timedelta(days=USUAL_DAYS_OPEN)
    usual = {"opens_on": today(), "closes_on": last, "roles": list(ROLES)}
    form = CampaignForm.about(scope.schools(), request.form, first=usual)
    if request.method == "POST" and form.validate():
        try:
            said = terms_of(form)
            made = rounds.create_campaign(
                scope.bureau(), said.title, said.entry, said.closes_on, said.opens_on, said.whom
            )
        except TitleTaken:
            form.title.errors = [title_taken()]
        else:
            return done(made, "created_round", round=made.title)
    return render_template(
        "bureau/campaigns.html", campaigns=all_campaigns(), form=form, rules=days.rules(), problems=form.problems
    )


@bp.get("/campaigns/<campaign_id>")
@bureau_only
def campaign(campaign_id):
    found = scope.one(Campaign, campaign_id)
    rounds.close_if_over(found)
    words = scope.words()
    behind = paged(watch.behind(found), lambda each: words(each.group.school_id, each.group.school_name), "behind_page")
    return render_template(
        "bureau/campaign.html",
        campaign=found,
        progress=paged(watch.progress(found), lambda row: words(row.school_id, row.school_name), "progress_page"),
        behind=behind,
        reminded=watch.reminded_on(found, [each.group.id for each in behind.rows]),
        rules=watch.rules(),
        is_mixed=rounds.is_mixed(found),
        releases=freeze.all_of_campaign(found.id),
        form=SafeForm(),
        would_ask=rounds.would_ask(found) if found.state == "draft" else [],
        has_begun=rounds.has_begun(found),
        changed=rounds.changed_since(found),
        steps=STEPS,
        again=steps_again(found),
        most=ROWS,
    )


@bp.get(f"/campaigns/<campaign_id>/<{STEP}:step>")
@bureau_only
def ask(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS[step]
    if not rounds.may(found, step):
        flash(_("That step was taken already."))
        return redirect(url_for("bureau.campaign", campaign_id=found.id))
    try:
        remarks = remarks_of(found) if step == "publish" else {}
    except rounds.CannotBeRead:
        flash(str(CANNOT_BE_READ))
        return redirect(url_for("bureau.campaign", campaign_id=found.id))
    except REFUSED as refused:
        return refuse(found, refused)
    return page_that_asks(
        found,
        chosen,
        remarks={name: by_words(listed) for name, listed in remarks.items()},
        all_ticked="all" in request.args,
        wait=release_files.wait_words(len(scope.schools())) if step == "publish" else "",
    )


@bp.post(f"/campaigns/<campaign_id>/<{STEP}:step>")
@bureau_only
def step(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS[step]
    if not SafeForm(request.form).validate():
        abort(404)
    try:
        sent = Sent(" ".join(request.form.getlist("remark")).split(), request.form.get("seen", ""))
        chosen.take(found, sent)
    except rounds.WrongState:
        flash(_("That step was taken already."))
    except rounds.OtherDraft:
        db.session("desk").rollback()
        return page_that_asks(found, chosen, is_other=True), 409
    except (rounds.LastDayOver, rounds.OpenTooLong, rounds.NobodyAsked) as refused:
        flash(why_not_opened(refused))
    except rounds.CannotBeRead:
        db.session("desk").rollback()
        flash(str(CANNOT_BE_READ))
    except NotMixed:
        flash(_("The last answers are still being mixed. Please try again in a minute."))
    except REFUSED as refused:
        return refuse(found, refused)
    else:
        audit.record(chosen.deed, round=found.title)
        db.session("desk").commit()
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def page_that_asks(found, chosen, **told):
    """What a step means; of a draft also what it says, and whom it would ask."""
    if found.state == "draft":
        told |= {"would_ask": rounds.would_ask(found), "seen": rounds.shown(found), "most": ROWS}
    return render_template("bureau/ask.html", campaign=found, step=chosen, form=SafeForm(), **told)


def by_words(remarks):
    """Words → the ids of the remarks that say just this: they are chosen together."""
    found: dict[str, list[str]] = {}
    for remark in remarks:
        found.setdefault(remark.words, []).append(remark.id)
    return found


def remarks_of(found):
    return freeze.remarks_to_choose(found.id, rounds.questionnaires_of(found))


def refuse(campaign, refused):
    db.session("desk").rollback()
    return render_template(
        "bureau/refused.html",
        campaign=campaign,
        refused=refusal(refused, campaign),
        steps=STEPS,
        again=steps_again(campaign),
    ), 409


def steps_again(campaign):
    """The steps of a round that was published before."""
    return [step for step in STEPS if rounds.MOVES[step].is_second and rounds.may(campaign, step)]


def all_campaigns():
    newest_first = scope.mine(Campaign).order_by(Campaign.opened_on.desc())
    return list(db.session("desk").scalars(newest_first))
