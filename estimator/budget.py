"""Families for whom the plan costs too large a share of their income."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from estimator.data_use import data_gb_month
from estimator.families import Families
from estimator.grade_week import GradeWeek, Reading
from estimator.printing import cost_of, pages_month, pages_week


class KindOfFamily(NamedTuple):
    """Families of one income group, with or without broadband and a printer, and the most they can spend a month.

    Amounts in the plan's currency; the three are taken as independent. A tuple: a thousand are made to weigh one grade.
    """

    share: float
    pays_for_data: bool
    has_printer: bool
    most_for_data: float
    most_in_all: float


def families_over_budget(week: GradeWeek) -> Reading:
    """Share of families whose data takes more than `data_share_of_income` of a month's income, or whose data, printing
    and purchases (spread over `purchase_months`) together more than `purchase_share_of_income` [share].
    """
    over = float(over_budget(week)(week.families))
    buying = (i for i, a in week.activities if a.buy)
    causes = {*data_gb_month(week).activities, *pages_week(week).activities, *buying}
    return Reading(over, (), tuple(sorted(causes)) if over else ())


def over_budget(week: GradeWeek) -> Callable[[Families], Any]:
    """The same share of whichever families; what the plan needs of them is read once."""
    volume, pages = data_gb_month(week).value, pages_month(week)
    bought = sum(a.buy for _, a in week.activities) / week.figure("purchase_months")

    def share(families: Families) -> Any:
        of_these = replace(week, families=families)
        data, printing = volume * of_these.price("price_gb"), cost_of(of_these, *pages)
        over: Any = 0.0
        for kind in kinds_of_family(of_these):
            for_data = data if kind.pays_for_data else 0.0
            for_printing = printing.own_printer if kind.has_printer else printing.without_printer
            is_over = (for_data > kind.most_for_data) | (for_data + for_printing + bought > kind.most_in_all)
            over = over + kind.share * is_over
        return over

    return share


def kinds_of_family(week: GradeWeek) -> list[KindOfFamily]:
    """The families of the district by what they have and can spend; their shares add up to 1."""
    families = week.families
    for_data, in_all = week.figure("data_share_of_income"), week.figure("purchase_share_of_income")
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
