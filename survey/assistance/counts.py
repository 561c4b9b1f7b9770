"""How many ask and how long they have waited, without a name: all of this room that the desks of others may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from survey import db
from survey.assistance import casework, doors, lending, people, sealing
from survey.assistance.lending import StockLine
from survey.assistance.limits import LIMITS
from survey.assistance.store import DONE, NEW, OPEN, PROMISED, WITHDRAWN, HelpRequest, Loan
from survey.day import today
from survey.staff.district import ListedSchool
from survey.staff.store import School
from survey.words.help_words import NEED_LABELS


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


@dataclass(frozen=True, slots=True)
class Ages:
    """One school's requests by how long they wait: nothing is opened to know it."""

    open: int = 0
    done: int = 0
    late: int = 0
    very_late: int = 0


def of_school(school: School) -> Counts:
    """One school's."""
    return of_schools([school])[school.id]


def of_schools(schools: Iterable[School | ListedSchool]) -> Mapping[str, Counts]:
    """School id → its counts; for some schools at a time, for what they ask for is opened."""
    school_of = doors.by_link([school.id for school in schools])
    lines: dict[str, list[casework.Line]] = {door: [] for door in school_of}
    for line in casework.lines_at(school_of.keys()):
        lines[line.request.door].append(line)
    stock, lost = lending.stock_at(school_of.keys()), lending.lost_at(school_of.keys())
    return {id_: _counts(lines[door], stock[door], lost.get(door, 0)) for door, id_ in school_of.items()}


def ages_of(schools: Iterable[School | ListedSchool]) -> Mapping[str, Ages]:
    """School id → its requests by age, of those at which anybody asked."""
    school_of = doors.by_link([school.id for school in schools])
    columns = HelpRequest.door, HelpRequest.state, HelpRequest.asked_on, func.count()
    alike = select(*columns).group_by(HelpRequest.door, HelpRequest.state, HelpRequest.asked_on)
    found: dict[str, Counter[str]] = {}
    for door, state, asked_on, number in db.session("assistance").execute(alike):
        if door in school_of:
            counted, days = found.setdefault(school_of[door], Counter()), (today() - asked_on).days
            counted["open"] += number * (state in OPEN)
            counted["done"] += number * (state == DONE)
            counted["late"] += number * casework.is_late(state, days)
            counted["very_late"] += number * casework.is_very_late(state, days)
    return {school: Ages(**counted) for school, counted in found.items()}


def attention(schools: Sequence[School | ListedSchool]) -> Attention | None:
    """What waits at these schools; None where nothing does, or where the requests cannot be opened at all.

    Nothing is opened for it: a bureau's first page counts hundreds of schools.
    """
    try:
        ages, school_of = ages_of(schools), doors.by_link([school.id for school in schools])
    except sealing.OtherKey:
        return None  # the room's own pages say so
    overdue = select(Loan.door, func.count()).where(Loan.ended_on.is_(None), Loan.due_on < today())
    late_pieces = db.session("assistance").execute(overdue.group_by(Loan.door))
    waiting = [school for school in schools if school.id in ages and ages[school.id].open]
    named = people.schools_with_helpers(schools[0].bureau_id) if waiting else set()
    added = Attention(
        open=sum(each.open for each in ages.values()),
        late=sum(each.late for each in ages.values()),
        very_late=sum(each.very_late for each in ages.values()),
        overdue=sum(number for door, number in late_pieces if door in school_of),
        unread=sum(school.id not in named for school in waiting),
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


def _counts(lines: Sequence[casework.Line], stock: tuple[StockLine, ...], lost: int) -> Counts:
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
        stock=stock,
        lost=lost,
    )
