"""Closed walks through a figure: the cheapest, held against a search that tries every step again and again; and whether
one is open, held against flows.
"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from survey.release.circulation import Network, Wiring
from survey.release.groups import ends
from survey.release.openings import Openings
from survey.release.walks import Costs, Prices
from tests.lasting import IS_LONG

TABLES = 300 if IS_LONG else 10
PRICES = (0.0, 1.0, 1.0, 2.0, 5.0, math.inf)  # several alike, and steps that nobody can take


def table(schools: int, grades: int) -> Wiring:
    """A table with margins: the district, its grades, its schools, and their grades."""
    names, numbers = [None, *(f"s{n}" for n in range(schools))], [None, *range(1, grades + 1)]
    return Wiring([ends((name, grade), graded=True) for name in names for grade in numbers])


def ungraded(schools: int) -> Wiring:
    """The same of people without grades."""
    return Wiring([ends((name, None), graded=False) for name in (None, *(f"s{n}" for n in range(schools)))])


def prices(wiring: Wiring, chance: random.Random) -> tuple[Costs, Costs]:
    up, down = ([chance.choice(PRICES) for _ in wiring.ends] for _ in range(2))
    return np.array(up), np.array(down)


def cost_by_trying(wiring: Wiring, up: Costs, down: Costs, number: int) -> float:
    """From the figure's head back to its tail by other figures: every step tried until nothing gets cheaper."""
    tail, head = wiring.ends[number]
    costs = [math.inf] * len(wiring.arcs)
    costs[head] = 0.0
    for _ in wiring.arcs:
        for here, arcs in enumerate(wiring.arcs):
            for there, by, way in arcs:
                if by != number:
                    costs[there] = min(costs[there], costs[here] + (up if way == 1 else down)[by])
    return costs[tail]


@pytest.mark.parametrize("seed", range(TABLES))
def test_no_closed_walk_through_a_figure_costs_less(seed: int) -> None:
    chance = random.Random(seed)
    wiring = table(chance.randint(1, 6), chance.randint(1, 4))
    up, down = prices(wiring, chance)
    asked = Prices(wiring, up, down)
    for number in range(len(wiring.ends)):
        cost, walk = asked.cheapest_walk(number)
        assert cost == cost_by_trying(wiring, up, down, number)
        assert cost == math.inf or cost == sum((up if way == 1 else down)[by] for by, way in walk)


@pytest.mark.parametrize("seed", range(TABLES))
def test_the_steps_of_a_walk_follow_one_another_and_close_it(seed: int) -> None:
    chance = random.Random(seed)
    wiring = table(chance.randint(2, 6), chance.randint(2, 4))
    asked = Prices(wiring, *prices(wiring, chance))
    for number in range(len(wiring.ends)):
        cost, walk = asked.cheapest_walk(number)
        flows = [0] * len(wiring.arcs)
        for by, way in [(number, 1), *walk] if cost < math.inf else []:
            tail, head = wiring.ends[by]
            flows[tail] -= way
            flows[head] += way
        assert not any(flows)


@pytest.mark.parametrize("seed", range(TABLES))
def test_prices_that_changed_are_the_prices_that_are_asked(seed: int) -> None:
    chance = random.Random(seed)
    wiring = table(3, 3)
    up, down = prices(wiring, chance)
    asked = Prices(wiring, up, down)
    number = chance.randrange(len(wiring.ends))
    up[number], down[number] = chance.choice(PRICES), chance.choice(PRICES)
    asked.change(number, up[number], down[number])
    for other in range(len(wiring.ends)):
        assert asked.cheapest_walk(other)[0] == cost_by_trying(wiring, up, down, other)


@pytest.mark.parametrize("seed", range(TABLES))
def test_a_walk_that_does_not_cost_less_than_asked_for_is_none(seed: int) -> None:
    chance = random.Random(seed)
    wiring = table(3, 3)
    up, down = prices(wiring, chance)
    asked = Prices(wiring, up, down)
    for number in range(len(wiring.ends)):
        cost = cost_by_trying(wiring, up, down, number)
        assert asked.cheapest_walk(number, below=cost) == (math.inf, [])
        if cost < math.inf:
            assert asked.cheapest_walk(number, below=cost + 1)[0] == cost


@pytest.mark.parametrize("seed", range(TABLES))
@pytest.mark.parametrize("graded", [True, False])
def test_a_figure_may_be_higher_where_one_more_can_flow_back(seed: int, *, graded: bool) -> None:
    chance = random.Random(seed)
    schools = chance.randint(1, 6)
    wiring = table(schools, chance.randint(1, 4)) if graded else ungraded(schools)
    share = chance.random()
    up, down = (np.array([chance.random() < share for _ in wiring.ends]) for _ in range(2))
    asked, flows = Openings(wiring, up, down), Network(wiring, up.tolist(), down.tolist())
    for _ in range(5):
        may_be_higher = [flows.higher(number, 1) == 1 for number in range(len(wiring.ends))]
        assert [asked.may_be_higher(number) for number in range(len(wiring.ends))] == may_be_higher
        assert not any(asked.surely_higher() & ~np.array(may_be_higher))
        number, way, back = chance.randrange(len(wiring.ends)), chance.random() < 0.5, chance.random() < 0.5
        asked.change(number, way, back)
        flows.up[number], flows.down[number] = way, back
