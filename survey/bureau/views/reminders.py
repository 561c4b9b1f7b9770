"""Reminders to whole groups: a text to hand out, and a note that it was."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from survey import db
from survey.bureau.views import bp
from survey.campaign import reminders, rounds, watch
from survey.campaign.store import Campaign
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.paging import paged


@bp.route("/campaigns/<campaign_id>/reminders", methods=["GET", "POST"])
@bureau_only
def remind_all(campaign_id):
    found = open_round(campaign_id)
    words = scope.words()
    page = paged(watch.behind(found), lambda each: words(each.group.school_id, each.group.school_name))
    ids = [each.group.id for each in page.rows]
    return page_or_note(found, rounds.groups_of(found, ids=ids) if ids else [], page)


@bp.route("/campaigns/<campaign_id>/reminders/<group_id>", methods=["GET", "POST"])
@bureau_only
def remind(campaign_id, group_id):
    found = open_round(campaign_id)
    group = rounds.one_group(found, group_id)
    if group is None:
        scope.refuse("group", group_id)
    return page_or_note(found, [group] if group.takes_answers else [])


def open_round(campaign_id):
    found = scope.one(Campaign, campaign_id)
    return found if found.state == "open" else abort(404)


def page_or_note(found, listed, page=None):
    if request.method == "POST" and SafeForm(request.form).validate():
        return note(found, listed)
    last = watch.reminded_on(found, [group.id for group in listed])
    return render_template(
        "bureau/reminders.html",
        campaign=found,
        texts=[(group, reminders.reminder(group, address_of(group)), last.get(group.id)) for group in listed],
        page=page,
        soon=[group for group in listed if watch.is_soon(last.get(group.id))],
        rules=watch.rules(),
        form=SafeForm(),
    )


def note(found, listed):
    for group in listed:
        if group.grade is None:
            audit.record("reminded", school=group.school_name, questionnaire=group.questionnaire)
        else:
            audit.record(
                "reminded_grade", school=group.school_name, questionnaire=group.questionnaire, grade=group.grade
            )
    watch.note_reminded(found, listed)
    db.session("desk").commit()
    flash(
        ngettext(
            "Noted: a reminder was handed out to %(num)s group.",
            "Noted: a reminder was handed out to %(num)s groups.",
            len(listed),
        )
    )
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def address_of(group):
    if group.entry == "open_link":
        return url_for("answering.start_page", link=group.id, _external=True)
    return url_for("answering.code_page", _external=True)
