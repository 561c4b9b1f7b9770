"""A mixed-integer programme, built row by row and solved by HiGHS; the same answer every time that time suffices.

Variables that no row ties together are solved apart: several small programmes take far less time than one large one.
Equal parts are solved once, so that they have equal answers, and a part that no new row touches keeps its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

Terms = Mapping[int, float]  # variable → coefficient
Row = tuple[Terms, float, float]  # its sum lies between the two
INFINITE = highspy.kHighsInf
SECONDS = 20.0


class NoSolution(ValueError):
    """No values satisfy all rows, or none were found in time."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Values that satisfy all rows, and whether it is proven that none cost less."""

    values: list[float]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Variables that rows tie together, in their order, and those rows, in terms of places among these variables."""

    variables: tuple[int, ...]
    rows: tuple[tuple[tuple[tuple[int, float], ...], float, float], ...]


@dataclass
class IntegerProgramme:
    """Minimise the sum of cost × variable under linear rows."""

    costs: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _solved: dict[object, Solution] = field(default_factory=dict)  # what a part asks for → proven values

    def binary(self, cost: float = 0.0) -> int:
        """A new variable that is 0 or 1."""
        return self._variable(cost, 1.0, whole=True)

    def number(self, highest: float, cost: float = 0.0) -> int:
        """A new variable from 0 to `highest`."""
        return self._variable(cost, highest, whole=False)

    def at_most(self, terms: Terms, bound: float) -> None:
        """A row: the sum is at most the bound."""
        self.rows.append((terms, -INFINITE, bound))

    def at_least(self, terms: Terms, bound: float) -> None:
        """A row: the sum is at least the bound."""
        self.rows.append((terms, bound, INFINITE))

    def exactly(self, terms: Terms, value: float) -> None:
        """A row: the sum is the value."""
        self.rows.append((terms, value, value))

    def solve(self, seconds: float = SECONDS) -> Solution:
        """The values of the variables, the best that are found in so many seconds. Raises NoSolution."""
        if any(not terms and not low <= 0 <= high for terms, low, high in self.rows):
            raise NoSolution("A row asks for something of no variable.")
        end = time.monotonic() + seconds
        values = [0.0] * len(self.costs)
        alike = self._unequal_parts()
        known = {asked: self._solved[asked] for asked in alike if asked in self._solved}
        left_to_solve = sum(len(parts[0].variables) for asked, parts in alike.items() if asked not in known)
        for asked, parts in alike.items():
            if asked not in known:
                # Each may use its share of the time that is left; what is done sooner leaves more to the others.
                share = len(parts[0].variables) / left_to_solve
                known[asked] = _run(self._model(parts[0]), max(0.0, end - time.monotonic()) * share)
                left_to_solve -= len(parts[0].variables)
            for part in parts:
                for variable, value in zip(part.variables, known[asked].values, strict=True):
                    values[variable] = value
        self._solved |= {asked: found for asked, found in known.items() if found.is_proven}
        return Solution(values, all(found.is_proven for found in known.values()))

    def _unequal_parts(self) -> dict[object, list[Part]]:
        """What a part asks for → the parts that ask for it."""
        found: dict[object, list[Part]] = {}
        for part in parts_of(len(self.costs), self.rows):
            bounds = tuple(tuple(of[v] for v in part.variables) for of in (self.costs, self.highest, self.whole))
            found.setdefault((part.rows, bounds), []).append(part)
        return found

    def _variable(self, cost: float, highest: float, *, whole: bool) -> int:
        self.costs.append(cost)
        self.highest.append(highest)
        self.whole.append(whole)
        return len(self.costs) - 1

    def _model(self, part: Part) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(part.variables), len(part.rows)
        model.col_cost_ = np.array([self.costs[v] for v in part.variables], dtype=float)
        model.col_lower_ = np.zeros(len(part.variables))
        model.col_upper_ = np.array([self.highest[v] for v in part.variables], dtype=float)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[self.whole[v]] for v in part.variables]
        model.row_lower_ = np.array([low for _, low, _ in part.rows], dtype=float)
        model.row_upper_ = np.array([high for _, _, high in part.rows], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in part.rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([v for terms, _, _ in part.rows for v, _ in terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array([c for terms, _, _ in part.rows for _, c in terms], dtype=float)
        return model


def parts_of(variables: int, rows: Sequence[Row]) -> list[Part]:
    """The variables parted so that no row reaches from one part into another."""
    above = list(range(variables))  # each variable's way up to the first of its part

    def first_of(variable: int) -> int:
        while above[variable] != variable:
            above[variable] = variable = above[above[variable]]
        return variable

    for terms, _, _ in rows:
        firsts = {first_of(variable) for variable in terms}
        for first in firsts:
            above[first] = min(firsts)
    members: dict[int, list[int]] = {}
    for variable in range(variables):
        members.setdefault(first_of(variable), []).append(variable)
    place = {variable: n for those in members.values() for n, variable in enumerate(those)}
    bounded: dict[int, list[tuple[tuple[tuple[int, float], ...], float, float]]] = {first: [] for first in members}
    for terms, low, high in rows:
        if terms:
            own = tuple((place[variable], value) for variable, value in terms.items())
            bounded[first_of(next(iter(terms)))].append((own, low, high))
    return [Part(tuple(those), tuple(bounded[first])) for first, those in members.items()]


def _run(model: highspy.HighsLp, seconds: float) -> Solution:
    """What HiGHS finds in so many seconds."""
    # The class that `Highs` wraps: the wrapper writes a banner to standard output, where the answer goes.
    solver = highspy._Highs()  # type: ignore[attr-defined]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return Solution(list(solver.getSolution().col_value), is_proven=True)
    is_feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == highspy.HighsModelStatus.kTimeLimit and is_feasible:
        return Solution(list(solver.getSolution().col_value), is_proven=False)
    raise NoSolution(solver.modelStatusToString(status))
