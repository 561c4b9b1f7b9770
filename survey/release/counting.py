"""Counting one questionnaire's answers, person by person, as fast as they can be read.

An answer's text is read into a tuple with a place for each question, without a dictionary in between. What somebody
says to a question, one choice or several, gets a number when it is first met; people are then counted by these.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from survey.questionnaire.model import Questionnaire
from survey.release.groups import Group
from survey.release.tallies import Counts, choices_of

PEOPLE_AT_ONCE = 50_000
NUMBER = "I"  # of array: as wide as the kernel's int
Said = str | tuple[str, ...] | None


class Counting:
    """The answers to one questionnaire, as they come."""

    def __init__(self, questionnaire: Questionnaire):
        self._choices = choices_of(questionnaire)
        answer = msgspec.defstruct("Answer", [(name, Said, None) for name in self._choices])
        self._read = msgspec.json.Decoder(answer).decode
        self._met, self._cells = _Numbers({None: 0}), _Numbers()
        widths = {name: len(choices) + 2 for name, choices in self._choices.items()}
        self._columns = {name: np.zeros((0, width), dtype=bool) for name, width in widths.items()}
        self._counts = {name: np.zeros((0, width), np.int64) for name, width in widths.items()}
        self._people = np.zeros(0, np.int64)
        self._where, self._said = array(NUMBER), array(NUMBER)

    def add(self, school: str, grade: int | None, choices: str) -> None:
        """Count one person; `choices` is the text of question → choice, or list of choices."""
        self._where.append(self._cells[school, grade])
        self._said.extend(map(self._met.__getitem__, msgspec.structs.astuple(self._read(choices))))
        if len(self._where) == PEOPLE_AT_ONCE:
            self._count()

    def cells(self) -> tuple[tuple[Group, ...], Counts, Mapping[str, Counts]]:
        """The schools' grades, how many people of each answered, and what: as `tallies.summed` takes them."""
        self._count()
        answers = {
            name: np.column_stack((self._people - counts[:, 0], counts[:, 1:-1]))
            for name, counts in self._counts.items()
        }
        return tuple(self._cells), self._people, answers

    def _count(self) -> None:
        where = np.array(self._where, np.int64)
        said = np.array(self._said).reshape(len(where), len(self._choices))
        self._people = _more(self._people, np.bincount(where, minlength=len(self._cells)))
        for place, name in enumerate(self._choices):
            new = tuple(self._met)[len(self._columns[name]) :]
            self._columns[name] = np.vstack((self._columns[name], self._columns_of(name, new)))
            person, column = np.nonzero(self._columns[name][said[:, place]])
            self._add(name, where[person], column)
        self._where, self._said = array(NUMBER), array(NUMBER)

    def _columns_of(self, name: str, met: Sequence[Said]) -> NDArray[np.bool_]:
        """In which columns whoever says so is counted: nothing said, each choice, anything else.

        Each person once in each, whatever a ballot holds.
        """
        column = {None: 0} | {choice: number for number, choice in enumerate(self._choices[name], start=1)}
        other = len(column)
        found = np.zeros((len(met), other + 1), dtype=bool)
        for number, said in enumerate(met):
            found[number, [column.get(word, other) for word in (said if isinstance(said, tuple) else (said,))]] = True
        return found

    def _add(self, name: str, where: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        width = self._counts[name].shape[1]
        found = np.bincount(where * width + columns, minlength=len(self._cells) * width)
        self._counts[name] = _more(self._counts[name], found.reshape(-1, width))


class _Numbers(dict[Any, int]):
    """Each new key gets the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _more(counts: Counts, found: NDArray[np.int64]) -> Counts:
    """Both together; there may be new cells at the end of what was found."""
    found[: len(counts)] += counts
    return found
