"""Counting one questionnaire's answers, person by person, as fast as they can be read.

An answer's text is read into a tuple with a place for each question, without a dictionary in between. What somebody
says to a question, one choice or several, gets a number when it is first met; people are then counted by these.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from types import GenericAlias
from typing import Any, Literal

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
        # A choice that is known is read as one and the same string, which is hashed once and not for each person.
        known: dict[str, Any] = {name: Literal[choices] for name, choices in self._choices.items()}
        kinds = {name: one | GenericAlias(tuple, (one, ...)) | None for name, one in known.items()}
        self._read_known = _reader(kinds)
        self._read = _reader(dict.fromkeys(self._choices, Said))
        self._met, self._cells = _Numbers({None: 0}), _Numbers()
        widths = {name: len(choices) + 2 for name, choices in self._choices.items()}
        self._columns = {name: np.zeros((0, width), dtype=bool) for name, width in widths.items()}
        self._counts = {name: np.zeros((0, width), np.int64) for name, width in widths.items()}
        self._people = np.zeros(0, np.int64)
        self._where, self._said = array(NUMBER), array(NUMBER)

    def add(self, cells: Iterable[Group], choices: Sequence[str]) -> None:
        """Count some people, by school and grade; `choices` has each one's text of question → choice, or choices."""
        try:
            read = [*map(self._read_known, choices)]
        except msgspec.ValidationError:  # somebody took what is no choice now
            read = [*map(self._read, choices)]
        self._where.extend(map(self._cells.__getitem__, cells))
        said = chain.from_iterable(map(msgspec.structs.astuple, read))
        self._said.extend(map(self._met.__getitem__, said))
        if len(self._where) >= PEOPLE_AT_ONCE:
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
            self._add(name, where, said[:, place])
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

    def _add(self, name: str, where: NDArray[np.int64], said: NDArray[np.uint32]) -> None:
        """Count what each of some people said to a question."""
        columns = self._columns[name]
        width = columns.shape[1]
        # Nearly all are counted in one column: that is looked up, and only the others' are sought out.
        column = np.where(columns.sum(axis=1) == 1, columns.argmax(axis=1), width)[said]
        others = np.flatnonzero(column == width)
        person, further = np.nonzero(columns[said[others]])
        places = np.concatenate((where * (width + 1) + column, where[others[person]] * (width + 1) + further))
        found = np.bincount(places, minlength=len(self._cells) * (width + 1)).reshape(-1, width + 1)
        self._counts[name] = _more(self._counts[name], found[:, :-1])


def _reader(said: Mapping[str, Any]) -> Callable[[str], msgspec.Struct]:
    """What reads an answer's text; `said` has what type of thing may be said to each question."""
    # Nothing in an answer leads back to it: it need not be watched for cycles.
    answer = msgspec.defstruct("Answer", [(name, kind, None) for name, kind in said.items()], gc=False)
    return msgspec.json.Decoder(answer).decode


class _Numbers(dict[Any, int]):
    """Each new key gets the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _more(counts: Counts, found: NDArray[np.int64]) -> Counts:
    """Both together; there may be new cells at the end of what was found."""
    found[: len(counts)] += counts
    return found
