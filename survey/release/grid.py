"""A table with margins as one grid: what each figure is to arrays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np


class Grid:
    """The figures between rows (the bottom, and schools) and columns (the top, and grades).

    `nodes` are those of the rows, and those of the columns; `place_of` has for each node its side and its place there.
    By column and row, `figures` has one more than there are where there is none, and `is_along` where a figure flows
    from the row; `inner` are those of a school's grade, `margins` the slices without the others.
    """

    def __init__(self, ends: Sequence[tuple[int, int]], schools: Collection[int], grades: Collection[int], bottom: int):
        there = sorted({node for pair in ends for node in pair})
        rows = [node for node in there if node == bottom or node in schools]
        self.nodes = rows, [node for node in there if node not in rows]
        self.place_of = {node: (side, place) for side in (0, 1) for place, node in enumerate(self.nodes[side])}
        self.figures = np.full((len(self.nodes[1]), len(rows)), len(ends), np.int64)
        self.is_along = np.zeros(self.figures.shape, bool)
        self.cell_of: list[tuple[int, int]] = []
        for number, (tail, head) in enumerate(ends):
            flows_from_row = self.place_of[tail][0] == 0
            row, column = (tail, head) if flows_from_row else (head, tail)
            cell = self.place_of[column][1], self.place_of[row][1]
            self.figures[cell], self.is_along[cell] = number, flows_from_row
            self.cell_of.append(cell)
        self.inner = {number for number, (tail, head) in enumerate(ends) if tail in schools and head in grades}
        # Nodes are numbered so that the bottom and the top stand before the others.
        of_grades, of_schools = len(self.nodes[1]) - len(grades), len(rows) - len(schools)
        self.margins = slice(of_grades, None), slice(of_schools, None)
