"""Families for whom the plan costs too large a share of their income."""

from __future__ import annotations

from itertools import product

from estimator.data_use import data_cost_month
from estimator.grade_week import GradeWeek, Reading
from estimator.printing import pages_week, printing_cost


def families_over_budget(week: GradeWeek) -> Reading:
    """Share of families whose data takes more than `data_share_of_income` of a month's income, or whose data, printing
    and purchases (spread over `purchase_months`) together more than `purchase_share_of_income` [share].

    Families differ by income group, broadband and printer; the three are taken as independent.
    """
    families, data, printing = week.families, data_cost_month(week), printing_cost(week)
    bought = sum(a.buy for _, a in week.activities) / week.figure("purchase_months")
    connections = ((families.broadband, 0.0), (1 - families.broadband, data.value))
    printers = ((families.printer, printing.own_printer), (1 - families.printer, printing.without_printer))
    over = 0.0
    for group, (online, data_cost), (printing_share, print_cost) in product(families.income, connections, printers):
        income = group.monthly_per_head * families.persons
        if (
            data_cost > week.figure("data_share_of_income") * income
            or data_cost + print_cost + bought > week.figure("purchase_share_of_income") * income
        ):
            over += group.share * online * printing_share
    causes = {*data.activities, *pages_week(week).activities, *(i for i, a in week.activities if a.buy)}
    return Reading(over, None, tuple(sorted(causes)) if over else ())
