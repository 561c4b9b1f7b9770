"""What may become of an activity: for each aspect of it a short list of variants, the one in the plan first.

Aspects are independent: how it is delivered (way, minutes, devices), when it begins, what is printed, the homework, an
adult's help, the check-in, the upload, what must be bought. A variant is the activity's fields that differ, and a cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from estimator.change_costs import ChangeCosts
from estimator.plan import DEVICES, DEVICES_BY_KIND, MINUTES_A_DAY, Activity

# What can show a lesson; a live or recorded one needs a machine with a network.
CAN_SHOW: Mapping[str, tuple[str, ...]] = {
    "tv": DEVICES,
    "recorded": DEVICES_BY_KIND["recorded"],
    "live": DEVICES_BY_KIND["live"],
}
LESS_LIVE = {
    "live": ("recorded", "tv", "offline"),
    "recorded": ("tv", "offline"),
    "tv": ("recorded", "offline"),
    "offline": (),
}
MOVABLE = ("live", "recorded")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way an aspect may turn out: the fields that differ from the plan's, and what the change costs."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    cost: int = 0

    def of(self, activity: Activity) -> Activity:
        """The activity so changed."""
        return replace(activity, **self.fields) if self.fields else activity


KEPT = Variant()
SIMPLE_ASPECTS = ("printing", "homework", "adult", "check_in", "upload", "buy")


def deliveries(a: Activity, costs: ChangeCosts) -> list[Variant]:
    """Way, minutes and devices."""
    variants = list(_shorter(a, KEPT, costs)) if a.on_screen else [KEPT]
    if a.on_screen and (wider := _wider(a)):
        widened = Variant({"devices": wider}, costs.delivery["more_devices"])
        variants += _shorter(a, widened, costs)
    for kind in LESS_LIVE[a.kind]:
        # A television lesson needs the hour of a broadcast.
        if kind != "tv" or a.start_minute is not None:
            variants += _shorter(a, _as(a, kind, costs), costs) if kind != "offline" else [_as(a, kind, costs)]
    return variants


def moves(a: Activity, costs: ChangeCosts) -> list[Variant]:
    """When it begins, the same day; a broadcast cannot be moved."""
    if a.start_minute is None or a.kind not in MOVABLE:
        return [KEPT]
    steps = range(costs.move_step_minutes, costs.move_most_minutes + 1, costs.move_step_minutes)
    shifts = [
        shift for step in steps for shift in (-step, step) if 0 <= a.start_minute + shift <= MINUTES_A_DAY - a.minutes
    ]
    return [KEPT, *(Variant({"start_minute": a.start_minute + shift}, costs.any_move) for shift in shifts)]


def simple_aspects(a: Activity, costs: ChangeCosts) -> dict[str, list[Variant]]:
    """The aspects that touch one kind of norm each; those with nothing to change are left out."""
    listed = (
        _printing(a, costs),
        _less(a, "homework_minutes", costs.homework_step_minutes, costs.homework_each_step),
        _less(a, "adult_minutes", costs.adult_step_minutes, costs.adult_each_step),
        [Variant({"check_in": False}, costs.no_check_in)] if a.check_in else [],
        [Variant({"upload": "none", "upload_mb": 0.0}, costs.no_upload)] if a.upload != "none" else [],
        [Variant({"buy": 0.0}, costs.nothing_to_buy)] if a.buy else [],
    )
    named = dict(zip(SIMPLE_ASPECTS, listed, strict=True))
    return {aspect: [KEPT, *variants] for aspect, variants in named.items() if variants}


def _printing(a: Activity, costs: ChangeCosts) -> list[Variant]:
    if not a.pages:
        return []
    plain = [Variant({"colour": False}, costs.no_colour)] if a.colour else []
    return [*plain, Variant({"pages": 0, "colour": False}, costs.no_pages)]


def _less(a: Activity, name: str, step: int, cost_each_step: int) -> list[Variant]:
    minutes: int = getattr(a, name)
    kept = range(minutes - step, 0, -step)
    return [Variant({name: left}, cost_each_step * n) for n, left in enumerate((*kept, 0), start=1)] if minutes else []


def _shorter(a: Activity, variant: Variant, costs: ChangeCosts) -> Iterator[Variant]:
    """The variant at full length and shortened step by step; a broadcast's length is not the school's."""
    yield variant
    if variant.of(a).kind == "tv":
        return
    lengths: Sequence[int] = range(
        a.minutes - costs.shorter_step_minutes, costs.shortest_minutes - 1, -costs.shorter_step_minutes
    )
    for steps, minutes in enumerate(lengths, start=1):
        yield Variant({**variant.fields, "minutes": minutes}, variant.cost + steps * costs.shorter_each_step)


def _wider(a: Activity) -> tuple[str, ...]:
    """Every device that can show it, if that is more than now."""
    able = tuple(device for device in DEVICES if device in {*CAN_SHOW[a.kind], *a.devices})
    return able if set(able) > set(a.devices) else ()


def _as(a: Activity, kind: str, costs: ChangeCosts) -> Variant:
    fields: dict[str, Any] = {"kind": kind, "kbps": None, "devices": CAN_SHOW.get(kind, ())}
    if kind != "tv":
        fields["start_minute"] = None
    else:
        fields["source"] = "national"
    return Variant(fields, costs.delivery[f"{a.kind}_to_{kind}"])
