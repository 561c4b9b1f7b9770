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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from survey.release.groups import Node

Limit = float  # a whole number, or infinity


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the truth, and the ends between which its reader may place it before adding anything up."""

    tail: Node
    head: Node
    value: int
    low: Limit = 0
    high: Limit = math.inf

    @property
    def is_open(self) -> bool:
        """Whether its reader does not know it already."""
        return self.low < self.high


Arc = tuple[Node, int, int]  # to which node, by which figure, +1 along it or −1 against it


class Network:
    """The figures of one table, as far as they are open."""

    def __init__(self, figures: Sequence[Figure]):
        self.figures = list(figures)
        self.all_arcs: dict[Node, list[Arc]] = {}
        for number, figure in enumerate(figures):
            self.all_arcs.setdefault(figure.tail, []).append((figure.head, number, 1))
            self.all_arcs.setdefault(figure.head, []).append((figure.tail, number, -1))
        self.arcs: dict[Node, list[Arc]] = {}
        self.between: dict[tuple[Node, Node], list[tuple[int, int]]] = {}  # two nodes → figures and directions
        for number, figure in enumerate(figures):
            if figure.is_open:
                self._add_arcs(number, figure)

    def widen(self, number: int, figure: Figure) -> None:
        """Put another in a figure's place, which its reader knows less exactly."""
        was_open, self.figures[number] = self.figures[number].is_open, figure
        if figure.is_open and not was_open:
            self._add_arcs(number, figure)

    def _add_arcs(self, number: int, figure: Figure) -> None:
        for here, there, way in ((figure.tail, figure.head, 1), (figure.head, figure.tail, -1)):
            self.arcs.setdefault(here, []).append((there, number, way))
            self.between.setdefault((here, there), []).append((number, way))

    def determined(self) -> set[int]:
        """The open figures that adding up determines, whatever their values are: the bridges of the graph."""
        found: set[int] = set()
        seen: dict[Node, int] = {}
        lowest: dict[Node, int] = {}
        for root in self.arcs:
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
        figure = self.figures[number]
        return self._flow(figure.head, figure.tail, number, min(enough, figure.high - figure.value))

    def room(self, number: int, way: int) -> Limit:
        """How far a figure may go up (+1) or down (−1) by itself, before anything is added up."""
        return self._room(number, way, {})

    def cheapest_walk(self, number: int, price: Callable[[int, int], float]) -> tuple[float, list[tuple[int, int]]]:
        """The closed walk through a figure, upward, that costs least (Dijkstra): its cost, and its other steps.

        A step is a figure and a direction. The cost is infinite where no walk closes.
        """
        figure = self.figures[number]
        sense = 1 if len(self.all_arcs[figure.head]) <= len(self.all_arcs[figure.tail]) else -1
        source, goal = (figure.head, figure.tail) if sense > 0 else (figure.tail, figure.head)
        costs: dict[Node, float] = {source: 0.0}
        came: dict[Node, tuple[Node, int, int]] = {}
        ahead: list[tuple[float, int, Node]] = [(0.0, 0, source)]
        while ahead:
            so_far, _, here = heappop(ahead)
            if here == goal:
                return so_far, list(_back(came, goal, source))
            if so_far > costs[here]:
                continue
            for there, by, along in self.all_arcs[here]:
                cost = so_far + (price(by, along * sense) if by != number else math.inf)
                if cost < costs.get(there, math.inf):
                    costs[there], came[there] = cost, (here, by, along * sense)
                    heappush(ahead, (cost, len(came), there))
        return math.inf, []

    def _lower(self, number: int, enough: Limit) -> Limit:
        figure = self.figures[number]
        return self._flow(figure.tail, figure.head, number, min(enough, figure.value - figure.low))

    def _flow(self, start: Node, end: Node, without: int, enough: Limit) -> Limit:
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

    def _path(self, start: Node, end: Node, without: int, flows: Mapping[int, Limit]) -> list[tuple[int, int]]:
        """A short way with room on every step, as figures and directions; none is empty.

        It is sought from whichever end has fewer arcs, for a grade of a large district has a thousand.
        """
        sense = 1 if len(self.arcs.get(start, ())) <= len(self.arcs.get(end, ())) else -1
        source, goal = (start, end) if sense > 0 else (end, start)
        came: dict[Node, tuple[Node, int, int]] = {}
        ahead = deque([source])
        while ahead:
            here = ahead.popleft()
            for there, number, along in self.arcs.get(here, ()):
                way = along * sense
                if there == source or there in came or number == without or self._room(number, way, flows) <= 0:
                    continue
                came[there] = here, number, way
                if there == goal:
                    return list(_back(came, goal, source))
                for last, toward in self.between.get((there, goal), ()):
                    if last != without and self._room(last, toward * sense, flows) > 0:
                        came[goal] = there, last, toward * sense
                        return list(_back(came, goal, source))
                ahead.append(there)
        return []

    def _room(self, number: int, way: int, flows: Mapping[int, Limit]) -> Limit:
        figure, flow = self.figures[number], flows.get(number, 0)
        return figure.high - figure.value - flow if way > 0 else figure.value + flow - figure.low

    def _walk(self, root: Node, seen: dict[Node, int], lowest: dict[Node, int], found: set[int]) -> None:
        """Tarjan's search for bridges, without recursion: an arc down the tree that nothing below leads back over."""
        seen[root] = lowest[root] = len(seen)
        stack: list[tuple[Node, int, Iterator[Arc]]] = [(root, -1, iter(self.arcs[root]))]
        while stack:
            here, by, arcs = stack[-1]
            for there, number, _ in arcs:
                if there not in seen:
                    seen[there] = lowest[there] = len(seen)
                    stack.append((there, number, iter(self.arcs[there])))
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


def _back(came: Mapping[Node, tuple[Node, int, int]], end: Node, start: Node) -> Iterator[tuple[int, int]]:
    here = end
    while here != start:
        here, number, way = came[here]
        yield number, way
