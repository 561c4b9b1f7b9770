"""The release of 1,000 schools of which many are small: 12 grades × the questionnaires, protected and audited."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import numpy as np

from benchmarks.figure import Figure
from survey.questionnaire import built_in, questionnaire_for
from survey.release.groups import Group
from survey.release.making import Asked, Round, make_release
from survey.release.suppression import exposed, hidden_groups
from survey.release.tallies import Counts, Tallies, summed

SCHOOLS = 1000
GRADES = range(1, 13)
ANSWERED = 0.6
SEED = 20200312


def figures() -> Iterator[Figure]:
    """The lines of the table."""
    chance = random.Random(SEED)
    tallies, asked = _district(chance)
    of_parents = tallies["parent"].people_of()
    start = time.process_time()
    hidden = hidden_groups(of_parents)
    chosen = time.process_time() - start
    yield Figure(f"choosing what is hidden, one table of {len(of_parents):,} groups, many small", chosen, "CPU-s")
    told = Round("bench", "bench", "bench", "slips", True, asked)
    start = time.process_time()
    release = make_release(told, 1, datetime.now(UTC).date(), tallies, {}, {}, ())
    whole = time.process_time() - start
    questions = len({(t.audience.questionnaire, t.question) for t in release.tables})
    yield Figure(f"… a release of {SCHOOLS:,} such schools, {questions} questions", whole, "CPU-s")
    assert not exposed(of_parents, hidden)


def _district(chance: random.Random) -> tuple[Mapping[str, Tallies], tuple[Asked, ...]]:
    sizes: dict[str, dict[Group, int]] = {}
    asked: list[Asked] = []
    for number in range(SCHOOLS):
        school, size = f"s{number:04}", chance.choice([5, 8, 15, 30, 60, 120])
        for role, grades in (("teacher", [None]), ("parent", GRADES), ("pupil", GRADES)):
            for grade in grades:
                questionnaire = questionnaire_for(role, grade)
                if questionnaire is None:
                    continue
                invited = max(1, round(chance.gauss(size, size / 3)))
                asked.append(Asked(school, f"School {number}", questionnaire.name, grade, invited))
                sizes.setdefault(questionnaire.name, {})[school, grade] = round(invited * ANSWERED)
    draws = np.random.default_rng(SEED)
    return {name: _tallies(draws, name, cells) for name, cells in sizes.items()}, tuple(asked)


def _tallies(chance: np.random.Generator, questionnaire: str, cells: Mapping[Group, int]) -> Tallies:
    """Everybody answers everything, by chance; where several may be taken, one."""
    people = np.array(list(cells.values()), np.int64)
    answers: dict[str, Counts] = {}
    for question, choices in built_in()[questionnaire].choices.items():
        chosen = chance.multinomial(people, [1 / len(choices)] * len(choices))
        answers[question] = np.column_stack((people, chosen))
    return summed(list(cells), people, answers)
