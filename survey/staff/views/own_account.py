"""One's own account: who one is, and another password."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.staff import accounts, audit, guessing, scope
from survey.staff.access import staff_only
from survey.staff.forms import ChangePasswordForm
from survey.staff.passwords import fits, hashed
from survey.staff.sessions import end_others
from survey.staff.views import bp, too_often


@bp.route("/account", methods=["GET", "POST"])
@staff_only
def account():
    own, form = scope.account(), ChangePasswordForm(request.form)
    problems = []
    if request.method == "POST" and form.validate():
        problems = password_problems(own, form.password.data)
        if not problems:
            return change_password(own, form.new.data)
    return render_template(
        "staff/account.html",
        account=own,
        colleagues=accounts.open_of(own.bureau_id, None) if own.school_id is None else [],
        form=form,
        problems=problems + form.problems,
    )


def change_password(own, password):
    guessing.forget(own.login)
    own.password_hash = hashed(password)
    end_others(own)
    audit.record("changed_password")
    db.session("desk").commit()
    flash(_("The password is changed. Wherever else you were logged in, you are logged out."))
    return redirect(url_for("staff.account"), 303)


def password_problems(own, password):
    """What is wrong with the present password as it was typed; a wrong one counts as it does at the log-in."""
    if wait := guessing.begin_try(own.login):
        return [("password", too_often(wait))]
    return [] if fits(password, own.password_hash) else [("password", _("This is not your password."))]
