"""Counting one questionnaire's answers: of each cell how many people have each sign of the legend."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey import legend
from survey.questionnaire.model import Questionnaire
from survey.release.groups import Group
from survey.release.tallies import Counts

PEOPLE_AT_ONCE = 10_000  # few enough that what is worked out of them stays near the processor
NUMBER = "I"  # of array: as wide as the kernel's int
NO_CELL = -1
# What is counted of a hundred thousand cells is waited for with each person, and longer where numbers are wider; in a
# cell are fewer than two thousand million people.
Count = np.int32


class Cells:
    """A round's schools and grades and the cells that they make, numbered as they come.

    One for all of its questionnaires: it is looked into for each person, and of a province one is large enough. Small
    whole numbers in arrays are looked up sooner than a dictionary of a hundred thousand cells.
    """

    def __init__(self) -> None:
        self.schools, self.grades = _Numbers(), _Numbers()
        self.groups = list[Group]()  # of each cell
        self._number = np.zeros((0, 0), Count)  # schools × grades → number of the cell

    def numbers(self, school: NDArray[np.int64], grade: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cells of some people, from the numbers of their schools and grades; new cells are numbered."""
        self._number = _with_room(self._number, len(self.schools), len(self.grades), filled=NO_CELL)
        new = self._number[school, grade] == NO_CELL
        if new.any():
            schools, grades = np.unique(np.stack((school[new], grade[new])), axis=1)
            self._number[schools, grades] = np.arange(len(schools)) + len(self.groups)
            names = tuple(self.schools), tuple(self.grades)
            self.groups += [(names[0][s], names[1][g]) for s, g in zip(schools.tolist(), grades.tolist(), strict=True)]
        return self._number[school, grade].astype(np.int64)


class Counting:
    """The answers to one questionnaire, as they come, written by one legend."""

    def __init__(self, questionnaire: Questionnaire, written_by: legend.Choices, cells: Cells):
        self._choices, self._legend, self._cells = questionnaire.choices, written_by, cells
        self._signs = tuple(legend.signs(written_by))
        self._people = np.zeros(0, Count)
        self._having = np.zeros((0, len(self._signs)), Count)  # cells × signs
        self._begin()

    def _begin(self) -> None:
        self._school, self._grade, self._said = array(NUMBER), array(NUMBER), list[bytes]()

    def add(self, schools: Iterable[str], grades: Iterable[int | None], said: Iterable[bytes]) -> None:
        """Count some people; `said` has each one's bits."""
        self._school.extend(map(self._cells.schools.__getitem__, schools))
        self._grade.extend(map(self._cells.grades.__getitem__, grades))
        self._said.extend(said)
        if len(self._said) >= PEOPLE_AT_ONCE:
            self._count()

    def cells(self) -> tuple[tuple[Group, ...], Counts, Mapping[str, Counts]]:
        """The schools' grades, how many people of each answered, and what: as `tallies.summed` takes them.

        What is no choice now is counted as an answer to its question, and nowhere else.
        """
        self._count()
        place = {sign: number for number, sign in enumerate(self._signs)}
        there = np.flatnonzero(self._people)
        having = self._having[there].astype(np.int64)
        having = np.column_stack((having, np.zeros(len(having), np.int64)))  # at the end, who has no sign
        answers = {
            question: having[:, [place.get((question, said), -1) for said in (legend.ANSWERED, *choices)]]
            for question, choices in self._choices.items()
        }
        return tuple(self._cells.groups[cell] for cell in there), self._people[there].astype(np.int64), answers

    def _count(self) -> None:
        if not self._said:
            return
        cell = self._cells.numbers(np.array(self._school, np.int64), np.array(self._grade, np.int64))
        self._people = _with_room(self._people, len(self._cells.groups))
        self._having = _with_room(self._having, len(self._cells.groups), len(self._signs))
        np.add.at(self._people, cell, Count(1))
        # Answers × signs, and cells × signs: what somebody has lies as far from the beginning of their own row in both.
        had = np.flatnonzero(legend.read(self._said, self._legend))
        further = (cell - np.arange(len(cell))) * len(self._signs)
        np.add.at(self._having.reshape(-1), had + further[had // max(1, len(self._signs))], Count(1))
        self._begin()


class _Numbers(dict[Any, int]):
    """Each new key gets the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _with_room(kept: NDArray[Count], *shape: int, filled: int = 0) -> NDArray[Count]:
    """The same with room for at least so many; it is made seldom, lest much be copied again and again."""
    if all(there >= wanted for there, wanted in zip(kept.shape, shape, strict=True)):
        return kept
    wider = np.full([there if n <= there else 2 * n for there, n in zip(kept.shape, shape, strict=True)], filled, Count)
    wider[tuple(slice(there) for there in kept.shape)] = kept
    return wider
