"""What a school's words are found from, beside a release: its plan, and what is written down of it in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from estimator.assessment import Assessment
from estimator.plan import Plan

ROUNDS_WITHOUT_ACTION = "rounds_without_action"
REQUESTS_WITHOUT_PROMISE = "requests_without_promise"
REQUESTS_OPEN_LONG = "requests_open_long"
RECORDS = (ROUNDS_WITHOUT_ACTION, REQUESTS_WITHOUT_PROMISE, REQUESTS_OPEN_LONG)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that is written down: of how many requests, where it is a part of them."""

    number: int
    of: int | None = None

    @property
    def value(self) -> float:
        """The number, or the share it is."""
        return self.number if self.of is None else self.number / self.of


@dataclass(frozen=True, slots=True)
class Facts:
    """One school. `records` has those of RECORDS that there is anything to count of."""

    school_id: str
    school_name: str
    plan: Plan | None = None
    assessment: Assessment | None = None
    records: Mapping[str, Counted] = field(default_factory=dict)
