"""This room's pages: the family's without a login, the school's, the bureau's; a module a subject."""

from __future__ import annotations

from flask import Blueprint, url_for

from survey import qr_code
from survey.assistance import doors
from survey.page_style import respondents_only

family = Blueprint("help", __name__, url_prefix="/help")
family.after_request(respondents_only)
bp = Blueprint("assistance", __name__, url_prefix="/assistance")


@bp.app_template_global()
def help_address(school_id):
    """Where this school's families ask: for slips, posters and the school's public page."""
    return url_for("help.ask", link=doors.of_school(school_id).id, _external=True)


bp.app_template_global("help_qr")(qr_code.drawn)

from survey.assistance.views import case, district, help, stock, worklist  # noqa: E402, F401 (they need the blueprints)
