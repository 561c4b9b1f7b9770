"""What every code of every question means, in both languages: from the questionnaires, and as the release tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.questionnaire import built_in
from survey.release.published import Release, Text

TOGETHER = "+"  # between the codes of choices that are told together


@dataclass(frozen=True, slots=True)
class Code:
    """One answer on offer; a band says its ends."""

    label: Text
    low: float | None
    high: float | None
    no_answer: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """Questionnaire and question → its words and its codes."""

    questions: Mapping[tuple[str, str], Text]
    several: Mapping[tuple[str, str], bool]
    codes: Mapping[tuple[str, str], Mapping[str, Code]]

    def on_offer(self, questionnaire: str, question: str) -> dict[str, Code]:
        """The choices that people had, one by one."""
        listed = self.codes[questionnaire, question]
        return {choice: code for choice, code in listed.items() if TOGETHER not in choice}


def codes_of(release: Release) -> Codes:
    """The codes of every question the release tells of, those on offer first."""
    questions: dict[tuple[str, str], Text] = {}
    several: dict[tuple[str, str], bool] = {}
    codes: dict[tuple[str, str], dict[str, Code]] = {}
    for table in release.tables:
        key = table.audience.questionnaire, table.question
        if key not in codes:
            questions[key], several[key], codes[key] = table.label, table.several, _asked(*key)
        known = codes[key]
        for count in table.counts:
            if count.choice not in known:
                known[count.choice] = Code(count.label, count.low, count.high, count.no_answer)
    return Codes(questions, several, codes)


def _asked(questionnaire: str, question: str) -> dict[str, Code]:
    """As the questionnaire has them; none for one that is no longer built in."""
    asked = built_in()[questionnaire].questions if questionnaire in built_in() else ()
    found = next((each for each in asked if each.name == question), None)
    return {c.name: Code(c.label, c.low, c.high, c.no_answer) for c in found.choices} if found else {}
