"""Logging in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey import db
from survey.staff import accounts, audit
from survey.staff.access import current_account, delay_wrong, log_in
from survey.staff.forms import LoginForm, SafeForm

bp = Blueprint("staff", __name__, url_prefix="/staff")

LINKS = {
    "bureau": (
        ("bureau.overview", _l("Overview")),
        ("bureau.schools", _l("Schools")),
        ("bureau.campaigns", _l("Questionnaires")),
    ),
    "school": (("school.burden", _l("Burden")), ("school.plan", _l("Plan"))),
}


@bp.app_context_processor
def desk_tools():
    return {"current_account": current_account, "logout_form": SafeForm, "desk_links": desk_links}


def desk_links(account):
    return LINKS["school" if account.school_id else "bureau"]


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm(request.form)
    problems = []
    if request.method == "POST" and form.validate():
        account = accounts.check(form.login.data, form.password.data)
        if account:
            log_in(account)
            audit.record("logged in")
            db.session("desk").commit()
            return redirect(url_for("school.burden" if account.school_id else "bureau.overview"))
        delay_wrong(form.login.data)
        problems = [("login", _("Login and password do not belong together."))]
    elif request.method == "POST":
        problems = [(name, str(errors[0])) for name, errors in form.errors.items()]
    return render_template("staff/login.html", form=form, problems=problems)


@bp.post("/logout")
def logout():
    if SafeForm(request.form).validate():
        session.clear()
        flash(_("You are logged out."))
    return redirect(url_for("staff.login"))
