"""One request at the school's desk. Every look at it is written down; every address is that of one's own school."""

from __future__ import annotations

import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, help_words, wording
from survey.assistance import casework, erasing, lending, receipts
from survey.assistance.forms import LendForm, NotesForm
from survey.assistance.store import HelpRequest
from survey.assistance.views import bp
from survey.assistance.views.worklist import helper_only, own_door
from survey.staff import audit, scope
from survey.staff.forms import SafeForm


def own_request(request_id) -> HelpRequest:
    """A request of one's own school; 404 for any other, and that is written down."""
    return casework.one(own_door().id, request_id) or scope.refuse("request", request_id)


@bp.get("/requests/<request_id>")
@helper_only
def case(request_id):
    found = own_request(request_id)
    return case_page(found, NotesForm(obj=casework.notes(found)), LendForm())


def case_page(found, form, lend_form):
    audit.note("looked_at_request", request=receipts.reference(found.id))
    line = casework.line(found)
    problems = [(name, str(errors[0])) for each in (form, lend_form) for name, errors in each.errors.items()]
    return render_template(
        "assistance/case.html",
        found=found,
        line=line,
        asked=casework.asked(found),
        form=form,
        lend_form=lend_form,
        problems=problems,
        loans=lending.of_request(found),
        stock=lending.stock(found.door),
        for_good=lending.FOR_GOOD,
        days_kept=erasing.DAYS_KEPT,
        is_late=line.is_late,
        help_words=help_words,
        wording=wording,
    )


@bp.post("/requests/<request_id>")
@helper_only
def work(request_id):
    found, form = own_request(request_id), NotesForm(request.form)
    if not form.validate():
        return case_page(found, form, LendForm())
    try:
        STEPS.get(request.form.get("do", ""), keep)(found, form.notes)
    except casework.NothingSaid as empty:
        form[str(empty)].errors = [_("Say this in a few words first.")]
        return case_page(found, form, LendForm())
    return back_to(found)


def keep(found, notes):
    casework.keep(found, notes)
    audit.record("kept_notes", request=receipts.reference(found.id))
    commit()


def promise(found, notes):
    casework.promise(found, notes)
    audit.record("promised_help", request=receipts.reference(found.id))
    commit()


def finish(found, notes):
    casework.finish(found, notes)
    audit.record("finished_request", request=receipts.reference(found.id))
    commit()


def reopen(found, _notes):
    casework.reopen(found)
    audit.record("reopened_request", request=receipts.reference(found.id))
    commit()


def commit():
    """Both stores; the requests' first, so that no deed is written down that was not done."""
    db.session("assistance").commit()
    db.session("desk").commit()


def back_to(found):
    return redirect(url_for("assistance.case", request_id=found.id), 303)


STEPS = {"promise": promise, "done": finish, "reopen": reopen}


@bp.route("/requests/<request_id>/erase", methods=["GET", "POST"])
@helper_only
def erase(request_id):
    """For what was no request, or what a family asks to have erased by telephone."""
    found, form = own_request(request_id), SafeForm(request.form)
    reference = receipts.reference(found.id)
    if request.method == "GET" or not form.validate():
        return render_template("assistance/erase.html", found=found, reference=reference, form=form)
    try:
        erasing.erase(found)
    except erasing.StillLent:
        flash(_("Something is still lent for this request. It can be erased when that is back, or lost."))
        return back_to(found)
    audit.record("erased_request", request=reference)
    db.session("desk").commit()
    flash(_("The request %(reference)s is erased.", reference=reference))
    return redirect(url_for("assistance.worklist"), 303)


@bp.get("/requests/<request_id>/everything.json")
@helper_only
def everything(request_id):
    """All that is stored about one person's request, for that person."""
    found = own_request(request_id)
    reference = receipts.reference(found.id)
    audit.note("exported_request", request=reference)
    told = json.dumps(erasing.everything(found), ensure_ascii=False, indent=1, default=str)
    named = {"Content-Disposition": f'attachment; filename="request-{reference}.json"'}
    return Response(told, mimetype="application/json", headers=named)


@bp.post("/requests/<request_id>/loans")
@helper_only
def lend(request_id):
    found, form = own_request(request_id), LendForm(request.form)
    if form.validate() and not form.due_on.data and form.kind.data not in lending.FOR_GOOD:
        form.due_on.errors = [_("Give the day.")]
    if form.errors:
        return case_page(found, NotesForm(obj=casework.notes(found)), form)
    try:
        lending.lend(found, form.kind.data, form.label.data, form.due_on.data)
    except lending.NoneFree:
        form.kind.errors = [_("None of these lies free. Take one in under «Stock and loans», or ask the bureau.")]
        return case_page(found, NotesForm(obj=casework.notes(found)), form)
    audit.record("lent", item=form.kind.data, request=receipts.reference(found.id))
    db.session("desk").commit()
    return back_to(found)
