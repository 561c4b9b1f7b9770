"""Counting answers: the fixed tables of a campaign, before protection. Nothing here may leave the room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from survey import db
from survey.answer_store import Answer, Comment


@dataclass
class Tally:
    """Answers of one audience to one questionnaire: how many, and how often each choice of each question."""

    people: int = 0
    answered: Counter[str] = field(default_factory=Counter)  # question → people who answered it
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)  # question, choice → people

    def add(self, choices: Mapping[str, str | list[str]]) -> None:
        """Count one person."""
        self.people += 1
        for question, given in choices.items():
            self.answered[question] += 1
            self.chosen.update((question, choice) for choice in ([given] if isinstance(given, str) else given))


Audiences = Mapping[tuple[str, str | None], Tally]  # questionnaire, school id or None for the district


def tabulate(campaign_id: str) -> Audiences:
    """The tallies of every school and of the district."""
    tallies: defaultdict[tuple[str, str | None], Tally] = defaultdict(Tally)
    for answer in db.session("answers").scalars(select(Answer).where(Answer.campaign_id == campaign_id)):
        tallies[answer.questionnaire, answer.school_id].add(answer.choices)
        tallies[answer.questionnaire, None].add(answer.choices)
    db.session("answers").rollback()
    return tallies


def comments_of(campaign_id: str) -> Mapping[str, list[str]]:
    """Questionnaire → the remarks of the whole district."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows: Iterable[Comment] = db.session("answers").scalars(select(Comment).where(Comment.campaign_id == campaign_id))
    for row in rows:
        found[row.questionnaire].append(row.words)
    db.session("answers").rollback()
    return found
