"""What is printed at home, and what it costs: on one's own printer, at a shop, or on a printer bought for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.grade_week import WEEKS_A_MONTH, GradeWeek, Reading, times_a_week


@dataclass(frozen=True, slots=True)
class PrintingCost:
    """A month's printing for one child, by way of printing [currency/month]."""

    own_printer: float
    shop: float
    bought_printer: float

    @property
    def without_printer(self) -> float:
        """What a family without a printer pays: the cheaper of shop and purchase."""
        cheaper: float = np.minimum(self.shop, self.bought_printer)  # of several families, of each
        return cheaper


def pages_week(week: GradeWeek) -> Reading:
    """Pages to print [pages/week]."""
    return times_a_week(((i, a) for i, a in week.activities if a.pages), lambda a: a.pages)


def forced_printing(week: GradeWeek) -> Reading:
    """Pages that required activities make a family print [pages/week]."""
    return times_a_week(((i, a) for i, a in week.activities if a.pages and a.required), lambda a: a.pages)


def printing_cost(week: GradeWeek) -> PrintingCost:
    """A month's printing by each way; nothing is bought where nothing is printed."""
    return cost_of(week, *pages_month(week))


def pages_month(week: GradeWeek) -> tuple[float, float]:
    """Black-and-white and coloured pages to print in a month."""
    black = sum(a.pages * len(a.days) for _, a in week.activities if not a.colour) * WEEKS_A_MONTH
    colour = sum(a.pages * len(a.days) for _, a in week.activities if a.colour) * WEEKS_A_MONTH
    return black, colour


def cost_of(week: GradeWeek, black: float, colour: float) -> PrintingCost:
    """What so many pages cost these families."""
    own = (black + colour) * week.price("price_page_own_printer")
    printer_a_month = week.price("price_printer") / week.figure("purchase_months") if black + colour else 0.0
    shop = black * week.price("price_page_bw") + colour * week.price("price_page_colour")
    return PrintingCost(own, shop, own + printer_a_month)


def print_cost_month(week: GradeWeek) -> Reading:
    """What printing costs a family on average, each printing the cheapest way it can [currency/month]."""
    cost, printer = printing_cost(week), week.families.printer
    on_average = printer * cost.own_printer + (1 - printer) * cost.without_printer
    return Reading(float(on_average), (), pages_week(week).activities)
