"""The smallest change as a mixed-integer programme: which variant of each aspect, so that every norm is kept.

Whatever is a sum is a row of the programme. Runs without a rest use a binary for each rest between two lessons. Money
uses a binary for each kind of family that is over its budget. Shares of families short of a device or out of reach are
no sums: `advice` evaluates them exactly and forbids what breaks them (`forbid_together`), until nothing does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from estimator import advice_money, advice_runs, variants
from estimator.advice_preference import ASPECTS, Preference
from estimator.change_costs import ChangeCosts
from estimator.grade_week import GradeWeek
from estimator.integer_programme import SECONDS, IntegerProgramme
from estimator.norms import BY_SCREEN
from estimator.plan import DAYS, Activity, Plan
from estimator.reach import Way, way_of
from estimator.screen_time import share_of_screen_limit
from estimator.variants import Variant

GIVEN_UP = 1e9  # a norm is left broken only where nothing keeps it
# What the solver may be off a bound by; sums of whole numbers cannot be off by so little.
TOLERANCE = 2e-6

Choice = tuple[int, str]  # place of the activity in the plan, aspect
Amount = Callable[[Activity], float]
# Whether a delivery with a beginning is as demanding as the one chosen, and the beginning now chosen.
Demanding = tuple[Callable[[Variant, Variant], bool], Variant]


@dataclass(frozen=True, slots=True)
class Picked:
    """One variant of one aspect, and its variable."""

    variant: Variant
    variable: int


class AdviceModel:
    """The programme of one plan: `limits` by grade and measure; only the activities of `free` grades may change."""

    def __init__(
        self,
        plan: Plan,
        weeks: Mapping[int, GradeWeek],
        limits: Mapping[tuple[int, str], float],
        free: frozenset[int],
        costs: ChangeCosts,
    ):
        self.plan, self.limits, self.costs = plan, limits, costs
        self.programme = IntegerProgramme()
        self.preference = Preference.among(sum(ASPECTS for a in plan.activities if a.grade in free))
        self.is_proven = True  # whether no change is proven to be smaller than the last one found
        self._values: list[float] = []
        self._choices_of: Counter[int] = Counter()
        self.choices: dict[Choice, list[Picked]] = {}
        self.given_up: dict[tuple[int, str], int] = {}
        for index, activity in enumerate(plan.activities):
            if activity.grade in free:
                self._add_choices(index, activity)
            else:
                self._add_choice((index, "delivery"), [variants.KEPT])
        for grade, week in ((g, w) for g, w in weeks.items() if g in free):
            self._add_sums(grade)
            self._add_screens(grade, week.minutes_by_screen)
            advice_runs.add_runs(self, grade, week)
            advice_money.add_money(self, grade, week)

    def solve(self, seconds: float = SECONDS) -> dict[Choice, Variant]:
        """The chosen variant of every aspect, the best found in so many seconds. Raises NoSolution."""
        found = self.programme.solve(seconds)
        self._values, self.is_proven = found.values, found.is_proven
        return {
            choice: max(picked, key=lambda p: self._values[p.variable]).variant
            for choice, picked in self.choices.items()
        }

    def is_given_up(self, grade: int, measure: str) -> bool:
        """Whether the solution leaves this norm broken, because nothing keeps it."""
        variable = self.given_up.get((grade, measure))
        return variable is not None and variable < len(self._values) and round(self._values[variable]) == 1

    def forbid_together(self, grade: int, measure: str, guilty: Mapping[int, Demanding]) -> None:
        """Not all of these activities may stay as demanding as they now are: at least one must turn out otherwise.

        `guilty` tells, for each activity's place, which delivery with which beginning is at least as demanding as the
        one now chosen, and that one.
        """
        terms: dict[int, float] = {self.may_give_up(grade, measure): 1.0}
        for index, (is_demanding, now) in guilty.items():
            starts = self.choices.get((index, "start"), ())
            deliveries = self.choices[(index, "delivery")]
            still = [p for p in deliveries if is_demanding(p.variant, now)]
            relieving = [p for p in deliveries if not is_demanding(p.variant, now)]
            relieving += [p for p in starts if not all(is_demanding(d.variant, p.variant) for d in still)]
            terms |= {p.variable: 1.0 for p in relieving}
        self.programme.at_least(terms, 1)

    def forbid_ways(self, grade: int, measure: str, ways: Sequence[Way]) -> None:
        """Not all of these ways to receive a required lesson may be needed, nor ways that reach fewer still."""
        needed: list[int] = []
        for way in ways:
            needs = self.programme.binary()
            needed.append(needs)
            for index, activity in self.plan.of_grade(grade):
                picked = [p for p in self.choices[(index, "delivery")] if _needs(p.variant.of(activity), way)]
                if picked:
                    self.programme.at_most({**{p.variable: 1.0 for p in picked}, needs: -1.0}, 0)
        give_up = {self.may_give_up(grade, measure): -1.0}
        self.programme.at_most({**dict.fromkeys(needed, 1.0), **give_up}, len(needed) - 1)

    def forbid_exactly(self, chosen: Mapping[Choice, Variant]) -> None:
        """Something must turn out otherwise than it was chosen."""
        terms = {
            p.variable: 1.0 for choice, picked in self.choices.items() for p in picked if p.variant != chosen[choice]
        }
        self.programme.at_least(terms, 1)

    def may_give_up(self, grade: int, measure: str) -> int:
        """The variable that leaves this norm broken in this grade, at a price beyond all changes."""
        if (grade, measure) not in self.given_up:
            self.given_up[(grade, measure)] = self.programme.binary(GIVEN_UP)
        return self.given_up[(grade, measure)]

    def _add_choices(self, index: int, activity: Activity) -> None:
        aspects = {
            "delivery": variants.deliveries(activity, self.costs),
            "start": variants.moves(activity, self.costs),
            **variants.simple_aspects(activity, self.costs),
        }
        for aspect, listed in aspects.items():
            if len(listed) > 1 or aspect == "delivery":
                self._add_choice((index, aspect), listed)
        moved = {p.variable: 1.0 for p in self.choices.get((index, "start"), ())[1:]}
        if moved:
            # A broadcast's beginning is not the school's, and what can wait has none.
            free = {p.variable: -1.0 for p in self.choices[(index, "delivery")] if _movable(p.variant.of(activity))}
            self.programme.at_most({**moved, **free}, 0)

    def _add_choice(self, choice: Choice, listed: list[Variant]) -> None:
        """One of the variants; of equal changes the one that is listed first, early in its own grade, is taken."""
        grade = self.plan.activities[choice[0]].grade
        place = self._choices_of[grade]
        self._choices_of[grade] += 1
        picked = [
            Picked(v, self.programme.binary(self.preference.price(v, place + rank / len(listed))))
            for rank, v in enumerate(listed)
        ]
        self.choices[choice] = picked
        self.programme.exactly({p.variable: 1.0 for p in picked}, 1)

    def terms(self, grade: int, aspect: str, amount: Amount, day: str | None = None) -> dict[int, float]:
        """Variable → what its variant adds, over the grade's activities (of one weekday)."""
        terms: dict[int, float] = {}
        for index, activity in self.plan.of_grade(grade):
            if day is None or day in activity.days:
                for p in self.choices.get((index, aspect), ()):
                    if added := amount(p.variant.of(activity)):
                        terms[p.variable] = added
        return terms

    def keep(self, grade: int, measure: str, terms: Mapping[int, float]) -> None:
        """A row: the sum stays within the measure's limit, if it has one."""
        limit = self.limits.get((grade, measure))
        most = sum(value for value in terms.values() if value > 0)
        if limit is not None and most > limit:
            self.at_most({**terms, self.may_give_up(grade, measure): -most}, limit)

    def at_most(self, terms: Mapping[int, float], bound: float) -> None:
        """A row: the sum is at most the bound, exactly where all are whole numbers."""
        exact = all(float(value).is_integer() for value in (*terms.values(), bound))
        self.programme.at_most(terms, bound if exact else bound - TOLERANCE)

    def _add_sums(self, grade: int) -> None:
        for day in DAYS:
            self.keep(grade, "screen_minutes", self.terms(grade, "delivery", _screen_minutes, day))
            self.keep(grade, "homework_minutes", self.terms(grade, "homework", lambda a: a.homework_minutes, day))
            self.keep(grade, "adult_minutes", self.terms(grade, "adult", lambda a: a.adult_minutes, day))
        pages = self.terms(grade, "printing", lambda a: a.pages * len(a.days))
        forced = self.terms(grade, "printing", lambda a: a.pages * len(a.days) if a.required else 0)
        self.keep(grade, "pages_week", pages)
        self.keep(grade, "forced_printing", forced)
        self.keep(grade, "check_ins", self.terms(grade, "check_in", lambda a: _asked_times(a, asked=a.check_in)))
        self.keep(grade, "uploads", self.terms(grade, "upload", lambda a: _asked_times(a, asked=a.upload == "video")))
        for measure in ("lesson_minutes", "longest_run_minutes"):
            # A lesson alone is a run too.
            limit = self.limits.get((grade, measure))
            if limit is not None:
                for index, activity in self.plan.of_grade(grade):
                    too_long = [
                        p.variable
                        for p in self.choices[(index, "delivery")]
                        if _screen_minutes(p.variant.of(activity)) > limit
                    ]
                    if too_long:
                        self.programme.at_most(
                            {**dict.fromkeys(too_long, 1.0), self.may_give_up(grade, measure): -1.0}, 0
                        )

    def _add_screens(self, grade: int, minutes_by_screen: Mapping[str, float] | None) -> None:
        """Where each kind of screen has its limit: shares of them add up to 1 at most, in whole numbers if they are."""
        limit = self.limits.get((grade, BY_SCREEN))
        if not minutes_by_screen or limit is None:
            return
        minutes = minutes_by_screen.values()
        scale = math.lcm(*(int(m) for m in minutes)) if all(float(m).is_integer() for m in minutes) else 1
        give_up = self.may_give_up(grade, BY_SCREEN)
        for day in DAYS:
            terms = self.terms(grade, "delivery", lambda a: scale * share_of_screen_limit(a, minutes_by_screen), day)
            terms = {variable: _whole(share) for variable, share in terms.items()}
            self.at_most({**terms, give_up: -sum(terms.values())}, scale * limit)


