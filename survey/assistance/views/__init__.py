"""This room's pages: the family's without a login, the school's, the bureau's; a module a subject."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from nacl.exceptions import CryptoError

from survey import qr_code
from survey.assistance import counts, doors
from survey.assistance.sealing import OtherKey
from survey.page_style import respondents_only

family = Blueprint("help", __name__, url_prefix="/help")
family.after_request(respondents_only)
UNAVAILABLE = 503
bp = Blueprint("assistance", __name__, url_prefix="/assistance")


@bp.app_template_global()
def help_address(school_id):
    """Where this school's families ask: for slips, posters and the school's public page; nothing under another key."""
    try:
        return url_for("help.ask", link=doors.of_school(school_id).id, _external=True)
    except OtherKey:
        return ""


@bp.app_errorhandler(OtherKey)
def other_key(_problem):
    """Nothing is taken that nobody could open; whoever runs the server finds in the log which key is wanted."""
    return render_template("assistance/other_key.html", is_family=request.blueprint == family.name), UNAVAILABLE


@bp.errorhandler(CryptoError)
def damaged(_problem):
    """A single row that cannot be opened."""
    return render_template("assistance/damaged.html", request_id=(request.view_args or {}).get("request_id"))


bp.app_template_global("help_attention")(counts.attention)
bp.app_template_global("help_qr")(qr_code.of_public)

from survey.assistance.views import case, district, help, stock, worklist  # noqa: E402, F401 (they need the blueprints)
