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

PEOPLE_AT_ONCE = 50_000
NUMBER = "I"  # of array: as wide as the kernel's int
NO_CELL = -1


class Counting:
    """The answers to one questionnaire, as they come, written by one legend.

    What it keeps is looked up by small whole numbers in arrays: where there are a hundred thousand cells, a dictionary
    of them would be waited for with each person.
    """

    def __init__(self, questionnaire: Questionnaire, written_by: legend.Choices):
        self._choices, self._legend = questionnaire.choices, written_by
        self._signs = tuple(legend.signs(written_by))
        self._schools, self._grades = _Numbers(), _Numbers()
        self._cell = np.zeros((0, 0), np.int64)  # schools × grades → number of the cell
        self._cells = list[Group]()
        self._people = np.zeros(0, np.int64)
        self._having = np.zeros((0, len(self._signs)), np.int64)  # cells × signs
        self._begin()

    def _begin(self) -> None:
        self._school, self._grade, self._said = array(NUMBER), array(NUMBER), list[bytes]()

    def add(self, schools: Iterable[str], grades: Iterable[int | None], said: Iterable[bytes]) -> None:
        """Count some people; `said` has each one's bits."""
        self._school.extend(map(self._schools.__getitem__, schools))
        self._grade.extend(map(self._grades.__getitem__, grades))
        self._said.extend(said)
        if len(self._said) >= PEOPLE_AT_ONCE:
            self._count()

    def cells(self) -> tuple[tuple[Group, ...], Counts, Mapping[str, Counts]]:
        """The schools' grades, how many people of each answered, and what: as `tallies.summed` takes them.

        What is no choice now is counted as an answer to its question, and nowhere else.
        """
        self._count()
        place = {sign: number for number, sign in enumerate(self._signs)}
        people, having = (counts[: len(self._cells)] for counts in (self._people, self._having))
        having = np.column_stack((having, np.zeros(len(having), np.int64)))  # at the end, who has no sign
        answers = {
            question: having[:, [place.get((question, said), -1) for said in (legend.ANSWERED, *choices)]]
            for question, choices in self._choices.items()
        }
        return tuple(self._cells), people, answers

    def _count(self) -> None:
        if not self._said:
            return
        cell = self._cells_of(np.array(self._school, np.int64), np.array(self._grade, np.int64))
        self._people = _with_room(self._people, len(self._cells))
        self._having = _with_room(self._having, len(self._cells), len(self._signs))
        np.add.at(self._people, cell, 1)
        # Answers × signs, and cells × signs: what somebody has lies as far from the beginning of their own row in both.
        had = np.flatnonzero(legend.read(self._said, self._legend))
        further = (cell - np.arange(len(cell))) * len(self._signs)
        np.add.at(self._having.reshape(-1), had + further[had // max(1, len(self._signs))], 1)
        self._begin()

    def _cells_of(self, school: NDArray[np.int64], grade: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cells of some people; new ones are numbered."""
        self._cell = _with_room(self._cell, len(self._schools), len(self._grades), filled=NO_CELL)
        new = self._cell[school, grade] == NO_CELL
        if new.any():
            schools, grades = np.unique(np.stack((school[new], grade[new])), axis=1)
            self._cell[schools, grades] = np.arange(len(schools)) + len(self._cells)
            names = tuple(self._schools), tuple(self._grades)
            self._cells += [(names[0][s], names[1][g]) for s, g in zip(schools.tolist(), grades.tolist(), strict=True)]
        return np.asarray(self._cell[school, grade])


class _Numbers(dict[Any, int]):
    """Each new key gets the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _with_room(kept: NDArray[np.int64], *shape: int, filled: int = 0) -> NDArray[np.int64]:
    """The same with room for at least so many; it is made seldom, lest much be copied again and again."""
    if all(there >= wanted for there, wanted in zip(kept.shape, shape, strict=True)):
        return kept
    wider = np.full(
        [there if n <= there else 2 * n for there, n in zip(kept.shape, shape, strict=True)], filled, np.int64
    )
    wider[tuple(slice(there) for there in kept.shape)] = kept
    return wider
