"""Rounds of questionnaires, and the steps of one."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from survey import db
from survey.bureau import release_files
from survey.bureau.forms import CampaignForm
from survey.bureau.onward import may_take, onward, steps_again
from survey.bureau.publishing import NotMixed
from survey.bureau.refusals import (
    REFUSED,
    few_answered,
    few_asked,
    refusal,
    too_few_to_open,
    why_not_now,
    why_not_opened,
)
from survey.bureau.steps import STEPS, Sent
from survey.bureau.views import bp
from survey.bureau.views.drafts import done, terms_of, title_taken
from survey.campaign import days, rounds, watch, whom
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
STILL_MIXED = _l("The last answers are still being mixed. Please try again in a minute.")
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
        stands=onward(found).name if found.state == "closed" else "",
        few_asked=few_asked,
        few_answered=few_answered,
        too_few=too_few_to_open(found) if found.state == "draft" else "",
        releases=freeze.all_of_campaign(found.id),
        language_of_summary=release_files.language_of_summary,
        form=SafeForm(),
        **(whom_it_would_ask(found) if found.state == "draft" else {}),
        has_begun=rounds.has_begun(found),
        changed=rounds.changed_since(found),
        steps=STEPS,
        again=steps_again(found),
    )


@bp.get(f"/campaigns/<campaign_id>/<{STEP}:step>")
@bureau_only
def ask(campaign_id, step):
    found, chosen = scope.one(Campaign, campaign_id), STEPS[step]
    if not may_take(found, step):
        return back_to(found, why_not_now(found, step))
    try:
        remarks = remarks_of(found) if step == "publish" else {}
        if step == "open":
            rounds.check_opening(found)
    except rounds.CannotBeRead:
        return back_to(found, CANNOT_BE_READ)
    except NotMixed:
        return back_to(found, STILL_MIXED)
    except rounds.CannotBeOpened as refused:
        return back_to(found, why_not_opened(refused))
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
        if not may_take(found, step):
            raise rounds.WrongState(step)
        chosen.take(found, Sent(" ".join(request.form.getlist("remark")).split(), request.form.get("seen", "")))
    except rounds.WrongState:
        db.session("desk").rollback()
        return back_to(found, why_not_now(found, step))
    except rounds.OtherDraft:
        db.session("desk").rollback()
        return page_that_asks(found, chosen, is_other=True), 409
    except rounds.CannotBeOpened as refused:
        return back_to(found, why_not_opened(refused))
    except rounds.CannotBeRead:
        return back_to(found, CANNOT_BE_READ)
    except NotMixed:
        return back_to(found, STILL_MIXED)
    except REFUSED as refused:
        return refuse(found, refused)
    audit.record(chosen.deed, round=found.title)
    db.session("desk").commit()
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def back_to(campaign, said):
    """The round's page, with why the step was not taken; nothing of it stays."""
    db.session("desk").rollback()
    flash(str(said))
    return redirect(url_for("bureau.campaign", campaign_id=campaign.id), 303)


def page_that_asks(found, chosen, **told):
    """What a step means; of a draft also what it says, and whom it would ask."""
    told["consequence"] = chosen.follows(found)
    if found.state == "draft":
        told |= {**whom_it_would_ask(found), "seen": rounds.shown(found)}
    return render_template("bureau/ask.html", campaign=found, step=chosen, form=SafeForm(), **told)


def whom_it_would_ask(draft):
    asked = rounds.would_ask(draft)
    return {"would_ask": asked, "named": whom.school_names(asked), "most": ROWS}


def by_words(remarks):
    """Words → the ids of the remarks that say just this: they are chosen together."""
    found: dict[str, list[str]] = {}
    for remark in remarks:
        found.setdefault(remark.words, []).append(remark.id)
    return found


def remarks_of(found):
    """The remarks to choose from. Raises what publishing would."""
    if not rounds.is_mixed(found):
        raise NotMixed(found.id)
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


def all_campaigns():
    newest_first = scope.mine(Campaign).order_by(Campaign.opened_on.desc())
    return list(db.session("desk").scalars(newest_first))
