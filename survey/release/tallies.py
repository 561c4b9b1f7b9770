"""How many of each group answered each question, and how many took each choice: arrays, a row for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire.model import Questionnaire
from survey.release.groups import Group, groups_of, is_graded, order

Counts = NDArray[np.int64]
PEOPLE = ""  # all who answered, where else a question stands


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Answers to one questionnaire, by group; a whole stands before its parts.

    `answers` has for each question a row for each group: who answered it, then who took each choice.
    """

    groups: tuple[Group, ...]
    people: Counts
    answers: Mapping[str, Counts]

    def people_of(self, question: str | None = None) -> dict[Group, int]:
        """How many of each group answered a question; without one, at all."""
        counted = self.people if question is None else self.answers[question][:, 0]
        return dict(zip(self.groups, counted.tolist(), strict=True))

    def chosen(self, question: str) -> Counts:
        """How many of each group took each choice of a question."""
        return self.answers[question][:, 1:]

    def of(self, groups: Sequence[Group]) -> Tallies:
        """The same of these groups; nobody in those that there are not."""
        place = {group: number for number, group in enumerate(self.groups)}
        rows = np.array([place.get(group, len(self.groups)) for group in groups], dtype=np.int64)
        people = np.append(self.people, 0)[rows]
        nobody = {name: np.zeros((1, counts.shape[1]), dtype=np.int64) for name, counts in self.answers.items()}
        answers = {name: np.vstack((counts, nobody[name]))[rows] for name, counts in self.answers.items()}
        return Tallies(tuple(groups), people, answers)

    def smallest(self) -> Tallies:
        """The same of the smallest groups, which all others are sums of."""
        graded = is_graded(self.groups)
        return self.of([g for g in self.groups if g[0] is not None and (g[1] is not None) == graded])

    def since(self, before: Tallies) -> Tallies:
        """Who came after earlier tallies; less than nobody where answers were lost."""
        was = before.of(self.groups)
        answers = {name: counts - was.answers[name] for name, counts in self.answers.items()}
        return Tallies(self.groups, self.people - was.people, answers)


def summed(cells: Sequence[Group], people: Counts, answers: Mapping[str, Counts]) -> Tallies:
    """The tallies of every group, from those of the smallest."""
    listed = [tuple(groups_of(school or "", grade)) for school, grade in cells]
    groups = tuple(sorted({group for those in listed for group in those}, key=order))
    place = {group: number for number, group in enumerate(groups)}
    into = np.array([place[group] for those in listed for group in those], dtype=np.int64)
    by_group = np.argsort(into, kind="stable")
    of = np.repeat(np.arange(len(cells)), [len(those) for those in listed])[by_group]
    first = np.searchsorted(into[by_group], np.arange(len(groups)))

    def added(counts: Counts) -> Counts:
        return np.add.reduceat(counts[of], first, axis=0) if len(first) else counts

    return Tallies(groups, added(people), {name: added(counts) for name, counts in answers.items()})


def nobody(questionnaire: Questionnaire) -> Tallies:
    """The tallies of a questionnaire that nobody answered."""
    none = {name: np.zeros((0, 1 + len(choices)), np.int64) for name, choices in questionnaire.choices.items()}
    return Tallies((), np.zeros(0, np.int64), none)
