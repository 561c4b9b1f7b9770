"""Whether one person of a group may be elsewhere: a closed walk through its figure on which every step is open.

It is asked for tens of thousands of figures, and a grade of a large district has a thousand schools. So what leads from
a grade to schools, and from schools to it, is one number each, with a bit for each school.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.release.circulation import Wiring

Mask = NDArray[np.bool_]


class Openings:
    """Which figures of a table may be one higher, and which one lower, before anything is added up."""

    def __init__(self, wiring: Wiring, up: Mask, down: Mask):
        self._wiring = wiring
        self._of = {1: up.copy(), -1: down.copy()}
        self._to_columns, self._to_rows = list[int](), list[int]()  # by column: from which rows, and to which
        if grid := wiring.grid:
            along, against = (np.append(room, False)[grid.figures] for room in (up, down))
            self._to_columns = _bits(np.where(grid.is_along, along, against))
            self._to_rows = _bits(np.where(grid.is_along, against, along))

    def change(self, number: int, up: bool, down: bool) -> None:
        """Let a figure, which its reader knows less exactly now, go up or down."""
        self._of[1][number], self._of[-1][number] = up, down
        if grid := self._wiring.grid:
            column, row = cell = grid.cell_of[number]
            along, against = (up, down) if grid.is_along[cell] else (down, up)
            for bits, is_open in ((self._to_columns, along), (self._to_rows, against)):
                bits[column] = bits[column] & ~(1 << row) | is_open << row

    def may_be_higher(self, number: int) -> bool:
        """Whether a figure may be one higher when all is added up."""
        if not self._of[1][number]:
            return False
        grid = self._wiring.grid
        if not grid:
            return self._leads_back_beside(number)
        column, row = cell = grid.cell_of[number]
        # From the column back to the row; a figure that flows from a column is sought from its end.
        if grid.is_along[cell]:
            return _leads(self._to_rows, self._to_columns, column, 1 << row)
        return _leads(self._to_columns, self._to_rows, column, 1 << row)

    def surely_higher(self) -> Mask:
        """The figures of a school's grade that may be one higher around three others: two schools and two grades."""
        cells = self._wiring.cells
        up, down = (np.append(self._of[way], False)[cells] for way in (1, -1))
        # From a grade down to another school, up to another grade: how many schools such a way leads through.
        ways = down.T.astype(np.int64) @ up
        others = ways[None] - (down[:, :, None] & up[:, None, :])
        closes = (others > 0) & down[:, None, :] & ~np.eye(len(ways), dtype=bool)[None]
        found = np.zeros(len(self._of[1]) + 1, dtype=bool)
        found[cells] = up & closes.any(axis=2)
        return found[:-1]

    def _leads_back_beside(self, number: int) -> bool:
        """The same where all figures lie between the same two nodes: another one is all that is needed."""
        _, head = self._wiring.ends[number]
        return any(by != number and self._of[along][by] for _, by, along in self._wiring.arcs[head])


def _leads(onward: list[int], back: list[int], column: int, row: int) -> bool:
    """Whether open steps lead from a column to a row, the straight one left out; `row` is its bit."""
    last = [place for place, rows in enumerate(onward) if rows & row and place != column]
    if not last:
        return False
    reached = onward[column] & ~row
    ahead = [place for place in range(len(onward)) if place != column]
    while True:
        if any(back[place] & reached for place in last):
            return True
        further = [place for place in ahead if back[place] & reached]
        if not further:
            return False
        for place in further:
            reached |= onward[place]
        ahead = [place for place in ahead if place not in further]


def _bits(open_ones: Mask) -> list[int]:
    """For each line a number with a bit for each place."""
    return [int.from_bytes(np.packbits(line, bitorder="little").tobytes(), "little") for line in open_ones]
