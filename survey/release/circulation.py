"""How far hidden figures can be worked out from those that are shown, in a table with margins.

A table whose figures add up is a network in which what flows into a node flows out of it. Whoever reads it may change
hidden figures in their mind only around closed walks of hidden figures, for otherwise a sum would be wrong. So a hidden
figure that lies on no closed walk is known exactly (a bridge of the graph: what a rank test of the sums finds). How far
it may go up or down is a greatest flow, which is what a linear programme over the same sums would say, since the matrix
of a network is totally unimodular. `tests/test_disclosure.py` holds both against rank and HiGHS.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from survey.release.groups import Node

Limit = float  # a whole number, or infinity
Arc = tuple[int, int, int]  # to which node, by which figure, +1 along it or −1 against it
WORTH_AN_ARRAY = 64  # arcs of a node


class Wiring:
    """Between which two nodes each figure of a table flows; the same for every question. Nodes are numbered."""

    def __init__(self, ends: Sequence[tuple[Node, Node]]):
        listed = sorted({node for pair in ends for node in pair})
        place = {node: number for number, node in enumerate(listed)}
        self.ends = [(place[tail], place[head]) for tail, head in ends]
        self.arcs: list[list[Arc]] = [[] for _ in listed]
        self.between: dict[tuple[int, int], list[tuple[int, int]]] = {}  # two nodes → figures and directions
        for number, (tail, head) in enumerate(self.ends):
            for here, there, way in ((tail, head, 1), (head, tail, -1)):
                self.arcs[here].append((there, number, way))
                self.between.setdefault((here, there), []).append((number, way))
        self._schools = [number for number, (kind, _) in enumerate(listed) if kind == "school"]
        self._grades = [number for number, (kind, _) in enumerate(listed) if kind == "grade"]

    @cached_property
    def cells(self) -> NDArray[np.int64]:
        """The figure of each school (row) and grade (column); one more than there are figures where there is none."""
        row, column = ({node: n for n, node in enumerate(nodes)} for nodes in (self._schools, self._grades))
        found = np.full((len(row), len(column)), len(self.ends), np.int64)
        for number, (tail, head) in enumerate(self.ends):
            if tail in row and head in column:
                found[row[tail], column[head]] = number
        return found

    @cached_property
    def as_arrays(self) -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
        """Of each node's arcs, the figures, and whether they lead along them."""
        return [(np.array([by for _, by, _ in a]), np.array([along > 0 for *_, along in a])) for a in self.arcs]

    @cached_property
    def place_in_cells(self) -> dict[int, tuple[int, int]]:
        """Figure → its school's row and its grade's column."""
        rows, columns = np.nonzero(self.cells < len(self.ends))
        numbers = self.cells[rows, columns].tolist()
        return dict(zip(numbers, zip(rows.tolist(), columns.tolist(), strict=True), strict=True))


class Prices:
    """What each figure costs in one direction: to look up one, or many at once."""

    def __init__(self, wiring: Wiring, prices: NDArray[np.float64]):
        self._wiring, self.together, self.single = wiring, prices, prices.tolist()
        self.of_cells = np.append(prices, math.inf)[wiring.cells]

    def change(self, number: int, price: float) -> None:
        """Put another price in a figure's place."""
        self.together[number] = self.single[number] = price
        if number in self._wiring.place_in_cells:
            self.of_cells[self._wiring.place_in_cells[number]] = price


