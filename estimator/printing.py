"""What is printed at home, and what it costs: on one's own printer, at a shop, or on a printer bought for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.grade_week import WEEKS_A_MONTH, GradeWeek, Quantity, Reading, times_a_week


@dataclass(frozen=True, slots=True)
class PrintingCost:
    """A month's printing for one child, by way of printing [currency/month]."""

    own_printer: Quantity
    shop: Quantity
    bought_printer: Quantity

    @property
    def without_printer(self) -> Quantity:
        """What a family without a printer pays: the cheaper of shop and purchase."""
        cheaper: Quantity = np.minimum(self.shop, self.bought_printer)
        return cheaper

    def on_average(self, printer: float) -> Quantity:
        """What families pay of whom this share has a printer, each printing the cheapest way it can."""
        return printer * self.own_printer + (1 - printer) * self.without_printer


def pages_week(week: GradeWeek) -> Reading:
    """Pages to print [pages/week]."""
    return times_a_week(((i, a) for i, a in week.activities if a.pages), lambda a: a.pages)


def forced_printing(week: GradeWeek) -> Reading:
    """Pages that required activities make a family print [pages/week]."""
    return times_a_week(((i, a) for i, a in week.activities if a.pages and a.required), lambda a: a.pages)


def pages_month(week: GradeWeek) -> tuple[float, float]:
    """Black-and-white and coloured pages to print in a month."""
    black = sum(a.pages * len(a.days) for _, a in week.activities if not a.colour) * WEEKS_A_MONTH
    colour = sum(a.pages * len(a.days) for _, a in week.activities if a.colour) * WEEKS_A_MONTH
    return black, colour


def cost_of(week: GradeWeek, black: Quantity, colour: Quantity) -> PrintingCost:
    """What so many pages a month cost these families; nothing is bought where nothing is printed."""
    printed = black + colour
    own = printed * week.price("price_page_own_printer")
    printer = week.purchase_month(week.price("price_printer")) if np.any(printed) else 0.0
    shop = black * week.price("price_page_bw") + colour * week.price("price_page_colour")
    return PrintingCost(own, shop, own + np.where(printed > 0, printer, 0.0))


def print_cost_month(week: GradeWeek) -> Reading:
    """What printing costs a family on average, each printing the cheapest way it can [currency/month]."""
    cost = cost_of(week, *pages_month(week))
    return Reading(float(cost.on_average(week.families.printer)), (), pages_week(week).activities)
