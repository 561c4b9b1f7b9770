"""Synthetic answers: what a family of a demo school might say, drawn from its plan and from likelihoods in data.

survey/demo/answers.toml says how likely each choice is, in town and in the country, or which measure of the
school's plan the answers scatter about.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from estimator.assessment import GradeBurden
from survey.questionnaire.forms import kept, path
from survey.questionnaire.model import Answers, Choice, Question, Questionnaire

LIKELIHOODS = Path(__file__).parent / "answers.toml"


@dataclass(frozen=True, slots=True)
class Life:
    """What a synthetic respondent's answers depend on."""

    setting: str  # urban | rural
    burden: GradeBurden  # of their grade; a teacher's is the school's heaviest
    heavier: bool = False  # whether it is the earlier, heavier time


@cache
def likelihoods() -> Mapping[str, Any]:
    """Question → choice → weight, or the measure its answers scatter about."""
    return tomllib.loads(LIKELIHOODS.read_text(encoding="utf-8"))


def answer(questionnaire: Questionnaire, life: Life, chance: Random) -> tuple[Answers, str | None]:
    """One person's answers to a questionnaire, and the remark some leave."""
    closed = {
        question.name: given
        for question in questionnaire.questions
        if question.choices and (given := _given(question, life, chance))
    }
    return kept(questionnaire, path(questionnaire, closed))[0], _remark(questionnaire, chance)


def _given(question: Question, life: Life, chance: Random) -> str | list[str] | None:
    said = _said(question.name, life)
    if chance.random() < likelihoods()["share_left_out"]:
        return None
    if "about" in said:
        return _band_about(question, said, life, chance)
    weights = said["weight"]
    if question.several:
        return _several(question, weights, chance)
    names = [choice.name for choice in question.choices]
    return chance.choices(names, [weights[name] for name in names])[0]


def _said(question: str, life: Life) -> Mapping[str, Any]:
    """What the data says of a question, with the weights of a place and of a time."""
    usual = likelihoods()["question"][question]
    then = likelihoods()["heavier"].get(question, {}) if life.heavier else {}
    weights = [said.get(key, {}) for said in (usual, then) for key in ("weight", life.setting)]
    return {**usual, **then, "weight": {choice: weight for each in weights for choice, weight in each.items()}}


def _band_about(question: Question, said: Mapping[str, Any], life: Life, chance: Random) -> str:
    measure = life.burden.measures[said["about"]].value * said.get("times", 1)
    lived = measure * chance.lognormvariate(0, said["spread"]) + said.get("besides", 0) * chance.random()
    bands = [choice for choice in question.choices if choice.low is not None]
    return next((band.name for band in bands if _holds(band, lived)), bands[-1].name)


def _holds(band: Choice, value: float) -> bool:
    assert band.low is not None
    return band.low <= value and (band.high is None or value < band.high)


def _several(question: Question, weights: Mapping[str, float], chance: Random) -> list[str]:
    """Each choice by its own likelihood (0–1); the exclusive one when no other was taken."""
    taken = [c.name for c in question.choices if not c.exclusive and chance.random() < weights[c.name]]
    return taken or [c.name for c in question.choices if c.exclusive]


def _remark(questionnaire: Questionnaire, chance: Random) -> str | None:
    if chance.random() >= likelihoods()["share_with_remark"]:
        return None
    return str(chance.choice(likelihoods()["remark"][questionnaire.role]))