class Network:
    """The figures of one table: how far the reader may move each up and down before adding anything up."""

    def __init__(self, wiring: Wiring, up: Sequence[Limit], down: Sequence[Limit]):
        self.wiring, self.up, self.down = wiring, list(up), list(down)

    def widen(self, number: int, up: Limit, down: Limit) -> None:
        """Let a figure, which its reader knows less exactly now, move so far."""
        self.up[number], self.down[number] = up, down

    def determined(self) -> set[int]:
        """The open figures that adding up determines, whatever their values are: the bridges of the graph."""
        found: set[int] = set()
        seen: dict[int, int] = {}
        lowest: dict[int, int] = {}
        for root in range(len(self.wiring.arcs)):
            if root not in seen:
                self._walk(root, seen, lowest, found)
        return found

    def spread(self, number: int) -> tuple[Limit, Limit]:
        """How much lower and how much higher an open figure may be."""
        return self._lower(number, math.inf), self.higher(number, math.inf)

    def has_room(self, number: int, enough: Limit) -> bool:
        """Whether a figure's spread, lower and higher together, is so wide."""
        up = self.higher(number, enough)
        return up >= enough or up + self._lower(number, enough - up) >= enough

    def higher(self, number: int, enough: Limit) -> Limit:
        """How much higher an open figure may be; counted no further than `enough`."""
        tail, head = self.wiring.ends[number]
        return self._flow(head, tail, number, min(enough, self.up[number]))

    def surely_higher(self) -> NDArray[np.bool_]:
        """The figures of a school's grade that may be one higher around three others: two schools and two grades."""
        up, down = (np.append(np.array(room), 0)[self.wiring.cells] >= 1 for room in (self.up, self.down))
        # From a grade down to another school, up to another grade: how many schools such a way leads through.
        ways = down.T.astype(np.int64) @ up
        others = ways[None] - (down[:, :, None] & up[:, None, :])
        closes = (others > 0) & down[:, None, :] & ~np.eye(len(ways), dtype=bool)[None]
        found = np.zeros(len(self.up) + 1, dtype=bool)
        found[self.wiring.cells] = up & closes.any(axis=2)
        return found[:-1]

    def cheapest_walk(
        self, number: int, prices: tuple[Prices, Prices], below: float = math.inf
    ) -> tuple[float, list[tuple[int, int]]]:
        """The closed walk through a figure, upward, that costs least (Dijkstra): its cost, and its other steps.

        A step is a figure and a direction; `prices` has what each figure costs up, and down. The cost is infinite
        where no walk closes that costs less than `below`.
        """
        tail, head = self.wiring.ends[number]
        arcs = self.wiring.arcs
        sense = 1 if len(arcs[head]) <= len(arcs[tail]) else -1
        source, goal = (head, tail) if sense > 0 else (tail, head)
        ways = prices if sense > 0 else (prices[1], prices[0])
        along_it, against_it = ways[0].single, ways[1].single
        costs = [math.inf] * len(arcs)
        costs[source], costs[goal] = 0.0, below
        came: dict[int, tuple[int, int, int]] = {}
        ahead: list[tuple[float, int, int]] = [(0.0, 0, source)]
        while ahead:
            so_far, _, here = heappop(ahead)
            if here == goal:
                return so_far, list(_back(came, goal, source))
            if so_far > costs[here]:
                continue
            for there, by, along in self._affordable(here, ways, costs[goal] - so_far):
                cost = so_far + (along_it[by] if along > 0 else against_it[by])
                if cost < costs[there] and cost < costs[goal] and by != number:
                    costs[there], came[there] = cost, (here, by, along * sense)
                    heappush(ahead, (cost, len(came), there))
        return math.inf, []

    def _affordable(self, node: int, prices: tuple[Prices, Prices], below: float) -> Iterable[Arc]:
        """The arcs of a node that cost less; most of those of a large district's grade are sorted out at once."""
        arcs = self.wiring.arcs[node]
        if len(arcs) < WORTH_AN_ARRAY:
            return arcs
        by, is_along = self.wiring.as_arrays[node]
        along_it, against_it = prices
        costs = np.where(is_along, along_it.together[by], against_it.together[by])
        return [arcs[n] for n in np.flatnonzero(costs < below).tolist()]

    def costs_around(self, number: int, prices: tuple[Prices, Prices]) -> float:
        """What the cheapest walk through a school's grade and three others costs: two schools and two grades.

        No cheapest walk costs more. Infinite for other figures.
        """
        place = self.wiring.place_in_cells.get(number)
        if place is None:
            return math.inf
        school, grade = place
        up, down = (each.of_cells for each in prices)
        to_others = down[:, grade].copy()
        to_others[school] = math.inf
        back = (to_others[:, None] + up).min(axis=0) + down[school]
        back[grade] = math.inf
        return float(back.min())

    def _lower(self, number: int, enough: Limit) -> Limit:
        tail, head = self.wiring.ends[number]
        return self._flow(tail, head, number, min(enough, self.down[number]))

    def _flow(self, start: int, end: int, without: int, enough: Limit) -> Limit:
        """The greatest flow between two nodes through the open figures but one, as far as `enough`."""
        if start == end:
            return enough
        flows: dict[int, Limit] = {}
        total: Limit = 0
        while total < enough:
            path = self._path(start, end, without, flows)
            if not path:
                break
            least = min(enough - total, *(self._room(number, way, flows) for number, way in path))
            for number, way in path:
                flows[number] = flows.get(number, 0) + way * least
            total += least
        return total

    def _path(self, start: int, end: int, without: int, flows: Mapping[int, Limit]) -> list[tuple[int, int]]:
        """A short way with room on every step, as figures and directions; none is empty.

        It is sought from whichever end has fewer arcs, for a grade of a large district has a thousand.
        """
        arcs, between = self.wiring.arcs, self.wiring.between
        sense = 1 if len(arcs[start]) <= len(arcs[end]) else -1
        source, goal = (start, end) if sense > 0 else (end, start)
        came: dict[int, tuple[int, int, int]] = {}
        ahead = deque([source])
        while ahead:
            here = ahead.popleft()
            for there, number, along in arcs[here]:
                way = along * sense
                if there == source or there in came or number == without or self._room(number, way, flows) <= 0:
                    continue
                came[there] = here, number, way
                if there == goal:
                    return list(_back(came, goal, source))
                for last, toward in between.get((there, goal), ()):
                    if last != without and self._room(last, toward * sense, flows) > 0:
                        came[goal] = there, last, toward * sense
                        return list(_back(came, goal, source))
                ahead.append(there)
        return []

    def _room(self, number: int, way: int, flows: Mapping[int, Limit]) -> Limit:
        flow = flows.get(number, 0)
        return self.up[number] - flow if way > 0 else self.down[number] + flow

    def _open_arcs(self, node: int) -> Iterator[Arc]:
        return (arc for arc in self.wiring.arcs[node] if self.up[arc[1]] > 0 or self.down[arc[1]] > 0)

    def _walk(self, root: int, seen: dict[int, int], lowest: dict[int, int], found: set[int]) -> None:
        """Tarjan's search for bridges, without recursion: an arc down the tree that nothing below leads back over."""
        seen[root] = lowest[root] = len(seen)
        stack: list[tuple[int, int, Iterator[Arc]]] = [(root, -1, self._open_arcs(root))]
        while stack:
            here, by, arcs = stack[-1]
            for there, number, _ in arcs:
                if there not in seen:
                    seen[there] = lowest[there] = len(seen)
                    stack.append((there, number, self._open_arcs(there)))
                    break
                if number != by:
                    lowest[here] = min(lowest[here], seen[there])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                    if lowest[here] > seen[above]:
                        found.add(by)


def _back(came: Mapping[int, tuple[int, int, int]], end: int, start: int) -> Iterator[tuple[int, int]]:
    here = end
    while here != start:
        here, number, way = came[here]
        yield number, way
