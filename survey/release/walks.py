"""The closed walk through a figure that costs least: which others to tell less exactly, so that it can be otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from survey.release.circulation import NOWHERE, Wiring
from survey.release.grid import Grid
from survey.release.openings import Mask

Costs = NDArray[np.float64]
Walk = list[tuple[int, int]]  # figures and directions
FEW = 8  # nodes that it is not worth sorting out


class Prices:
    """What each figure costs that is to go up, and what it costs that is to go down."""

    def __init__(self, wiring: Wiring, up: Costs, down: Costs):
        self._wiring = wiring
        self._of = {1: up.copy(), -1: down.copy()}
        self._grids: dict[int, Costs] = {}  # up: what it costs from each row to each column; down: back again
        if grid := wiring.grid:
            for way, along, against in ((1, up, down), (-1, down, up)):
                along, against = np.append(along, math.inf), np.append(against, math.inf)
                self._grids[way] = np.where(grid.is_along, along[grid.figures], against[grid.figures])

    def change(self, number: int, up: float, down: float) -> None:
        """Put other prices in a figure's place."""
        grid = self._wiring.grid
        for way, price, other in ((1, up, down), (-1, down, up)):
            self._of[way][number] = price
            if grid:
                cell = grid.cell_of[number]
                self._grids[way][cell] = price if grid.is_along[cell] else other

    def costs_around(self, number: int) -> float:
        """What the cheapest walk through a school's grade and three others costs: two schools and two grades.

        No cheapest walk costs more. Infinite for other figures.
        """
        grid = self._wiring.grid
        if not grid or number not in grid.inner:
            return math.inf
        grade, school = grid.cell_of[number]
        up, down = (self._grids[way][grid.margins] for way in (1, -1))
        grade, school = grade - grid.margins[0].start, school - grid.margins[1].start
        to_others = down[grade].copy()
        to_others[school] = math.inf
        back = (to_others + up).min(axis=1) + down[:, school]
        back[grade] = math.inf
        return float(back.min())

    def cheapest_walk(self, number: int, below: float = math.inf) -> tuple[float, Walk]:
        """The closed walk through a figure, upward, that costs least: its cost, and its other steps.

        The cost is infinite where no walk closes that costs less than `below`.
        """
        grid = self._wiring.grid
        if not grid:
            return self._cheapest_beside(number, below)
        tail, head = self._wiring.ends[number]
        arcs = self._wiring.arcs
        sense = 1 if len(arcs[head]) <= len(arcs[tail]) else -1
        source, goal = (head, tail) if sense > 0 else (tail, head)
        search = _Search(grid, self._grids[sense], self._grids[-sense], source, goal, below)
        cost = search.cost()
        return cost, search.steps(sense) if cost < math.inf else []

    def _cheapest_beside(self, number: int, below: float) -> tuple[float, Walk]:
        """The same where all figures lie between the same two nodes: another one is all that is needed."""
        _, head = self._wiring.ends[number]
        best, walk = below, Walk()
        for _, by, along in self._wiring.arcs[head]:
            if by != number and self._of[along][by] < best:
                best, walk = float(self._of[along][by]), [(by, along)]
        return (best, walk) if walk else (math.inf, [])


