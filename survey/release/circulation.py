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
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey.release.grid import Grid
from survey.release.groups import BOTTOM, Node

Limit = float  # a whole number, or infinity
NOWHERE = -1
Arc = tuple[int, int, int]  # to which node, by which figure, +1 along it or −1 against it


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
        self._bottom = place.get(BOTTOM, NOWHERE)

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
    def grid(self) -> Grid | None:
        """All figures as one grid; None where several lie between the same nodes, as where there are no grades."""
        if len(self.between) < 2 * len(self.ends):
            return None
        return Grid(self.ends, {*self._schools}, {*self._grades}, self._bottom)


class Network:
    """The figures of one table: how far the reader may move each up and down before adding anything up."""

    def __init__(self, wiring: Wiring, up: Sequence[Limit], down: Sequence[Limit]):
        self.wiring, self.up, self.down = wiring, list(up), list(down)

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
