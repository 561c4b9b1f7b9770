"""What a link of invitation opens, without a log-in: a login, a name and a password are chosen, once."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from survey.staff import accounts, invitations
from survey.staff.forms import InvitedForm
from survey.staff.views import bp
from survey.staff.views.login import let_in


@bp.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token):
    form = InvitedForm(request.form)
    problems = []
    try:
        invited = invitations.of_link(token)
        if request.method == "POST" and form.validate():
            return let_in(invitations.accept(token, form.login.data, form.name.data, form.new.data))
    except invitations.LinkOver:
        return render_template("staff/link_over.html"), 404
    except accounts.LoginTaken:
        problems = [("login", _("This login is taken. Choose another."))]
    return render_template("staff/invited.html", school=invited.school, form=form, problems=problems + form.problems)
