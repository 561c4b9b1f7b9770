"""The school's list of requests: who waits for how long, without a name; on paper too; and the families' address."""

from __future__ import annotations

from collections import defaultdict
from functools import wraps

from flask import render_template, request

from survey import help_words, qr_code, wording
from survey.assistance import casework, counts, doors, lending, people
from survey.assistance.forms import LONG_NUMBER
from survey.assistance.store import STATES
from survey.assistance.views import bp, help_address
from survey.staff import audit, scope
from survey.staff.access import principal_only


def helper_only(view):
    """A page for the person named for assistance; to colleagues it does not exist."""

    @principal_only
    @wraps(view)
    def guarded(*args, **kwargs):
        if not people.is_helper(scope.account()):
            scope.refuse("page", request.path)
        return view(*args, **kwargs)

    return guarded


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
        overdue=[each for each in lending.out_at(door.id) if each.is_overdue] if may_see else [],
        late_days=casework.LATE_DAYS,
        help_words=help_words,
        wording=wording,
    )


@bp.get("/print")
@helper_only
def paper():
    """The open requests on paper: without a name, without a way to reach anybody."""
    door = own_door()
    waiting = [line for line in casework.lines(door.id) if line.request.state != "done"]
    audit.note("printed_requests", number=len(waiting))
    return render_template(
        "assistance/paper.html",
        school=scope.own_school(),
        rows=[(line, casework.notes(line.request)) for line in waiting],
        without_numbers=without_numbers,
        help_words=help_words,
        wording=wording,
    )


@bp.get("/poster")
@principal_only
def poster():
    school = scope.own_school()
    address = help_address(school.id)
    return render_template(
        "assistance/poster.html", school=school, door=own_door(), address=address, qr=qr_code.drawn(address)
    )


def by_state(door):
    found = defaultdict(list)
    for line in casework.lines(door.id):
        found[line.request.state].append(line)
    return {state: found[state] for state in STATES}


def without_numbers(words):
    """Words for paper: a telephone number that stands in them is left out."""
    return LONG_NUMBER.sub("…", words)
