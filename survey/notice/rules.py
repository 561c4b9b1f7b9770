"""What is asked of a school for each clause, and which word a figure gets: values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KEPT, PARTLY, NOT_KEPT, NOT_KNOWN = "kept", "partly", "not_kept", "not_known"
WORDS = (KEPT, PARTLY, NOT_KEPT, NOT_KNOWN)
MIXED_IS_PARTLY, MIXED_IS_WORST = "partly", "worst"
SEEN, HEARD = "seen", "heard"  # the two sides of a clause
SIDES = (SEEN, HEARD)
BY_PLAN, BY_RECORD = "plan", "record"  # where the first side is seen


@dataclass(frozen=True, slots=True)
class Bounds:
    """A clause is kept from a figure's `kept` on to the side away from `not_kept`; beyond that it is not."""

    kept: float
    not_kept: float

    @property
    def less_is_better(self) -> bool:
        """Whether small figures keep the clause."""
        return self.kept < self.not_kept

    def word(self, low: float, high: float) -> str:
        """The word of a figure that lies from `low` to `high`; NOT_KNOWN where the range leaves it open.

        Clearly beyond `kept` and not clearly beyond `not_kept` is partly kept.
        """
        if not self.less_is_better:
            return Bounds(-self.kept, -self.not_kept).word(-high, -low)
        if high <= self.kept:
            return KEPT
        if low >= self.not_kept:
            return NOT_KEPT
        return PARTLY if low > self.kept else NOT_KNOWN


@dataclass(frozen=True, slots=True)
class OfMeasure:
    """A measure of the plan keeps its limit."""

    measure: str


@dataclass(frozen=True, slots=True)
class OfPlan:
    """A figure of each grade's plan, by its name in plan_figures."""

    figure: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class OfRecord:
    """What stands written down of the school besides its plan, by its name in facts."""

    record: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class OfAnswers:
    """The share of a questionnaire's people who give one of these answers."""

    questionnaire: str
    question: str
    answers: tuple[str, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class OfResponse:
    """Enough of a questionnaire's people answered."""

    questionnaire: str


Rule = OfMeasure | OfPlan | OfRecord | OfAnswers | OfResponse


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: by what it is seen, by what it is heard, and the word where these differ."""

    id: str
    seen: tuple[Rule, ...]
    heard: tuple[Rule, ...]
    if_mixed: str

    @property
    def seen_in(self) -> str | None:
        """Where it is seen: in the plan, or in other records; None where it is heard only."""
        if not self.seen:
            return None
        return BY_RECORD if isinstance(self.seen[0], OfRecord) else BY_PLAN

    def of(self, side: str) -> tuple[Rule, ...]:
        """The rules of one of SIDES."""
        return self.seen if side == SEEN else self.heard


def together(words: Iterable[str], if_mixed: str = MIXED_IS_PARTLY, *, is_open: bool = False) -> str:
    """One word for several; those that are not known do not count.

    `is_open` says that of one more the range leaves the word open: then it is given only if it stands whatever that is.
    """
    known = {*words} - {NOT_KNOWN}
    if not known:
        return NOT_KNOWN
    is_one = len(known) == 1 or if_mixed == MIXED_IS_WORST
    word = max(known, key=WORDS.index) if is_one else PARTLY
    stands = word == PARTLY or (word == NOT_KEPT and if_mixed == MIXED_IS_WORST)
    return NOT_KNOWN if is_open and not stands else word
