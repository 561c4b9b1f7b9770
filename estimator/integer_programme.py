"""A mixed-integer programme, built row by row and solved by HiGHS; the same answer every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

Terms = Mapping[int, float]  # variable → coefficient
INFINITE = highspy.kHighsInf
SECONDS = 20.0


class NoSolution(ValueError):
    """No values satisfy all rows, or none were found in time."""


@dataclass
class IntegerProgramme:
    """Minimise the sum of cost × variable under linear rows."""

    costs: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

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

    def solve(self) -> list[float]:
        """The values of the variables. Raises NoSolution."""
        # The class that `Highs` wraps: the wrapper writes a banner to standard output, where the answer goes.
        solver = highspy._Highs()  # type: ignore[attr-defined]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("time_limit", SECONDS)
        solver.passModel(self._model())
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NoSolution(solver.modelStatusToString(solver.getModelStatus()))
        return list(solver.getSolution().col_value)

    def _variable(self, cost: float, highest: float, *, whole: bool) -> int:
        self.costs.append(cost)
        self.highest.append(highest)
        self.whole.append(whole)
        return len(self.costs) - 1

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.rows)
        model.col_cost_ = np.array(self.costs, dtype=float)
        model.col_lower_ = np.zeros(len(self.costs))
        model.col_upper_ = np.array(self.highest, dtype=float)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in self.whole]
        model.row_lower_ = np.array([low for _, low, _ in self.rows], dtype=float)
        model.row_upper_ = np.array([high for _, _, high in self.rows], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in self.rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([v for terms, _, _ in self.rows for v in terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array([c for terms, _, _ in self.rows for c in terms.values()], dtype=float)
        return model
