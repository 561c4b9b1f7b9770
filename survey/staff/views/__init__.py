"""The staff room's pages, a module a subject; each adds its own to the blueprint."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.staff import paging
from survey.staff.forms import SafeForm
from survey.staff.passwords import SHORTEST
from survey.staff.sessions import current_account

bp = Blueprint("staff", __name__, url_prefix="/staff")

LINKS = {
    "bureau": (
        ("bureau.overview", _l("Overview")),
        ("bureau.schools", _l("Schools")),
        ("bureau.measures", _l("Measures")),
        ("bureau.stand_outs", _l("Standing out")),
        ("bureau.gaps", _l("Gaps")),
        ("bureau.needs_page", _l("Needs")),
        ("bureau.notice", _l("Notice")),
        ("bureau.norms", _l("Norms")),
        ("bureau.campaigns", _l("Questionnaires")),
        ("assistance.district", _l("Assistance")),
    ),
    "school": (
        ("school.burden", _l("Burden")),
        ("school.advice", _l("Advice")),
        ("school.plan", _l("Plan")),
        ("school.life", _l("Life")),
        ("school.results", _l("Answers")),
        ("school.notice", _l("Notice")),
        ("assistance.worklist", _l("Assistance")),
    ),
}


@bp.app_context_processor
def desk_tools():
    return {
        "current_account": current_account,
        "logout_form": SafeForm,
        "desk_links": desk_links,
        "shortest": SHORTEST,
        "page_address": paging.address,
        "kept_beside_page": paging.kept_beside_page,
        "kept_beside_search": paging.kept_beside_search,
    }


def desk_links(account):
    return LINKS["school" if account.school_id else "bureau"]


def too_often(seconds):
    return ngettext(
        "Too many wrong tries. Please try again in %(num)s second.",
        "Too many wrong tries. Please try again in %(num)s seconds.",
        seconds,
    )


from survey.staff.views import closing, invitation, login, own_account, second_step, trail  # noqa: E402, F401 (they need the blueprint)