def _whole(share: float) -> float:
    """Rid of what dividing and multiplying left behind a whole number."""
    return float(round(share)) if math.isclose(share, round(share), rel_tol=1e-12) else share


def _screen_minutes(a: Activity) -> float:
    return a.minutes if a.on_screen else 0


def _asked_times(a: Activity, *, asked: bool) -> float:
    return len(a.days) if asked and a.required else 0


def _movable(a: Activity) -> bool:
    return a.kind in variants.MOVABLE and a.start_minute is not None


def _needs(a: Activity, way: Way) -> bool:
    """Whether a required lesson reaches no family that this way does not reach."""
    return a.required and a.on_screen and set(a.devices) <= set(way.devices) and way_of(a).online >= way.online


def combined(activity: Activity, delivery: Variant, start: Variant) -> Activity:
    """The activity with both; what can wait has no beginning to be moved."""
    delivered = delivery.of(activity)
    return start.of(delivered) if delivered.start_minute is not None else delivered


def changed(plan: Plan, chosen: Mapping[Choice, Variant]) -> Plan:
    """The plan with the chosen variants."""
    activities = list(plan.activities)
    for index, activity in enumerate(plan.activities):
        made = combined(activity, chosen[(index, "delivery")], chosen.get((index, "start"), variants.KEPT))
        for aspect in variants.SIMPLE_ASPECTS:
            made = chosen.get((index, aspect), variants.KEPT).of(made)
        activities[index] = made
    return replace(plan, activities=tuple(activities))
