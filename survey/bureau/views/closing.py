"""A school is closed, or became part of another one: what follows is said first, and it can be taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.assistance import counts
from survey.bureau.forms import CloseSchoolForm
from survey.bureau.views import bp
from survey.campaign import closing, rounds
from survey.day import today
from survey.staff import accounts, audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm


@bp.route("/schools/<school_id>/close", methods=["GET", "POST"])
@bureau_only
def close_school(school_id):
    found, form = scope.school(school_id), CloseSchoolForm(request.form)
    form.into.choose_from([other for other in scope.schools() if other.id != found.id], _("no other school"))
    if request.method == "POST" and form.validate():
        return taken(found, lambda: close(found, form))
    if request.method == "GET":
        form.day.data = today()
    return page("bureau/close_school.html", found, form)


@bp.route("/schools/<school_id>/reopen", methods=["GET", "POST"])
@bureau_only
def reopen_school(school_id):
    found, form = scope.school(school_id), SafeForm(request.form)
    if request.method == "POST" and form.validate():
        return taken(found, lambda: reopen(found))
    return page("bureau/reopen_school.html", found, form)


def page(template, found, form):
    return render_template(
        template,
        school=found,
        form=form,
        problems=form.problems,
        rounds=closing.rounds_asking(found),
        accounts=accounts.open_of(found.bureau_id, found.id),
        requests=counts.of_school(found).open,
    )


def taken(found, step):
    try:
        step()
    except rounds.WrongState:
        db.session("desk").rollback()
        flash(_("That step was taken already."))
    else:
        db.session("desk").commit()
    return redirect(url_for("bureau.school", school_id=found.id), 303)


def close(found, form):
    into = scope.school(form.into.data) if form.into.data else None
    closing.close_school(found, form.day.data, into)
    if into:
        audit.record("merged_school", school=found.label, into=into.label, day=str(form.day.data))
    else:
        audit.record("closed_school", school=found.label, day=str(form.day.data))


def reopen(found):
    closing.reopen_school(found)
    audit.record("reopened_school", school=found.label)
