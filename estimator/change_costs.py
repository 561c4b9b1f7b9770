"""What each change of a plan costs, in the weights of change_costs.toml: house rules, all of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "change_costs.toml"


@dataclass(frozen=True, slots=True)
class ChangeCosts:
    """Costs of changes in whole units, and how far a change may go."""

    delivery: Mapping[str, int]  # "live_to_recorded" …, and "more_devices"
    shorter_step_minutes: int
    shortest_minutes: int
    shorter_each_step: int
    move_step_minutes: int
    move_most_minutes: int
    any_move: int
    homework_step_minutes: int
    homework_each_step: int
    adult_step_minutes: int
    adult_each_step: int
    no_colour: int
    no_pages: int
    no_check_in: int
    no_upload: int
    nothing_to_buy: int
    off_camera_each: int


@cache
def load() -> ChangeCosts:
    """The costs that ship with the program."""
    said: Mapping[str, Mapping[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return ChangeCosts(
        delivery=said["delivery"],
        shorter_step_minutes=said["shorter"]["step_minutes"],
        shortest_minutes=said["shorter"]["shortest_minutes"],
        shorter_each_step=said["shorter"]["each_step"],
        move_step_minutes=said["moved"]["step_minutes"],
        move_most_minutes=said["moved"]["most_minutes"],
        any_move=said["moved"]["any_move"],
        homework_step_minutes=said["homework"]["step_minutes"],
        homework_each_step=said["homework"]["each_step"],
        adult_step_minutes=said["adult"]["step_minutes"],
        adult_each_step=said["adult"]["each_step"],
        no_colour=said["printing"]["no_colour"],
        no_pages=said["printing"]["no_pages"],
        no_check_in=said["task"]["no_check_in"],
        no_upload=said["task"]["no_upload"],
        nothing_to_buy=said["money"]["nothing_to_buy"],
        off_camera_each=said["staff"]["off_camera_each"],
    )
