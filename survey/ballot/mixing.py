"""Mixing: a process of its own opens ballots in batches and writes them, shuffled, as answers without time or order.

Never fewer than SMALLEST_BATCH at once, and all of one batch with the same school, questionnaire and grade: whoever has
every copy of every file knows of so many codes and so many answers that they belong together, and not which to which.
While its round is open, SMALLEST_BATCH of a group's ballots stay behind, so that at the close no few are left over, and
nothing is mixed until it is SMALLEST_SHARE of what is there; those of a school that was closed meanwhile wait like the
others. Those of a group that never had so many are mixed with the other grades of their school, without their grade;
those of a school that never had so many, with the other schools, without it; and where that is too few, they are
deleted unopened.

A ballot that cannot be opened holds up no other and counts for none, neither in a batch nor among those that stay
behind. Where one is found, nothing is written: it is set aside, and it is decided anew what is mixed with what. It is
deleted when its round is over.

Answers are written first and ballots deleted after, in two transactions. An answer's id was drawn when its ballot was
sealed and lies within it, so that a mixing that was cut off between the two, when it is done again, writes the same
rows and doubles none. Rows go in by their ids, which are random: the order on disk says nothing.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import delete, func, select, update

from survey import db
from survey.answer_store import Answer
from survey.ballot.clock import latest_day
from survey.ballot.compacting import compact
from survey.ballot.content import opened
from survey.ballot.store import Ballot, Group, SealKey, goes_on
from survey.ballot.writing import Rows, add_answers, add_comments, by_statement
from survey.pooled import OTHER_GRADES, OTHER_SCHOOLS

SMALLEST_BATCH = 10
SMALLEST_SHARE = 0.1  # of the answers that are there
OPENED_AT_ONCE = 10_000  # ballots in memory: some 80 MB
CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Place:
    """What is kept of where an answer came from."""

    campaign_id: str
    school_id: str
    questionnaire: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Ballots, by their ids, that are mixed with each other; without a place, too few to be opened."""

    place: Place | None
    ballots: tuple[str, ...]
    behind: tuple[str, ...] = ()  # those of the same place that wait for another time


def mix(private_key: bytes, *, may_end: bool = True) -> int:
    """Mix what is ripe and delete what will never be. Returns how many ballots became answers.

    Without `may_end`, ballots of rounds that are over are left for later. A mixing that was cut off before the stores
    were written anew owes that to the next.
    """
    while found := batches(may_end=may_end):
        _note(rewriting_owed=True)
        if not (unreadable := write_answers(found, private_key)):
            delete_ballots(found)
            break
        _set_aside(unreadable)
    if _is_owed():
        compact("answers")
        compact("ballots")
        _note(rewriting_owed=False)
    return sum(len(batch.ballots) for batch in found if batch.place)


def _note(**values: bool) -> None:
    session = db.session("ballots")
    session.execute(update(SealKey).values(**values), execution_options={"synchronize_session": False})
    session.commit()


def _set_aside(ballots: Sequence[str]) -> None:
    session = db.session("ballots")
    for some in by_statement(ballots):
        aside = update(Ballot).where(Ballot.id.in_(some)).values(set_aside=True)
        session.execute(aside, execution_options={"synchronize_session": False})
    session.commit()
    current_app.logger.warning("Ballots that cannot be opened were set aside, and are no answers: %d", len(ballots))


def _is_owed() -> bool:
    with db.reading("ballots") as connection:
        return bool(connection.execute(select(SealKey.rewriting_owed)).scalar())


def batches(*, may_end: bool = True) -> list[Batch]:
    """Which of the waiting ballots can be mixed now, and with which."""
    waiting, open_places, unreadable = _waiting()
    found = [_but_the_last(p, waiting[p]) for p in open_places if len(waiting[p]) >= 2 * SMALLEST_BATCH]
    over = {p: ballots for p, ballots in waiting.items() if p not in open_places}
    ended = [*_at_the_close(over), *([Batch(None, unreadable)] if unreadable else ())] if may_end else []
    return found + ended if ended or _are_worth_it(found) else []


def _waiting() -> tuple[dict[Place, list[str]], set[Place], tuple[str, ...]]:
    """What waits, where more may come, and what was set aside in rounds that are over."""
    place_of = (Group.campaign_id, Group.school_id, Group.questionnaire, Group.grade)
    asked = select(Ballot.id, Ballot.set_aside, goes_on(latest_day()).label("goes_on"), *place_of).join(Group)
    waiting: defaultdict[Place, list[str]] = defaultdict(list)
    open_places, unreadable = set(), list[str]()
    with db.reading("ballots") as connection:
        for row in connection.execute(asked):
            place = Place(row.campaign_id, row.school_id, row.questionnaire, row.grade)
            if row.set_aside:
                unreadable += [] if row.goes_on else [row.id]
                continue
            waiting[place].append(row.id)
            if row.goes_on:
                open_places.add(place)
    return waiting, open_places, tuple(unreadable)


