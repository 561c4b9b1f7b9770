"""Answers that are made up.

Of each question one is frequent and the others ever rarer, so that many groups are nearly of one mind, as in life.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from sqlalchemy import Connection, insert

from survey import legend
from survey.answer_store import Legend
from survey.questionnaire import built_in
from survey.questionnaire.model import Question

POOL = 1000  # different answers to each questionnaire
RARER = 0.45  # each choice, of the one before
ANSWERED = 0.98  # of the questions


def pools(chance: random.Random) -> Mapping[str, list[bytes]]:
    """Questionnaire → different answers to it, as they are stored."""
    return {
        name: legend.written((_answer(name, chance) for _ in range(POOL)), choices)
        for name, choices in _legends().items()
    }


def keep_legends(connection: Connection, campaign_id: str) -> None:
    """What the bits of such answers in a round say."""
    place = {"campaign_id": campaign_id}
    told = [{**place, "questionnaire": name, "choices": choices} for name, choices in _legends().items()]
    connection.execute(insert(Legend), told)


def _legends() -> Mapping[str, legend.Choices]:
    return {name: legend.legend_of(asked.choices) for name, asked in built_in().items()}


def _answer(questionnaire: str, chance: random.Random) -> Mapping[str, str | list[str]]:
    asked = [question for question in built_in()[questionnaire].questions if question.choices]
    return {question.name: _said(question, chance) for question in asked if chance.random() < ANSWERED}


def _said(question: Question, chance: random.Random) -> str | list[str]:
    names = [choice.name for choice in question.choices]
    if question.several:
        return [name for place, name in enumerate(names) if chance.random() < RARER ** (place + 1)]
    return chance.choices(names, [RARER**place for place in range(len(names))])[0]
