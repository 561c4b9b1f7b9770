"""Logging in and out."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey import db
from survey.staff import accounts, audit, guessing
from survey.staff.access import current_account, log_in
from survey.staff.forms import LoginForm, SafeForm

bp = Blueprint("staff", __name__, url_prefix="/staff")

OWN_PATH = re.compile(r"/(school|bureau)(/[\w./-]*)?", re.ASCII)
LINKS = {
    "bureau": (
        ("bureau.overview", _l("Overview")),
        ("bureau.schools", _l("Schools")),
        ("bureau.campaigns", _l("Questionnaires")),
    ),
    "school": (
        ("school.burden", _l("Burden")),
        ("school.advice", _l("Advice")),
        ("school.plan", _l("Plan")),
        ("school.life", _l("Life")),
        ("school.results", _l("Answers")),
    ),
}


@bp.app_context_processor
def desk_tools():
    return {"current_account": current_account, "logout_form": SafeForm, "desk_links": desk_links}


def desk_links(account):
    return LINKS["school" if account.school_id else "bureau"]


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm(request.form)
    if request.method == "GET":
        return login_page(form, [])
    if not form.validate():
        return login_page(form, [(name, str(errors[0])) for name, errors in form.errors.items()])
    if wait := guessing.seconds_to_wait(form.login.data):
        said = _("Too many wrong passwords. Please try again in %(seconds)s seconds.", seconds=wait)
        return login_page(form, [("login", said)]), 429, {"Retry-After": str(wait)}
    account = accounts.check(form.login.data, form.password.data)
    if account is None:
        guessing.note_wrong(form.login.data)
        return login_page(form, [("login", _("Login and password do not belong together."))])
    guessing.forget(account.login)
    log_in(account)
    audit.record("logged in")
    db.session("desk").commit()
    return redirect(wanted_page(account), 303)


def login_page(form, problems):
    return render_template("staff/login.html", form=form, problems=problems)


def wanted_page(account):
    """The page that sent them to log in, if it is one of this site's; else their desk."""
    wanted = request.args.get("next", "")
    if OWN_PATH.fullmatch(wanted):
        return wanted
    return url_for("school.burden" if account.school_id else "bureau.overview")


@bp.post("/logout")
def logout():
    if SafeForm(request.form).validate():
        session.clear()
        flash(_("You are logged out."))
    return redirect(url_for("staff.login"))
