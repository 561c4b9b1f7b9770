"""Logging in, by password and, where an account has a second step, by code; and logging out."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.staff import accounts, audit, guessing, refusals, second_step
from survey.staff.forms import CodeForm, LoginForm, SafeForm
from survey.staff.sessions import awaiting_code, end_all, log_in, log_in_half
from survey.staff.views import bp, too_often

OWN_PATH = re.compile(r"/(school|bureau|assistance|staff/account|staff/trail)(/[\w./-]*)?", re.ASCII)


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm(request.form)
    if request.method == "GET" or not form.validate():
        return login_page(form, form.problems)
    if wait := guessing.begin_try(form.login.data):
        return login_page(form, [("login", too_often(wait))]), 429, {"Retry-After": str(wait)}
    try:
        account = accounts.check(form.login.data, form.password.data)
    except accounts.SchoolClosed as closed:
        guessing.take_back(form.login.data)
        return login_page(form, [("login", school_closed(closed.school))])
    if account is None:
        refusals.note_wrong_password(form.login.data)
        return login_page(form, [("login", _("Login and password do not belong together."))])
    if account.second_step:
        # The password alone ends no count: else whoever has it could guess codes without end.
        guessing.take_back(account.login)
        log_in_half(account)
        return redirect(url_for("staff.code", next=request.args.get("next")), 303)
    return let_in(account)


def school_closed(school):
    return _(
        "Login and password are right, but %(school)s was closed as of %(day)s, and accounts of a closed school cannot "
        "log in. Ask %(bureau)s.",
        school=school.name,
        day=school.closed_on,
        bureau=school.bureau.name,
    )


def login_page(form, problems):
    return render_template("staff/login.html", form=form, problems=problems)


@bp.route("/login/code", methods=["GET", "POST"])
def code():
    account, form = awaiting_code(), CodeForm(request.form)
    if account is None or account.second_step is None:
        return redirect(url_for("staff.login", next=request.args.get("next")), 303)
    if request.method == "GET" or not form.validate():
        return code_page(form, form.problems)
    if wait := guessing.begin_try(account.login):
        return code_page(form, [("code", too_often(wait))]), 429, {"Retry-After": str(wait)}
    if not second_step.use(account, form.code.data):
        return code_page(form, [("code", wrong_code())])
    return let_in(account)


def code_page(form, problems):
    return render_template("staff/code.html", form=form, problems=problems)


def wrong_code():
    return _("This code is not right, or was used already. Wait for the next one.")


def let_in(account):
    """Log in and go to the page that was wanted. Commits."""
    guessing.forget(account.login)
    log_in(account)
    audit.record("logged_in")
    db.session("desk").commit()
    return redirect(wanted_page(account), 303)


def wanted_page(account):
    """The page that sent them to log in, if it is one of this site's; else their desk."""
    wanted = request.args.get("next", "")
    if OWN_PATH.fullmatch(wanted):
        return wanted
    return url_for("school.burden" if account.school_id else "bureau.overview")


@bp.post("/logout")
def logout():
    if SafeForm(request.form).validate():
        end_all()
        flash(_("You are logged out, here and wherever else you were."))
    return redirect(url_for("staff.login"))
