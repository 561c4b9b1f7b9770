"""The school's list of requests: who waits for how long, without a name; on paper too; and the families' address."""

from __future__ import annotations

from collections import defaultdict
from functools import wraps

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, qr_code
from survey.assistance import casework, counts, doors, erasing, lending, people
from survey.assistance.limits import LIMITS
from survey.assistance.store import NEW, STATES
from survey.assistance.views import bp, help_address
from survey.post_origin import is_from_elsewhere
from survey.staff import audit, scope
from survey.staff.access import principal_only
from survey.staff.forms import SafeForm
from survey.staff.sessions import current_account
from survey.words import help_words

LOGGED_OUT = 401


def helper_only(view):
    """A page for the person named for assistance; to colleagues it does not exist."""

    @principal_only
    @wraps(view)
    def guarded(*args, **kwargs):
        if not people.is_helper(scope.account()):
            scope.refuse("page", request.path)
        return view(*args, **kwargs)

    @wraps(view)
    def entered(*args, **kwargs):
        # A log-in that ran out while somebody wrote must not take the words along.
        if request.method == "POST" and current_account() is None and not is_from_elsewhere(request):
            return render_template("assistance/logged_out.html", typed=typed()), LOGGED_OUT
        return guarded(*args, **kwargs)

    return entered


def typed():
    """The words that a plan's page sent."""
    return [request.form[name] for name in ("obstacle", "measures", "promised", "given") if request.form.get(name)]


def own_door():
    return doors.of_school(scope.own_school().id)


@bp.get("/")
@principal_only
def worklist():
    school, may_see = scope.own_school(), people.is_helper(scope.account())
    door = own_door()
    return render_template(
        "assistance/worklist.html",
        school=school,
        may_see=may_see,
        counts=counts.of_school(school),
        helpers=people.helpers(school),
        by_state=by_state(door) if may_see else {},
        limits=LIMITS,
        form=SafeForm(),
        help_words=help_words,
    )


@bp.get("/print")
@helper_only
def paper():
    """The open requests on paper: nothing that anybody wrote, for in free words a name may stand."""
    audit.note("printed_requests", number=len(open_lines()))
    return render_template(
        "assistance/paper.html",
        school=scope.own_school(),
        rows=[(line, lending.of_request(line.request)) for line in open_lines()],
        help_words=help_words,
    )


def open_lines():
    return [line for line in casework.lines(own_door().id) if line.is_open]


@bp.get("/poster")
@principal_only
def poster():
    school = scope.own_school()
    address = help_address(school.id)
    return render_template(
        "assistance/poster.html", school=school, door=own_door(), address=address, qr=qr_code.of_public(address)
    )


def by_state(door):
    found = defaultdict(list)
    for line in casework.lines(door.id):
        found[line.request.state].append(line)
    return {state: found[state] for state in STATES}


@bp.post("/erase")
@helper_only
def erase_many():
    """What is no request, many at once: asked once more, then erased; only what nobody has promised anything for."""
    chosen = set(request.form.getlist("request"))
    lines = [line for line in casework.lines(own_door().id) if line.request.id in chosen and line.request.state == NEW]
    free, form = [line for line in lines if not lending.is_out(line.request)], SafeForm(request.form)
    if not free:
        flash(_("Tick new requests for which nothing is lent."))
        return redirect(url_for("assistance.worklist"), 303)
    if not form.validate() or "sure" not in request.form:
        return render_template("assistance/erase_many.html", lines=free, form=form)
    erasing.erase_all([line.request for line in free])
    audit.record("erased_requests", number=len(free), requests=" ".join(line.reference for line in free))
    db.session("desk").commit()
    flash(_("Requests erased: %(number)s.", number=len(free)))
    return redirect(url_for("assistance.worklist"), 303)
