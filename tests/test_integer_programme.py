"""Integer programmes: solved in parts, the same answer for equal parts, and what is said when time is up."""

from __future__ import annotations

import itertools
import random

import pytest

from estimator.integer_programme import IntegerProgramme, NoSolution, parts_of


def a_knapsack(programme: IntegerProgramme, items: int, seed: int) -> list[int]:
    """Items of random weight and cost of which enough must be taken."""
    drawn = random.Random(seed)
    weights = [drawn.randint(20, 99) for _ in range(items)]
    variables = [programme.binary(float(weight + drawn.randint(0, 9))) for weight in weights]
    programme.at_least(dict(zip(variables, map(float, weights), strict=True)), sum(weights) // 2)
    return variables


def test_variables_without_a_common_row_are_parts() -> None:
    rows = [({0: 1.0, 3: 1.0}, 0.0, 1.0), ({1: 1.0, 4: 2.0}, 0.0, 1.0), ({3: 1.0, 5: 1.0}, 0.0, 1.0)]
    assert [part.variables for part in parts_of(6, rows)] == [(0, 3, 5), (1, 4), (2,)]


def test_the_answer_of_parts_is_the_cheapest_of_all_together() -> None:
    programme = IntegerProgramme()
    for seed in (1, 2):
        a_knapsack(programme, 6, seed)
    found = programme.solve()
    allowed = (
        values
        for values in itertools.product((0, 1), repeat=12)
        if all(low <= sum(c * values[v] for v, c in terms.items()) <= high for terms, low, high in programme.rows)
    )
    cheapest = min(sum(c * v for c, v in zip(programme.costs, values, strict=True)) for values in allowed)
    assert found.is_proven
    assert sum(c * v for c, v in zip(programme.costs, found.values, strict=True)) == pytest.approx(cheapest)


def test_equal_parts_have_equal_answers() -> None:
    programme = IntegerProgramme()
    one, other = a_knapsack(programme, 20, 3), a_knapsack(programme, 20, 3)
    values = programme.solve().values
    assert [values[v] for v in one] == [values[v] for v in other]


def test_a_part_that_no_new_row_touches_keeps_its_answer() -> None:
    programme = IntegerProgramme()
    one, other = a_knapsack(programme, 20, 4), a_knapsack(programme, 20, 5)
    before = programme.solve().values
    programme.at_most({v: 1.0 for v in other if round(before[v])}, sum(map(round, (before[v] for v in other))) - 1)
    after = programme.solve().values
    assert [after[v] for v in one] == [before[v] for v in one]
    assert [after[v] for v in other] != [before[v] for v in other]


def test_what_nothing_satisfies_has_no_solution() -> None:
    programme = IntegerProgramme()
    programme.at_least({programme.binary(): 1.0}, 2)
    with pytest.raises(NoSolution):
        programme.solve()


def test_a_row_that_asks_something_of_nobody_has_no_solution() -> None:
    programme = IntegerProgramme()
    programme.binary()
    programme.at_least({}, 1)
    with pytest.raises(NoSolution):
        programme.solve()


def test_without_time_there_is_no_solution_or_one_that_is_not_proven() -> None:
    programme = IntegerProgramme()
    drawn = random.Random(7)
    variables = [programme.binary(float(drawn.randint(50, 99))) for _ in range(120)]
    for _ in range(60):
        programme.at_least({v: float(drawn.randint(1, 60)) for v in drawn.sample(variables, 40)}, 700)
    with pytest.raises(NoSolution, match="Time limit"):
        programme.solve(seconds=0.0)
    found = programme.solve(seconds=0.5)
    assert not found.is_proven
    for terms, low, _high in programme.rows:
        assert sum(value * found.values[v] for v, value in terms.items()) >= low - 1e-6
