"""How many ask and how long they have waited, without a name: all of this room that the desks of others may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey.assistance import casework, doors, lending
from survey.assistance.lending import StockLine
from survey.assistance.store import DONE, NEW, PROMISED
from survey.help_words import NEED_LABELS, STOCK_LABELS
from survey.staff.store import School


@dataclass(frozen=True, slots=True)
class Counts:
    """One school's requests and stock in numbers."""

    new: int = 0
    promised: int = 0
    done: int = 0
    oldest_days: int = 0  # of those that are open
    late: int = 0  # without a promise for more than casework.LATE_DAYS
    very_late: int = 0  # open for more than casework.VERY_LATE_DAYS
    needs: Mapping[str, int] = field(
        default_factory=lambda: dict.fromkeys(NEED_LABELS, 0)
    )  # need → open requests that name it
    stock: tuple[StockLine, ...] = tuple(StockLine(kind, 0, 0, 0) for kind in STOCK_LABELS)

    @property
    def open(self) -> int:
        """Requests that are not done."""
        return self.new + self.promised


def of_school(school: School) -> Counts:
    """One school's."""
    return of_schools([school])[school.id]


def of_schools(schools: Iterable[School]) -> Mapping[str, Counts]:
    """School id → its counts; a school that nobody has asked yet has none of anything."""
    listed = [school.id for school in schools]
    found = doors.known_of(listed)
    return {id_: _at(found[id_].id) if id_ in found else Counts() for id_ in listed}


def _at(door: str) -> Counts:
    lines = casework.lines(door)
    states = Counter(line.request.state for line in lines)
    still_open = [line for line in lines if line.request.state != DONE]
    named = Counter(need for line in still_open for need in line.needs)
    return Counts(
        new=states[NEW],
        promised=states[PROMISED],
        done=states[DONE],
        oldest_days=max((line.days for line in still_open), default=0),
        late=sum(line.is_late for line in lines),
        very_late=sum(line.days > casework.VERY_LATE_DAYS for line in still_open),
        needs={need: named[need] for need in NEED_LABELS},
        stock=lending.stock(door),
    )
