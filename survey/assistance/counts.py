"""How many ask and how long they have waited, without a name: all of this room that the desks of others may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from survey import db
from survey.assistance import casework, doors, lending, people, sealing
from survey.assistance.lending import StockLine
from survey.assistance.limits import LIMITS
from survey.assistance.store import DONE, LOST, NEW, OPEN, PROMISED, WITHDRAWN, HelpRequest, Loan, today
from survey.help_words import NEED_LABELS
from survey.staff.store import School


@dataclass(frozen=True, slots=True)
class Counts:
    """One school's requests and stock in numbers."""

    new: int
    promised: int
    withdrawn: int  # with something that is not back yet
    done: int
    oldest_days: int  # of those that are open
    late: int  # without a promise for more than LIMITS.late days
    very_late: int  # open for more than LIMITS.very_late days
    unreadable: int  # that cannot be opened
    needs: Mapping[str, int]  # need → open requests that name it
    stock: tuple[StockLine, ...]
    lost: int  # pieces, of requests that are still there

    @property
    def open(self) -> int:
        """Requests that wait for something."""
        return self.new + self.promised

    @property
    def overdue(self) -> int:
        """Pieces that should be back."""
        return sum(line.overdue for line in self.stock)


@dataclass(frozen=True, slots=True)
class Attention:
    """What of the assistance room a desk's first page brings to mind, added up over its schools."""

    open: int
    late: int
    very_late: int
    overdue: int
    unread: int  # schools with open requests that nobody is named to read
    late_days: int = LIMITS.late
    very_late_days: int = LIMITS.very_late


def of_school(school: School) -> Counts:
    """One school's."""
    return of_schools([school])[school.id]


def of_schools(schools: Iterable[School]) -> Mapping[str, Counts]:
    """School id → its counts."""
    return {school.id: _at(doors.of_school(school.id).id) for school in schools}


def attention(schools: Iterable[School]) -> Attention | None:
    """What waits at these schools; None where nothing does, or where the requests cannot be opened at all.

    Nothing is opened for it: a bureau's first page counts hundreds of schools.
    """
    try:
        school_of = {doors.of_school(school.id).id: school for school in schools}
    except sealing.OtherKey:
        return None  # the room's own pages say so
    store, requests = db.session("assistance"), select(HelpRequest.door, HelpRequest.state, HelpRequest.asked_on)
    found = store.execute(requests.where(HelpRequest.door.in_(school_of), HelpRequest.state.in_(OPEN))).all()
    ages = [(state, (today() - asked_on).days) for _, state, asked_on in found]
    overdue = select(func.count()).where(Loan.door.in_(school_of), Loan.ended_on.is_(None), Loan.due_on < today())
    added = Attention(
        open=len(found),
        late=sum(casework.is_late(*age) for age in ages),
        very_late=sum(casework.is_very_late(*age) for age in ages),
        overdue=store.scalar(overdue) or 0,
        unread=sum(not people.helpers(school_of[door]) for door in {door for door, *_ in found}),
    )
    return added if added.open or added.overdue else None


def amiss() -> Iterator[str]:
    """What keeps requests from being opened, in words for whoever runs the server."""
    try:
        sealing.check()
    except sealing.OtherKey as problem:
        yield str(problem)
        return
    requests = db.session("assistance").scalars(select(HelpRequest))
    if damaged := sum(not casework.line(request).opens for request in requests):
        yield f"{damaged} of the requests for help cannot be opened: their rows are damaged. Put a backup back."


def _at(door: str) -> Counts:
    lines = casework.lines(door)
    states = Counter(line.request.state for line in lines)
    named = Counter(need for line in lines if line.is_open for need in line.needs)
    return Counts(
        new=states[NEW],
        promised=states[PROMISED],
        withdrawn=states[WITHDRAWN],
        done=states[DONE],
        oldest_days=max((line.days for line in lines if line.is_open), default=0),
        late=sum(line.is_late for line in lines),
        very_late=sum(line.is_very_late for line in lines),
        unreadable=sum(not line.opens for line in lines),
        needs={need: named[need] for need in NEED_LABELS},
        stock=lending.stock(door),
        lost=sum(each.loan.end == LOST for each in lending.ended_at(door)),
    )
