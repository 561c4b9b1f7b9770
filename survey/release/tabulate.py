"""Counting answers: the fixed groups of a campaign, before protection. Nothing here may leave the room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from survey import db
from survey.answer_store import Answer, Comment, Counted
from survey.release.groups import Group, groups_of, is_graded


@dataclass
class Tally:
    """Answers of one group to one questionnaire: how many, and how often each choice of each question."""

    people: int = 0
    answered: Counter[str] = field(default_factory=Counter)  # question → people who answered it
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)  # question, choice → people

    def add(self, choices: Mapping[str, str | list[str]]) -> None:
        """Count one person."""
        self.people += 1
        for question, given in choices.items():
            self.answered[question] += 1
            # Each person once, whatever a ballot holds.
            self.chosen.update((question, choice) for choice in ({given} if isinstance(given, str) else {*given}))

    def add_all(self, other: Tally) -> None:
        """Count everybody of a smaller group."""
        self.people += other.people
        self.answered.update(other.answered)
        self.chosen.update(other.chosen)

    def since(self, other: Tally) -> Tally:
        """Who came after an earlier tally of the same group; less than nobody where answers were lost."""
        more = Tally(self.people - other.people, self.answered.copy(), self.chosen.copy())
        more.answered.subtract(other.answered)
        more.chosen.subtract(other.chosen)
        return more


Tallies = Mapping[Group, Tally]
Counts = Mapping[str, Mapping[Group, int]]  # question, or PEOPLE for all who answered → group → people
PEOPLE = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One free remark, and the school it came from."""

    id: str
    school_id: str
    words: str


def tabulate(campaign_id: str) -> Mapping[str, Tallies]:
    """Questionnaire → the tally of every group."""
    cells: defaultdict[str, defaultdict[Group, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for answer in db.session("answers").scalars(select(Answer).where(Answer.campaign_id == campaign_id)):
        cells[answer.questionnaire][answer.school_id, answer.grade].add(answer.choices)
    db.session("answers").rollback()
    return {questionnaire: _grouped(of_cells) for questionnaire, of_cells in cells.items()}


def _grouped(cells: Mapping[Group, Tally]) -> Tallies:
    """The tally of every group, from those of the smallest."""
    found: defaultdict[Group, Tally] = defaultdict(Tally)
    for (school, grade), tally in cells.items():
        assert school is not None
        for group in groups_of(school, grade):
            found[group].add_all(tally)
    return dict(found)


def counts_of(tallies: Tallies) -> dict[str, dict[Group, int]]:
    """How many answered, in all and each question."""
    counts: dict[str, dict[Group, int]] = {PEOPLE: {group: tally.people for group, tally in tallies.items()}}
    for group, tally in tallies.items():
        for question, people in tally.answered.items():
            counts.setdefault(question, {})[group] = people
    return counts


def remarks_of(campaign_id: str) -> Mapping[str, list[Remark]]:
    """Questionnaire → the remarks of the whole district."""
    found: defaultdict[str, list[Remark]] = defaultdict(list)
    for row in db.session("answers").scalars(select(Comment).where(Comment.campaign_id == campaign_id)):
        found[row.questionnaire].append(Remark(row.id, row.school_id, row.words))
    db.session("answers").rollback()
    return found


def remember(campaign_id: str, number: int, questionnaire: str, tallies: Tallies) -> None:
    """Keep what a release was made of, so that the next one can be held against it. Commits."""
    session = db.session("answers")
    key = (Counted.campaign_id == campaign_id, Counted.number == number, Counted.questionnaire == questionnaire)
    session.execute(delete(Counted).where(*key))
    graded = is_graded(tallies)
    cells = [
        [school, grade, tally.people, dict(tally.answered), [[*key, n] for key, n in tally.chosen.items()]]
        for (school, grade), tally in tallies.items()
        if school is not None and (grade is not None) == graded
    ]
    session.add(Counted(campaign_id=campaign_id, number=number, questionnaire=questionnaire, cells=cells))
    session.commit()


def remembered(campaign_id: str, number: int, questionnaire: str) -> Tallies:
    """What an earlier release was made of; empty when it had none of this questionnaire."""
    row = db.session("answers").get(Counted, (campaign_id, number, questionnaire))
    cells = row.cells if row else []
    db.session("answers").rollback()
    return _grouped(
        {
            (school, grade): Tally(people, Counter(answered), Counter({(q, choice): n for q, choice, n in chosen}))
            for school, grade, people, answered, chosen in cells
        }
    )
