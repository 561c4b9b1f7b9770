"""The audit trail: a bureau reads what its district's staff did, a principal what was done at the own school's desk."""

from __future__ import annotations

from flask import render_template, request

from survey.staff import audit, deeds, scope
from survey.staff.access import staff_only
from survey.staff.views import bp

LAST = 2**31 - 1  # the largest number that a deed can have


@bp.get("/trail")
@staff_only
def trail():
    login = request.args.get("login", "").strip()
    before = request.args.get("before", type=lambda typed: min(int(typed), LAST))
    return render_template(
        "staff/trail.html",
        found=audit.trail(scope.account(), login, before),
        schools=scope.district().by_id,
        login=login,
        before=before,
        told=deeds.told,
    )
