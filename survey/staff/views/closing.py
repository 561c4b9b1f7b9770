"""Closing an account: a bureau's own clerks and the principals of its schools."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.staff import accounts, audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.store import Account
from survey.staff.views import bp


@bp.route("/accounts/<account_id>/close", methods=["GET", "POST"])
@bureau_only
def close(account_id):
    found, form = scope.one(Account, account_id), SafeForm(request.form)
    back = url_for("bureau.school", school_id=found.school_id) if found.school_id else url_for("staff.account")
    if request.method == "GET" or not form.validate():
        return render_template("staff/close.html", found=found, back=back, form=form)
    try:
        accounts.close(found)
    except accounts.LastAccount:
        flash(_("This is the bureau's only account. It stays open."))
        return redirect(back, 303)
    audit.record("closed_account", account=found.login)
    db.session("desk").commit()
    flash(_("The account %(account)s is closed.", account=found.login))
    return redirect(back, 303)
