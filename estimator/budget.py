"""Families for whom the plan costs too large a share of their income."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from estimator import data_use, printing
from estimator.data_use import data_gb_month
from estimator.families import Families
from estimator.grade_week import GradeWeek, Quantity, Reading, share_of_families
from estimator.printing import PrintingCost, pages_month, pages_week


class KindOfFamily(NamedTuple):
    """Families of one income group, with or without broadband and a printer, and the most they can spend a month.

    Amounts in the plan's currency; the three are taken as independent.
    """

    share: float
    pays_for_data: bool
    has_printer: bool
    most_for_data: float
    most_in_all: float


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The same of all kinds at once, a row each; shares have a column for each of the families that might be."""

    share: NDArray[np.float64]
    pays_for_data: NDArray[np.bool_]
    has_printer: NDArray[np.bool_]
    most_for_data: NDArray[np.float64]
    most_in_all: NDArray[np.float64]


def families_over_budget(week: GradeWeek) -> Reading:
    """Share of families whose data takes more than `data_share_of_income` of a month's income, or whose data, printing
    and purchases (spread over `purchase_months`) together more than `purchase_share_of_income` [share].
    """
    return share_of_families(float(over_budget(week)(week.families)[0]), week, to_pay)


def to_pay(week: GradeWeek) -> tuple[int, ...]:
    """The activities that it may hang on."""
    buying = (i for i, a in week.activities if a.buy)
    return tuple(sorted({*data_gb_month(week).activities, *pages_week(week).activities, *buying}))


def over_budget(week: GradeWeek) -> Callable[[Families], NDArray[np.float64]]:
    """The same share of whichever families, of each that might be; what the plan needs of them is read once."""
    volume, pages = data_gb_month(week).value, pages_month(week)
    bought = week.purchase_month(sum(a.buy for _, a in week.activities))

    def share(families: Families) -> NDArray[np.float64]:
        of_these = week if families is week.families else replace(week, families=families)
        data_cost, printing_cost = data_use.cost_of(of_these, volume), printing.cost_of(of_these, *pages)
        kinds = _kinds(families, week.figure("data_share_of_income"), week.figure("purchase_share_of_income"))
        is_over = cannot_pay(kinds, data_cost, printing_cost, bought)
        # One after the other: a sum of its own order would have other last digits for one family than for many.
        over: NDArray[np.float64] = np.add.accumulate(kinds.share * is_over)[-1]
        return over

    return share


def cannot_pay(
    kind: KindOfFamily | _Kinds, data_cost: Quantity, printing_cost: PrintingCost, bought: Quantity
) -> NDArray[np.bool_]:
    """Whether a month's data, or data, printing and purchases together, are more than such a family can spend."""
    for_data = data_cost * kind.pays_for_data
    for_printing = np.where(kind.has_printer, printing_cost.own_printer, printing_cost.without_printer)
    too_much: NDArray[np.bool_] = for_data + for_printing + bought > kind.most_in_all
    return too_much | (for_data > kind.most_for_data)


def kinds_of_family(week: GradeWeek) -> list[KindOfFamily]:
    """The families of the district by what they have and can spend; their shares add up to 1."""
    return _listed(week.families, week.figure("data_share_of_income"), week.figure("purchase_share_of_income"))


def _listed(families: Families, for_data: float, in_all: float) -> list[KindOfFamily]:
    connections = ((families.broadband, False), (1 - families.broadband, True))
    printers = ((families.printer, True), (1 - families.printer, False))
    return [
        KindOfFamily(
            share=group.share * online * printing,
            pays_for_data=pays,
            has_printer=has_printer,
            most_for_data=for_data * group.monthly_per_head * families.persons,
            most_in_all=in_all * group.monthly_per_head * families.persons,
        )
        for group, (online, pays), (printing, has_printer) in product(families.income, connections, printers)
    ]


@lru_cache(maxsize=64)
def _kinds(families: Families, for_data: float, in_all: float) -> _Kinds:
    columns: Any = zip(*_listed(families, for_data, in_all), strict=True)
    return _Kinds(*(np.array(column).reshape(len(column), -1) for column in columns))
