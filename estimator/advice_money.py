"""Rows of the advice's programme for money: data and printing, and which families cannot pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from estimator.budget import kinds_of_family
from estimator.data_use import gb_each_time
from estimator.grade_week import WEEKS_A_MONTH, GradeWeek
from estimator.plan import Activity

if TYPE_CHECKING:
    from estimator.advice_model import AdviceModel


@dataclass(frozen=True, slots=True)
class PrintingWay:
    """One way of printing: whether on one's own printer, what it costs a month, and the binary that rules it out."""

    own_printer: bool
    spent: dict[int, float]
    unless: int | None


def add_money(model: AdviceModel, grade: int, week: GradeWeek) -> None:
    """Data and its cost; and a binary for each kind of family that cannot pay, together within the limit."""
    data = _times(model.terms(grade, "delivery", lambda a: _lesson_gb(week, a)), WEEKS_A_MONTH)
    data |= _times(model.terms(grade, "upload", lambda a: _upload_gb(week, a)), WEEKS_A_MONTH)
    data_cost = _times(data, week.price("price_gb"))
    model.keep(grade, "data_gb_month", data)
    model.keep(grade, "data_cost_month", data_cost)
    if (grade, "families_over_budget") not in model.limits:
        return
    bought = model.terms(grade, "buy", lambda a: float(week.purchase_month(a.buy)))
    printing = _printing(model, grade, week)
    over: dict[int, float] = {}
    for kind in kinds_of_family(week):
        too_much = model.programme.binary()
        over[too_much] = kind.share
        for_data = data_cost if kind.pays_for_data else dict[int, float]()
        _within(model, for_data, kind.most_for_data, too_much)
        for way in printing:
            if kind.has_printer == way.own_printer:
                _within(model, bought | for_data | way.spent, kind.most_in_all, too_much, way.unless)
    model.keep(grade, "families_over_budget", over)


def _printing(model: AdviceModel, grade: int, week: GradeWeek) -> list[PrintingWay]:
    """What printing costs by each way; those without a printer go to a shop or, if that is dearer, buy one."""
    black = model.terms(grade, "printing", lambda a: 0 if a.colour else a.pages * len(a.days) * WEEKS_A_MONTH)
    colour = model.terms(grade, "printing", lambda a: a.pages * len(a.days) * WEEKS_A_MONTH if a.colour else 0)
    own = _times({**black, **colour}, week.price("price_page_own_printer"))
    shop = {**_times(black, week.price("price_page_bw")), **_times(colour, week.price("price_page_colour"))}
    goes_to_shop, buys = model.programme.binary(), model.programme.binary()
    model.programme.exactly({goes_to_shop: 1, buys: 1}, 1)
    printer_a_month = float(week.purchase_month(week.price("price_printer")))
    return [
        PrintingWay(True, own, None),
        PrintingWay(False, shop, buys),
        PrintingWay(False, own | {buys: printer_a_month}, goes_to_shop),
    ]


def _within(model: AdviceModel, spent: Mapping[int, float], most: float, *unless: int | None) -> None:
    """A row: what is spent is at most so much, unless one of these binaries is 1."""
    whole = sum(spent.values())
    freeing = {variable: -whole for variable in unless if variable is not None}
    if whole > most:
        model.at_most({**spent, **freeing}, most)


def _lesson_gb(week: GradeWeek, a: Activity) -> float:
    """A week's data of a lesson, without its upload, which is an aspect of its own."""
    return gb_each_time(week, replace(a, upload_mb=0.0) if a.upload != "none" else a) * len(a.days)


def _upload_gb(week: GradeWeek, a: Activity) -> float:
    return gb_each_time(week, replace(a, minutes=0)) * len(a.days)


def _times(terms: Mapping[int, float], factor: float) -> dict[int, float]:
    return {variable: value * factor for variable, value in terms.items()}
