"""Reminders to whole groups: a text to hand out, and a note that it was."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, wording
from survey.bureau.views import bp
from survey.campaign import reminders, rounds, watch
from survey.campaign.store import Campaign
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.route("/campaigns/<campaign_id>/reminders", methods=["GET", "POST"])
@bureau_only
def remind_all(campaign_id):
    found = open_round(campaign_id)
    return page_or_note(found, [each.group for each in watch.behind(found)])


@bp.route("/campaigns/<campaign_id>/reminders/<group_id>", methods=["GET", "POST"])
@bureau_only
def remind(campaign_id, group_id):
    found = open_round(campaign_id)
    group = next((each for each in rounds.groups_of(found) if each.id == group_id), None)
    if group is None:
        scope.refuse("group", group_id)
    return page_or_note(found, [group] if group.takes_answers else [])


def open_round(campaign_id):
    found = scope.one(Campaign, campaign_id)
    return found if found.state == "open" else abort(404)


def page_or_note(found, groups):
    if request.method == "POST" and SafeForm(request.form).validate():
        return note(found, groups)
    last = watch.reminded_on(found)
    return render_template(
        "bureau/reminders.html",
        campaign=found,
        texts=[(group, reminders.reminder(group, address_of(group)), last.get(group.id)) for group in groups],
        soon=[group for group in groups if watch.is_soon(last.get(group.id))],
        rules=watch.rules(),
        form=SafeForm(),
        wording=wording,
    )


def note(found, groups):
    for group in groups:
        if group.grade is None:
            audit.record("reminded", school=group.school_name, questionnaire=group.questionnaire)
        else:
            audit.record(
                "reminded_grade", school=group.school_name, questionnaire=group.questionnaire, grade=group.grade
            )
    watch.note_reminded(found, groups)
    db.session("desk").commit()
    flash(_("Noted: a reminder was handed out to %(number)s groups.", number=len(groups)))
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def address_of(group):
    if group.entry == "open_link":
        return url_for("answering.start_page", link=group.id, _external=True)
    return url_for("answering.code_page", _external=True)
