"""Counting one questionnaire's answers: of each cell how many people have each sign of the legend."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from survey import legend
from survey.questionnaire.model import Questionnaire
from survey.release.groups import Group
from survey.release.tallies import Counts

PEOPLE_AT_ONCE = 50_000
NUMBER = "I"  # of array: as wide as the kernel's int


class Counting:
    """The answers to one questionnaire, as they come, written by one legend."""

    def __init__(self, questionnaire: Questionnaire, written_by: legend.Choices):
        self._choices, self._legend = questionnaire.choices, written_by
        self._cells = _Numbers()
        self._people = np.zeros(0, np.int64)
        self._having = np.zeros((0, len(tuple(legend.signs(written_by)))), np.int64)  # cells × signs
        self._where, self._said = array(NUMBER), list[bytes]()

    def add(self, cells: Iterable[Group], said: Iterable[bytes]) -> None:
        """Count some people, by school and grade; `said` has each one's bits."""
        self._where.extend(map(self._cells.__getitem__, cells))
        self._said.extend(said)
        if len(self._said) >= PEOPLE_AT_ONCE:
            self._count()

    def cells(self) -> tuple[tuple[Group, ...], Counts, Mapping[str, Counts]]:
        """The schools' grades, how many people of each answered, and what: as `tallies.summed` takes them.

        What is no choice now is counted as an answer to its question, and nowhere else.
        """
        if self._said:
            self._count()
        place = {sign: number for number, sign in enumerate(legend.signs(self._legend))}
        people, having = (counts[: len(self._cells)] for counts in (self._people, self._having))
        having = np.column_stack((having, np.zeros(len(having), np.int64)))  # at the end, who has no sign
        answers = {
            question: having[:, [place.get((question, said), -1) for said in (legend.ANSWERED, *choices)]]
            for question, choices in self._choices.items()
        }
        return tuple(self._cells), people, answers

    def _count(self) -> None:
        where = np.array(self._where, np.int64)
        bits = legend.read(self._said, self._legend)
        by_cell = np.argsort(where, kind="stable")
        met, first = np.unique(where[by_cell], return_index=True)
        self._people, self._having = (_with_rows(counts, len(self._cells)) for counts in (self._people, self._having))
        self._people[met] += np.diff(first, append=len(where))
        self._having[met] += np.add.reduceat(bits[by_cell], first, axis=0, dtype=np.int64)
        self._where, self._said = array(NUMBER), []


class _Numbers(dict[Group, int]):
    """Each new key gets the next number."""

    def __missing__(self, key: Group) -> int:
        self[key] = number = len(self)
        return number


def _with_rows(counts: Counts, rows: int) -> Counts:
    """The counts, with room for so many rows; room is made seldom, lest many cells be copied again and again."""
    if rows <= len(counts):
        return counts
    return np.concatenate((counts, np.zeros((2 * rows - len(counts), *counts.shape[1:]), np.int64)))
