"""How many ask and how long they have waited, without a name: all of this room that the desks of others may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.assistance import casework, doors, lending
from survey.assistance.lending import StockLine
from survey.assistance.store import DONE, NEW, PROMISED
from survey.help_words import NEED_LABELS
from survey.staff.store import School


@dataclass(frozen=True, slots=True)
class Counts:
    """One school's requests and stock in numbers."""

    new: int
    promised: int
    done: int
    oldest_days: int  # of those that are open
    late: int  # without a promise for more than casework.LATE_DAYS
    very_late: int  # open for more than casework.VERY_LATE_DAYS
    needs: Mapping[str, int]  # need → open requests that name it
    stock: tuple[StockLine, ...]

    @property
    def open(self) -> int:
        """Requests that are not done."""
        return self.new + self.promised


def of_school(school: School) -> Counts:
    """One school's."""
    return of_schools([school])[school.id]


def of_schools(schools: Iterable[School]) -> Mapping[str, Counts]:
    """School id → its counts."""
    return {school.id: _at(doors.of_school(school.id).id) for school in schools}


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
