"""Mobile data: how much, and what it costs a family without broadband."""

from __future__ import annotations

from functools import lru_cache

from estimator.grade_week import WEEKS_A_MONTH, GradeWeek, Quantity, Reading
from estimator.plan import Activity

KBIT_SECONDS_A_GB = 8e6  # 1 GB = 8 × 10^6 kbit
MB_A_GB = 1000
SECONDS_A_MINUTE = 60


@lru_cache(maxsize=16)  # what it costs, and whether it is too much, begin with it
def data_gb_month(week: GradeWeek) -> Reading:
    """Data of one child's lessons and uploads [GB/month]: kbit/s × minutes × 60 ÷ 8·10⁶."""
    shown = [(i, gb * len(a.days)) for i, a in week.activities if (gb := gb_each_time(week, a))]
    return Reading(sum(gb for _, gb in shown) * WEEKS_A_MONTH, (), tuple(i for i, _ in shown))


def data_cost_month(week: GradeWeek) -> Reading:
    """What that costs on mobile data [currency/month]; a family with broadband pays nothing more."""
    volume = data_gb_month(week)
    return Reading(float(cost_of(week, volume.value)), (), volume.activities)


def cost_of(week: GradeWeek, gb: Quantity) -> Quantity:
    """What so much mobile data costs these families [currency]."""
    return gb * week.price("price_gb")


def gb_each_time(week: GradeWeek, a: Activity) -> float:
    """Data of one activity, each time [GB]."""
    kbps = a.kbps if a.kbps is not None else week.figure(f"kbps_{a.kind}")
    return float(gb_of(kbps, a.minutes, a.upload_mb))


def gb_of(kbps: Quantity, minutes: Quantity, upload_mb: Quantity) -> Quantity:
    """Data of so many minutes at this rate, and of an upload [GB]."""
    return kbps * minutes * SECONDS_A_MINUTE / KBIT_SECONDS_A_GB + upload_mb / MB_A_GB