class _Search:
    """Dijkstra's search through a grid from one node to another, which it may not go straight to.

    Of what costs the same, what was reached first goes first: after fewer nodes, then in the order of the nodes.
    """

    def __init__(self, grid: Grid, to_column: Costs, to_row: Costs, source: int, goal: int, below: float):
        self.grid, self.to_column, self.to_row, self.source, self.goal = grid, to_column, to_row, source, goal
        self.below, self.reached = below, 0
        self.row_costs = np.full(len(grid.nodes[0]), math.inf)
        self.column_costs = [math.inf] * len(grid.nodes[1])  # a few: sooner gone through one by one
        # From which of the other side each was reached.
        self.came = np.full(len(grid.nodes[0]), NOWHERE), [NOWHERE] * len(grid.nodes[1])
        self.goal_side, self.goal_place = grid.place_of[goal]
        for node, cost in ((source, 0.0), (goal, below)):
            side, place = grid.place_of[node]
            (self.column_costs if side else self.row_costs)[place] = cost
        self.ahead: list[tuple[float, int, int]] = [(0.0, 0, source)]

    def cost(self) -> float:
        """What the cheapest way costs; infinite where none costs less than `below`."""
        while self.ahead:
            so_far, _, here = heappop(self.ahead)
            if here == self.goal:
                return so_far
            side, place = self.grid.place_of[here]
            if so_far > (self.column_costs if side else self.row_costs)[place]:
                continue
            costs = so_far + (self.to_row[place] if side else self.to_column[:, place])
            if here == self.source:
                costs[self.goal_place] = math.inf
            if side:
                self._reach_rows(place, costs)
            else:
                self._reach_columns(place, costs.tolist())
        return math.inf

    def steps(self, sense: int) -> Walk:
        """The steps of the way that was found, from the goal back."""
        found, here = Walk(), self.goal
        while here != self.source:
            side, place = self.grid.place_of[here]
            before = int(self.came[side][place])
            cell = (place, before) if side else (before, place)
            # It comes to a column along figures that flow from the row, and to a row along the others.
            found.append((int(self.grid.figures[cell]), sense if self.grid.is_along[cell] == bool(side) else -sense))
            here = self.grid.nodes[1 - side][before]
        return found

    def _reach_columns(self, before: int, costs: Sequence[float]) -> None:
        """Reach columns at these costs from a row, if that is less than they cost till now."""
        for place, cost in enumerate(costs):
            if cost < self.column_costs[place] and cost < self.below:
                if self.goal_side and place == self.goal_place:
                    self.below = cost
                self.reached += self.came[1][place] == NOWHERE
                self.column_costs[place], self.came[1][place] = cost, before
                heappush(self.ahead, (cost, self.reached, self.grid.nodes[1][place]))

    def _reach_rows(self, before: int, costs: Costs) -> None:
        """The same of rows from a column, all at once."""
        better = costs < np.minimum(self.row_costs, self.below)
        goal = self.goal_place
        if not self.goal_side and better[goal]:
            self.below = float(costs[goal])
            better[goal + 1 :] &= costs[goal + 1 :] < self.below  # these are reached after it
        there = better.nonzero()[0]
        if not len(there):
            return
        costs = costs[there]
        self.row_costs[there] = costs
        numbers = self.reached + np.cumsum(self.came[0][there] == NOWHERE)
        self.reached = int(numbers[-1])
        self.came[0][there] = before
        if len(there) > FEW:
            leads_on = self._leads_on(there, costs)
            if not self.goal_side:
                leads_on |= there == goal
            there, costs, numbers = there[leads_on], costs[leads_on], numbers[leads_on]
        nodes = self.grid.nodes[0]
        for place, cost, number in zip(there.tolist(), costs.tolist(), numbers.tolist(), strict=True):
            heappush(self.ahead, (cost, number, nodes[place]))

    def _leads_on(self, rows: NDArray[np.int64], costs: Costs) -> Mask:
        """From which of the rows that were just reached a column is reached for less than it will cost by then.

        What a column costs never rises. When a row's turn comes, it costs no more than now, nor more than from the rows
        before it, whose turn was earlier. So the others change nothing when theirs comes, and need not wait for it.
        """
        turns = np.argsort(costs, kind="stable")
        lowest = np.empty((len(self.column_costs), len(rows) + 1))
        lowest[:, 0] = np.minimum(self.column_costs, self.below)
        np.add(self.to_column.take(rows[turns], axis=1), costs[turns], out=lowest[:, 1:])
        np.minimum.accumulate(lowest, axis=1, out=lowest)
        found = np.zeros(len(rows), bool)
        found[turns] = (lowest[:, 1:] < lowest[:, :-1]).any(axis=0)
        return found