def _are_worth_it(found: Sequence[Batch]) -> bool:
    """Each mixing writes all answers anew: in rounds that go on it waits for so many that costs stay linear."""
    with db.reading("answers") as connection:
        kept: int = connection.execute(select(func.count()).select_from(Answer)).scalar_one()
    return sum(len(batch.ballots) for batch in found) >= SMALLEST_SHARE * kept


def _but_the_last(place: Place, ballots: list[str]) -> Batch:
    """All but SMALLEST_BATCH, whichever chance leaves."""
    shuffled = CHANCE.sample(ballots, len(ballots))
    return Batch(place, tuple(shuffled[SMALLEST_BATCH:]), tuple(shuffled[:SMALLEST_BATCH]))


def _at_the_close(left: dict[Place, list[str]]) -> Iterator[Batch]:
    """Whole groups where they are large enough, else with other grades, else with other schools."""
    for wider in (_without_grade, _without_school, None):
        pooled: defaultdict[Place, list[str]] = defaultdict(list)
        for place, ballots in left.items():
            if len(ballots) >= SMALLEST_BATCH:
                yield Batch(place, tuple(ballots))
            elif wider:
                pooled[wider(place)] += ballots
            else:
                yield Batch(None, tuple(ballots))
        left = pooled


def _without_grade(place: Place) -> Place:
    return place if place.grade is None else replace(place, grade=OTHER_GRADES)


def _without_school(place: Place) -> Place:
    return replace(place, school_id=OTHER_SCHOOLS)


def write_answers(found: Sequence[Batch], private_key: bytes) -> list[str]:
    """Write the ballots' answers and comments; those that are there already stay as they are.

    Returns the ballots that cannot be opened; where there are any, nothing is written.
    """
    session = db.session("answers")
    behind = sorted(ballot for batch in found for ballot in batch.behind)
    unreadable = [ballot for ballot, sealed in _sealed(behind) if opened(sealed, private_key) is None]
    for together in in_turn(batch for batch in found if batch.place):
        answers, comments, unread = _open(together, private_key)
        unreadable += unread
        if not unreadable:
            add_answers(session, answers)
            add_comments(session, comments)
    if unreadable:
        session.rollback()
    else:
        session.commit()
    return unreadable


def in_turn(found: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Batches that fit into memory together; a large one is parted by chance, into parts that are batches themselves.

    Who sees which rows were written together, and knows which ballots were opened together, learns of a place no more
    than its batches say.
    """
    together, size = list[Batch](), 0
    for part in (part for batch in found for part in _parts(batch)):
        if together and size + len(part.ballots) > OPENED_AT_ONCE:
            yield together
            together, size = [], 0
        together.append(part)
        size += len(part.ballots)
    if together:
        yield together


def _parts(batch: Batch) -> Iterator[Batch]:
    """Of about the same size, each of more than half of OPENED_AT_ONCE where there are several."""
    parts = -(-len(batch.ballots) // OPENED_AT_ONCE)
    shuffled = CHANCE.sample(batch.ballots, len(batch.ballots))
    return (Batch(batch.place, tuple(shuffled[part::parts])) for part in range(parts))


def _open(together: Sequence[Batch], private_key: bytes) -> tuple[Rows, Rows, list[str]]:
    """The answers and the comments in these ballots, as rows; and the ballots that cannot be opened."""
    places = {ballot: batch.place for batch in together for ballot in batch.ballots}
    answers, comments, unreadable = Rows(), Rows(), list[str]()
    for ballot, sealed in _sealed(sorted(places)):
        p = places[ballot]
        assert p is not None
        place = {"campaign_id": p.campaign_id, "school_id": p.school_id, "questionnaire": p.questionnaire}
        said = opened(sealed, private_key)
        if said is None:
            unreadable.append(ballot)
            continue
        answers.append({"id": said.id, **place, "grade": p.grade, "answers": said.answers})
        comments += [{"id": remark.id, "words": remark.words, **place} for remark in said.remarks]
    return answers, comments, unreadable


def _sealed(ballots: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Ballot → what it holds. Nobody who sends one waits meanwhile."""
    with db.reading("ballots") as connection:
        for some in by_statement(ballots):
            yield from connection.execute(select(Ballot.id, Ballot.sealed).where(Ballot.id.in_(some)))


def delete_ballots(found: Iterable[Batch]) -> None:
    """Delete the ballots that became answers or never will."""
    session = db.session("ballots")
    # No ballot is held as an object: to look among thousands for each, each time, would take minutes.
    unlooked = {"synchronize_session": False}
    for some in by_statement(sorted(ballot for batch in found for ballot in batch.ballots)):
        session.execute(delete(Ballot).where(Ballot.id.in_(some)), execution_options=unlooked)
    session.execute(update(SealKey).values(used=True), execution_options=unlooked)
    session.commit()
    session.expunge_all()
