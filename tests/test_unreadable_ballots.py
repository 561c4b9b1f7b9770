"""Ballots that the mixer cannot open: a page was damaged, or somebody broke into the pages and seals what they like."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest
from flask import Flask
from nacl.public import PrivateKey
from sqlalchemy import func, select

from survey import db
from survey.answer_store import Answer, Comment
from survey.ballot import mixing
from survey.ballot.casting import Entry, cast
from survey.ballot.content import Remark, Said, opened
from survey.ballot.groups import take_no_more, waiting
from survey.ballot.sealing import SIZE, seal
from survey.ballot.store import Ballot, Group
from survey.pooled import OTHER_GRADES
from tests.rounds import a_group, mixer_key

SAID = {"id": "a", "answers": {"mark": "x"}, "remarks": [{"id": "r", "words": "words"}]}
NOT_OURS = {
    "nothing": b"",
    "no JSON": b"answers",
    "no UTF-8": json.dumps(SAID).encode().replace(b"words", b"w\xffrds"),
    "half a character": json.dumps(SAID | {"answers": {"mark": "\ud800"}}).encode(),
    "a list": b"[]",
    "no id": json.dumps({"answers": {}, "remarks": []}).encode(),
    "an id longer than any key": json.dumps(SAID | {"id": "a" * 3000}).encode(),
    "NUL in an id": json.dumps(SAID | {"id": "a\0"}).encode(),
    "NUL in words": json.dumps(SAID | {"remarks": [{"id": "r", "words": "\0"}]}).encode(),
    "NUL in an answer": json.dumps(SAID | {"answers": {"mark": "\0"}}).encode(),
    "a number for an answer": json.dumps(SAID | {"answers": {"mark": 1}}).encode(),
    "a column of ours": json.dumps(SAID | {"remarks": [{"id": "r", "words": "w", "school_id": "s2"}]}).encode(),
    "a deep nest": b'{"nest":' + b"[" * 4000,
}


def put(group: Group, *sealed: bytes) -> None:
    """Lay these into the store beside the ballots of a group."""
    session = db.session("ballots")
    session.add_all(Ballot(school_id=group.school_id, group_id=group.id, sealed=each) for each in sealed)
    session.commit()


def public_half(private_key: bytes) -> bytes:
    """What pages seal with."""
    return bytes(PrivateKey(private_key).public_key)


def answer_in(group: Group, number: int) -> None:
    """So many people answer."""
    for n in range(number):
        assert cast(Entry(group.id, f"ack {group.id} {n}", None), {"mark": f"{n}"}, ["words"])


def kept() -> dict[int | None, int]:
    """Grade, as far as it is kept → answers."""
    return Counter(db.session("answers").scalars(select(Answer.grade)))


def test_what_our_pages_seal_is_read() -> None:
    key = PrivateKey.generate()
    said = opened(seal(json.dumps(SAID).encode(), bytes(key.public_key)), bytes(key))
    assert said == Said("a", {"mark": "x"}, [Remark("r", "words")])


@pytest.mark.parametrize("content", NOT_OURS)
def test_whatever_is_sealed_in_a_ballot_the_others_are_mixed(app: Flask, content: str) -> None:
    with app.app_context():
        key, group = mixer_key(app), a_group()
        answer_in(group, 10)
        put(group, seal(NOT_OURS[content], public_half(key)))
        take_no_more("c1")
        assert mixing.mix(key) == 10
        assert (kept(), waiting("c1")) == ({3: 10}, 0)


@pytest.mark.parametrize("length", [0, 10, 48, SIZE + 48, 2 * SIZE])
def test_whatever_lies_in_place_of_a_ballot_the_others_are_mixed(app: Flask, length: int) -> None:
    with app.app_context():
        key, groups = mixer_key(app), [a_group(), a_group(school="s2")]
        for group in groups:
            answer_in(group, 30)
        put(groups[1], os.urandom(length))
        assert mixing.mix(key) == 40
        take_no_more("c1")
        assert mixing.mix(key) == 20
        assert (kept(), waiting("c1")) == ({3: 60}, 0)


def test_what_cannot_be_opened_makes_no_batch_large_enough(app: Flask) -> None:
    with app.app_context():
        key, third, fourth = mixer_key(app), a_group(grade=3), a_group(grade=4)
        answer_in(third, 9)
        put(third, *(os.urandom(SIZE) for _ in range(11)))
        assert mixing.mix(key) == 0
        answer_in(fourth, 5)
        take_no_more("c1")
        assert mixing.mix(key) == 14
        assert kept() == {OTHER_GRADES: 14}


def test_nine_of_a_whole_district_are_not_kept_beside_one_that_cannot_be_opened(app: Flask) -> None:
    with app.app_context():
        key, group = mixer_key(app), a_group()
        answer_in(group, 9)
        put(group, os.urandom(SIZE))
        take_no_more("c1")
        assert mixing.mix(key) == 0
        assert (kept(), waiting("c1")) == ({}, 0)
        assert db.session("answers").scalars(select(Comment.id)).all() == []


def test_ten_that_can_be_opened_stay_behind(app: Flask) -> None:
    with app.app_context():
        key, group = mixer_key(app), a_group()
        answer_in(group, 20)
        put(group, os.urandom(SIZE))
        assert mixing.mix(key) == 10
        assert db.session("ballots").scalar(select(func.count()).where(~Ballot.set_aside)) == 10


def test_what_cannot_be_opened_is_told_by_its_number_until_its_round_is_over(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        group = a_group()
        answer_in(group, 20)
        put(group, *(os.urandom(SIZE) for _ in range(3)))
    assert "Ballots that the mixer cannot open: 3. They were set aside, are no answers" in checked_after_mixing(app)
    with app.app_context():
        take_no_more("c1")
    assert "ok     sealed ballots" in checked_after_mixing(app)
    assert caplog.messages == ["Ballots that cannot be opened were set aside, and are no answers: 3"]
    with app.app_context():
        assert (kept(), waiting("c1")) == ({3: 20}, 0)


def checked_after_mixing(app: Flask) -> str:
    """What the check says once the mixer was at work."""
    runner = app.test_cli_runner()
    assert runner.invoke(args=["mix"]).exit_code == 0
    return runner.invoke(args=["check"]).output
