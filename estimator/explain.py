"""A figure followed to its inputs: its rule, the activities, prices and families it rests on, who limits it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from estimator.assess import MEASURES, UNCERTAIN
from estimator.assessment import Source
from estimator.grade_week import GradeWeek, Reading
from estimator.norms import Figure, Ruling
from estimator.plan import DEVICES, Activity

# What each measure asks of the families; the others rest on the plan alone.
OF_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "families_short_of_device": ("households", *DEVICES, "adults_at_work_on_computer"),
    "families_out_of_reach": (*DEVICES, "no_connection"),
    "families_over_budget": ("income", "persons", "broadband", "printer"),
    "print_cost_month": ("printer",),
}

# Sums: each activity adds to them what it would make alone.
SUMS = (
    "screen_minutes",
    "screen_dose",
    "longest_run_minutes",
    "homework_minutes",
    "pages_week",
    "forced_printing",
    "data_gb_month",
    "data_cost_month",
    "adult_minutes",
    "check_ins",
    "uploads",
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a measure of one grade comes from."""

    measure: str
    grade: int
    reading: Reading
    how: str  # the rule, as the measure's own function states it
    activities: tuple[Activity, ...]  # that make the value
    borne: tuple[Activity, ...]  # that it may hang on, where what is assumed of families lets none be hit
    figures: tuple[Figure, ...]  # prices, bitrates and parameters used, each with its source
    families: Mapping[str, Source]  # what was assumed of families → who says so
    ruling: Ruling  # the limit that applies, and those passed over


@dataclass(frozen=True, eq=False)
class _Watched(GradeWeek):
    """A grade's week that remembers which figures were asked for."""

    used: dict[str, Figure] = field(default_factory=dict)

    def figure(self, name: str) -> float:
        found = self.norms.figure(name, self.place, self.day)
        self.used[name] = found
        return found.value

    def price(self, name: str) -> float:
        value = super().price(name)
        self.used[name] = self._own(name, value) or self.norms.figure(name, self.place, self.day)
        return value

    def _own(self, name: str, value: float) -> Figure | None:
        """The district's own price, with who says so; it is in the plan's currency."""
        if name not in self.families.prices:
            return None
        source = self.families.sources[name]
        _, slash, each = self.norms.figures[name][0].unit.partition("/")
        return Figure(
            name,
            "price",
            value,
            f"{self.plan.currency}{slash}{each}",
            self.place,
            source.date or date.min,
            source,
            False,
        )


def explain(week: GradeWeek, measure: str) -> Explanation:
    """Compute one measure again and tell everything it rests on. Raises KeyError for a measure nobody knows."""
    compute = MEASURES[measure]
    watched = _Watched(week.plan, week.grade, week.families, week.norms, week.place, week.day)
    reading = compute(watched)
    own = {name: week.families.sources[name] for name in OF_FAMILIES.get(measure, ())}
    return Explanation(
        measure=measure,
        grade=week.grade.grade,
        reading=reading,
        how=" ".join((inspect.getdoc(compute) or "").split()),
        activities=_those(week, reading.activities),
        borne=_borne(week, measure, reading),
        figures=tuple(watched.used.values()),
        families=own,
        ruling=week.norms.ruling(measure, week.place, week.grade.grade, week.day),
    )


def _borne(week: GradeWeek, measure: str, reading: Reading) -> tuple[Activity, ...]:
    """What costs or binds families, but is too much for none of them."""
    if measure not in UNCERTAIN or reading.value:
        return ()
    return _those(week, UNCERTAIN[measure].causes(week))


def _those(week: GradeWeek, places: tuple[int, ...]) -> tuple[Activity, ...]:
    return tuple(week.plan.activities[place] for place in places)


def alone(week: GradeWeek, measure: str, activity: Activity) -> float:
    """What a measure would be if the grade had this activity only."""
    return MEASURES[measure](replace(week, plan=replace(week.plan, activities=(activity,)))).value
