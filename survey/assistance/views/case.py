"""One request at the school's desk. Every look at it is written down; every address is that of one's own school."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.assistance import casework, erasing, lending, once, receipts
from survey.assistance.forms import LendForm, NotesForm
from survey.assistance.limits import LIMITS
from survey.assistance.store import WITHDRAWN, HelpRequest
from survey.assistance.views import bp
from survey.assistance.views.worklist import helper_only, own_door, typed
from survey.staff import audit, scope
from survey.staff.forms import SafeForm
from survey.words import help_words

GONE, CHANGED = 410, 409


def own_request(request_id) -> HelpRequest:
    """A request of one's own school. One that was withdrawn is told to be; any other is 404, and written down."""
    found = casework.one(own_door().id, request_id, to_change=request.method == "POST")
    return found or refuse("request", request_id)


def refuse(thing, row_id):
    """Answer what is gone meanwhile with what was typed, and what is somebody else's with 404, naming no row's id."""
    if once.is_spent("row", row_id):
        abort(make_response(render_template("assistance/gone.html", typed=typed()), GONE))
    scope.refuse(thing, receipts.reference(row_id))


@bp.get("/requests/<request_id>")
@helper_only
def case(request_id):
    found = own_request(request_id)
    return case_page(found, notes_form(found), LendForm())


def notes_form(found):
    return NotesForm(obj=casework.notes(found), version=casework.version(found))


def case_page(found, form, lend_form, theirs=None):
    """`theirs`: what somebody else has written meanwhile."""
    request_id = found.id
    audit.note("looked_at_request", request=receipts.reference(request_id))
    found = own_request(request_id)  # as it is now; meanwhile it may have been withdrawn
    line = casework.line(found)
    problems = form.problems + lend_form.problems
    return render_template(
        "assistance/case.html",
        found=found,
        line=line,
        asked=casework.asked(found),
        form=form,
        theirs=theirs,
        lend_form=lend_form,
        problems=problems,
        loans=lending.of_request(found),
        stock=lending.stock(found.door),
        limits=LIMITS,
        help_words=help_words,
    )


@bp.post("/requests/<request_id>")
@helper_only
def work(request_id):
    found, form = own_request(request_id), NotesForm(request.form)
    step = casework.STEPS.get(request.form.get("do", ""))
    if step is None or found.state == WITHDRAWN:
        form.form_errors = [_("Nothing was changed. Please press one of the buttons below the plan.")]
        return case_page(found, form, LendForm())
    if not form.validate():
        return case_page(found, form, LendForm())
    try:
        casework.take_step(found, step, form.notes, form.version.data)
    except (casework.ChangedMeanwhile, casework.NotNow):
        return changed(found, form)
    except casework.NothingSaid as empty:
        form[str(empty)].errors = [_("Say this in a few words first.")]
        return case_page(found, form, LendForm())
    audit.record(step.deed, request=receipts.reference(found.id))
    # The requests' store first, so that no deed is written down that was not done.
    db.session("assistance").commit()
    db.session("desk").commit()
    return back_to(found)


def changed(found, form):
    """What was typed, below what stands there now; pressing again is meant."""
    form.version.data = casework.version(found)
    form.form_errors = [_("This request was changed meanwhile. What you typed is not saved yet; look at both.")]
    return case_page(found, form, LendForm(), theirs=asdict(casework.notes(found))), CHANGED


def back_to(found):
    return redirect(url_for("assistance.case", request_id=found.id), 303)


@bp.route("/requests/<request_id>/erase", methods=["GET", "POST"])
@helper_only
def erase(request_id):
    """For what was no request, or what a family asks to have erased by telephone."""
    found, form = own_request(request_id), SafeForm(request.form)
    reference = receipts.reference(found.id)
    if request.method == "GET" or not form.validate():
        return render_template(
            "assistance/erase.html", found=found, reference=reference, is_out=lending.is_out(found), form=form
        )
    if erasing.withdraw(found):
        audit.record("erased_request", request=reference)
        flash(_("The request %(reference)s is erased.", reference=reference))
    else:
        audit.record("withdrew_request", request=reference)
        flash(_("All but who has what is lent is erased. The rest goes when that is back."))
    db.session("desk").commit()
    return redirect(url_for("assistance.worklist"), 303)


@bp.get("/requests/<request_id>/everything")
@helper_only
def everything(request_id):
    """All that is stored about one person's request, on paper, for that person."""
    own_request(request_id)
    audit.note("exported_request", request=receipts.reference(request_id))
    found = own_request(request_id)
    return render_template(
        "assistance/everything_desk.html",
        found=found,
        told=erasing.everything(found),
        loans=lending.of_request(found),
        help_words=help_words,
    )


@bp.post("/requests/<request_id>/loans")
@helper_only
def lend(request_id):
    found, form = own_request(request_id), LendForm(request.form)
    if form.validate() and not form.due_on.data and form.kind.data not in lending.FOR_GOOD:
        form.due_on.errors = [_("Give the day.")]
    if form.errors:
        return case_page(found, notes_form(found), form)
    try:
        is_new = lending.lend(found, form.kind.data, form.label.data, form.due_on.data, form.once.data)
    except lending.NoneFree:
        form.kind.errors = [_("None of these lies free. Take one in under «Stock and loans», or ask the bureau.")]
    except lending.LabelOut:
        form.label.errors = [_("This one is lent out already. Look at «Stock and loans».")]
    except lending.NotOpen:
        form.kind.errors = [_("This request is closed. Open it again first.")]
    if form.errors:
        return case_page(found, notes_form(found), form)
    if is_new:
        audit.record("lent", item=form.kind.data, request=receipts.reference(found.id))
        db.session("desk").commit()
    return back_to(found)
