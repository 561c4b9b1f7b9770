"""The smallest change as a mixed-integer programme: which variant of each aspect, so that every norm is kept.

Whatever is a sum is a row of the programme. Runs without a rest use a binary for each rest between two lessons. Money
uses a binary for each kind of family that is over its budget. Shares of families short of a device or out of reach are
no sums: `advice` evaluates them exactly and forbids what breaks them (`forbid_together`), until nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from estimator import variants
from estimator.budget import kinds_of_family
from estimator.change_costs import ChangeCosts
from estimator.data_use import gb_each_time
from estimator.grade_week import WEEKS_A_MONTH, GradeWeek
from estimator.integer_programme import IntegerProgramme
from estimator.plan import DAYS, Activity, Plan
from estimator.reach import Way, way_of
from estimator.variants import Variant

# Objective: cost first, then how many aspects are changed, then place in the plan, then nearness to what was.
COST, COUNT, NEARER = 10_000.0, 100.0, 0.001
GIVEN_UP = 1e9  # a norm is left broken only where nothing keeps it
# What the solver may be off a bound by; sums of whole numbers cannot be off by so little.
TOLERANCE = 2e-6
MINUTES_A_DAY = 24 * 60

Choice = tuple[int, str]  # place of the activity in the plan, aspect
Amount = Callable[[Activity], float]
# Whether a delivery with a beginning is as demanding as the one chosen, and the beginning now chosen.
Demanding = tuple[Callable[[Variant, Variant], bool], Variant]


@dataclass(frozen=True, slots=True)
class Picked:
    """One variant of one aspect, and its variable."""

    variant: Variant
    variable: int


@dataclass(frozen=True, slots=True)
class PrintingWay:
    """One way of printing: whether on one's own printer, what it costs a month, and the binary that rules it out."""

    own_printer: bool
    spent: dict[int, float]
    unless: int | None


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
        self._values: list[float] = []
        self.choices: dict[Choice, list[Picked]] = {}
        self.given_up: dict[tuple[int, str], int] = {}
        for index, activity in enumerate(plan.activities):
            if activity.grade in free:
                self._add_choices(index, activity)
            else:
                self._add_choice((index, "delivery"), [variants.KEPT])
        for grade, week in ((g, w) for g, w in weeks.items() if g in free):
            self._add_sums(grade)
            self._add_runs(grade, week)
            self._add_money(grade, week)

    def solve(self) -> dict[Choice, Variant]:
        """The chosen variant of every aspect. Raises NoSolution."""
        self._values = self.programme.solve()
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
        """One of the variants; of equal changes the one that is listed first, early in the plan, is taken."""
        place = choice[0] / (1 + len(self.plan.activities))
        picked = [
            Picked(v, self.programme.binary(COST * v.cost + (COUNT + place + rank * NEARER if v.fields else 0)))
            for rank, v in enumerate(listed)
        ]
        self.choices[choice] = picked
        self.programme.exactly({p.variable: 1.0 for p in picked}, 1)

    def _terms(self, grade: int, aspect: str, amount: Amount, day: str | None = None) -> dict[int, float]:
        """Variable → what its variant adds, over the grade's activities (of one weekday)."""
        terms: dict[int, float] = {}
        for index, activity in self.plan.of_grade(grade):
            if day is None or day in activity.days:
                for p in self.choices.get((index, aspect), ()):
                    if added := amount(p.variant.of(activity)):
                        terms[p.variable] = added
        return terms

    def _keep(self, grade: int, measure: str, terms: Mapping[int, float]) -> None:
        """A row: the sum stays within the measure's limit, if it has one."""
        limit = self.limits.get((grade, measure))
        most = sum(value for value in terms.values() if value > 0)
        if limit is not None and most > limit:
            self._at_most({**terms, self.may_give_up(grade, measure): -most}, limit)

    def _at_most(self, terms: Mapping[int, float], bound: float) -> None:
        exact = all(float(value).is_integer() for value in (*terms.values(), bound))
        self.programme.at_most(terms, bound if exact else bound - TOLERANCE)

    def _add_sums(self, grade: int) -> None:
        for day in DAYS:
            self._keep(grade, "screen_minutes", self._terms(grade, "delivery", _screen_minutes, day))
            self._keep(grade, "homework_minutes", self._terms(grade, "homework", lambda a: a.homework_minutes, day))
            self._keep(grade, "adult_minutes", self._terms(grade, "adult", lambda a: a.adult_minutes, day))
        pages = self._terms(grade, "printing", lambda a: a.pages * len(a.days))
        forced = self._terms(grade, "printing", lambda a: a.pages * len(a.days) if a.required else 0)
        self._keep(grade, "pages_week", pages)
        self._keep(grade, "forced_printing", forced)
        self._keep(grade, "check_ins", self._terms(grade, "check_in", lambda a: _asked_times(a, asked=a.check_in)))
        self._keep(grade, "uploads", self._terms(grade, "upload", lambda a: _asked_times(a, asked=a.upload == "video")))
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

    def _add_runs(self, grade: int, week: GradeWeek) -> None:
        """Between any two lessons that together are too long, somewhere a rest."""
        limit = self.limits.get((grade, "longest_run_minutes"))
        if limit is None:
            return
        rest_minutes = week.figure("rest_minutes")
        ordered: set[tuple[int, int]] = set()
        for day in DAYS:
            timed = [(i, a) for i, a in week.on(day) if a.on_screen and a.start_minute is not None]
            line = [index for index, _ in sorted(timed, key=lambda placed: placed[1].start_minute or 0)]
            rests = [self._rest(one, other, rest_minutes) for one, other in zip(line, line[1:], strict=False)]
            ordered |= set(zip(line, line[1:], strict=False))
            for first in range(len(line)):
                self._add_windows(grade, line[first:], rests[first:], limit, rest_minutes)
        for one, other in sorted(ordered):
            self._add_order(one, other)

    def _add_windows(self, grade: int, line: list[int], rests: list[int], limit: float, rest_minutes: float) -> None:
        """The shortest stretches from the first lesson on whose minutes together are too many."""
        minutes, breaks = dict[int, float](), dict[int, float]()
        whole = 0.0
        for place, index in enumerate(line):
            activity = self.plan.activities[index]
            for p in self.choices[(index, "delivery")]:
                if shown := _timed_minutes(p.variant.of(activity)):
                    minutes[p.variable] = shown
            whole += activity.minutes
            if place and whole > limit:
                self._at_most(
                    {
                        **minutes,
                        **dict.fromkeys([*rests[:place], *breaks], -whole),
                        self.may_give_up(grade, "longest_run_minutes"): -whole,
                    },
                    limit,
                )
            for p in self.choices[(index, "delivery")]:
                # What happens away from the screen, or can wait, leaves its time free.
                if place and not _timed_minutes(p.variant.of(activity)) and activity.minutes >= rest_minutes:
                    breaks[p.variable] = 1.0

    def _rest(self, one: int, other: int, rest_minutes: float) -> int:
        """A binary that may be 1 only if a rest lies between two lessons that follow each other."""
        rest = self.programme.binary()
        start, end = self._start_terms(other), self._end_terms(one)
        terms = {**start[0], **{variable: -value for variable, value in end[0].items()}, rest: -MINUTES_A_DAY}
        self.programme.at_least(terms, rest_minutes - MINUTES_A_DAY - start[1] + end[1])
        return rest

    def _add_order(self, one: int, other: int) -> None:
        """The later lesson begins when the earlier is over, if it does so now."""
        first, second = self.plan.activities[one], self.plan.activities[other]
        if (first.start_minute or 0) + first.minutes <= (second.start_minute or 0):
            start, end = self._start_terms(other), self._end_terms(one)
            terms = {**start[0], **{variable: -value for variable, value in end[0].items()}}
            self.programme.at_least(terms, end[1] - start[1])

    def _start_terms(self, index: int) -> tuple[dict[int, float], float]:
        """When a lesson begins: terms and constant."""
        start = self.plan.activities[index].start_minute or 0
        moves = self.choices.get((index, "start"), ())
        shifts = {p.variable: float(p.variant.fields["start_minute"] - start) for p in moves if p.variant.fields}
        return shifts, float(start)

    def _end_terms(self, index: int) -> tuple[dict[int, float], float]:
        """When its time is over: terms and constant."""
        activity = self.plan.activities[index]
        terms, start = self._start_terms(index)
        lengths = {p.variable: float(p.variant.of(activity).minutes) for p in self.choices[(index, "delivery")]}
        return {**terms, **lengths}, start

    def _add_money(self, grade: int, week: GradeWeek) -> None:
        """Data and its cost; and a binary for each kind of family that cannot pay, together within the limit."""
        data = _times(self._terms(grade, "delivery", lambda a: _lesson_gb(week, a)), WEEKS_A_MONTH)
        data |= _times(self._terms(grade, "upload", lambda a: _upload_gb(week, a)), WEEKS_A_MONTH)
        data_cost = _times(data, week.price("price_gb"))
        self._keep(grade, "data_gb_month", data)
        self._keep(grade, "data_cost_month", data_cost)
        if (grade, "families_over_budget") not in self.limits:
            return
        bought = _times(self._terms(grade, "buy", lambda a: a.buy), 1 / week.figure("purchase_months"))
        printing = self._printing(grade, week)
        over: dict[int, float] = {}
        for kind in kinds_of_family(week):
            too_much = self.programme.binary()
            over[too_much] = kind.share
            for_data = data_cost if kind.pays_for_data else dict[int, float]()
            self._within(for_data, kind.most_for_data, too_much)
            for way in printing:
                if kind.has_printer == way.own_printer:
                    self._within(bought | for_data | way.spent, kind.most_in_all, too_much, way.unless)
        self._keep(grade, "families_over_budget", over)

    def _printing(self, grade: int, week: GradeWeek) -> list[PrintingWay]:
        """What printing costs by each way; those without a printer go to a shop or, if that is dearer, buy one."""
        black = self._terms(grade, "printing", lambda a: 0 if a.colour else a.pages * len(a.days) * WEEKS_A_MONTH)
        colour = self._terms(grade, "printing", lambda a: a.pages * len(a.days) * WEEKS_A_MONTH if a.colour else 0)
        own = _times({**black, **colour}, week.price("price_page_own_printer"))
        shop = {**_times(black, week.price("price_page_bw")), **_times(colour, week.price("price_page_colour"))}
        goes_to_shop, buys = self.programme.binary(), self.programme.binary()
        self.programme.exactly({goes_to_shop: 1, buys: 1}, 1)
        printer_a_month = week.price("price_printer") / week.figure("purchase_months")
        return [
            PrintingWay(True, own, None),
            PrintingWay(False, shop, buys),
            PrintingWay(False, own | {buys: printer_a_month}, goes_to_shop),
        ]

    def _within(self, spent: Mapping[int, float], most: float, *unless: int | None) -> None:
        """A row: what is spent is at most so much, unless one of these binaries is 1."""
        whole = sum(spent.values())
        freeing = {variable: -whole for variable in unless if variable is not None}
        if whole > most:
            self._at_most({**spent, **freeing}, most)


def _lesson_gb(week: GradeWeek, a: Activity) -> float:
    """A week's data of a lesson, without its upload, which is an aspect of its own."""
    return gb_each_time(week, replace(a, upload_mb=0.0) if a.upload != "none" else a) * len(a.days)


def _upload_gb(week: GradeWeek, a: Activity) -> float:
    return gb_each_time(week, replace(a, minutes=0)) * len(a.days)


def _screen_minutes(a: Activity) -> float:
    return a.minutes if a.on_screen else 0


def _timed_minutes(a: Activity) -> float:
    return a.minutes if a.on_screen and a.start_minute is not None else 0


def _asked_times(a: Activity, *, asked: bool) -> float:
    return len(a.days) if asked and a.required else 0


def _movable(a: Activity) -> bool:
    return a.kind in variants.MOVABLE and a.start_minute is not None


def _times(terms: Mapping[int, float], factor: float) -> dict[int, float]:
    return {variable: value * factor for variable, value in terms.items()}


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
