"""From a code to an anonymous answer."""

from __future__ import annotations

import errno
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from sqlalchemy import func, inspect, select

from survey import db, whole_file
from survey.answer_store import Answer, Comment
from survey.ballot import casting, entry, mixing, seal_key, slips
from survey.ballot.alone import alone
from survey.ballot.casting import Entry, cast
from survey.ballot.clock import Watch, latest_day
from survey.ballot.groups import received, take_no_more, take_until, waiting
from survey.ballot.sealing import SIZE, open_sealed, seal
from survey.ballot.store import Ballot, Group, SealKey, Slip
from survey.day import today
from survey.pooled import OTHER_GRADES, OTHER_SCHOOLS
from survey.questionnaire import built_in
from survey.questionnaire.fields import LONGEST_COMMENT
from tests.rounds import a_group, answers_kept, keep_answers, mixer_key

ANSWERS = {"screen_yesterday": "60_120"}


def count(store: str, table: type) -> int:
    """Rows of a table."""
    return db.session(store).scalar(select(func.count()).select_from(table)) or 0


def test_a_code_is_known_by_its_fingerprint_alone(app: Flask) -> None:
    with app.app_context():
        (code,) = slips.issue(a_group("slips").id, 1)
        stored = db.session("ballots").scalars(select(Slip.code_hash)).one()
        plain = code.replace("-", "").encode()
        assert stored == slips.fingerprint(plain.decode())
        assert all(plain not in path.read_bytes() for path in app.config["SETTINGS"].instance.glob("*.db*"))


def test_of_a_group_of_nobody_no_slip_is_printed(app: Flask) -> None:
    with app.app_context():
        assert slips.issue(a_group("slips", enrolled=0).id, 0) == []
        assert count("ballots", Slip) == 0


def test_a_code_is_read_however_it_is_typed(app: Flask) -> None:
    with app.app_context():
        (code,) = slips.issue(a_group("slips").id, 1)
    plain = code.replace("-", "")
    assert slips.normalise(f" {code.lower()} ") == plain
    assert slips.normalise(" ".join(plain)) == plain


def test_a_mistyped_code_is_noticed(app: Flask) -> None:
    with app.app_context():
        (code,) = slips.issue(a_group("slips").id, 1)
    plain = code.replace("-", "")
    wrong = ("A" if plain[0] != "A" else "B") + plain[1:]
    assert slips.normalise(wrong) is None
    assert slips.normalise(plain[:-1]) is None
    assert slips.normalise("０" * 12) is None


def test_a_slip_counts_once_and_its_resend_is_thanked_again(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips")
        code = slips.issue(group.id, 1)[0].replace("-", "")
        assert cast(Entry(group.id, "ack-1", code), ANSWERS)
        assert cast(Entry(group.id, "ack-1", code), ANSWERS)
        assert not cast(Entry(group.id, "ack-2", code), ANSWERS)
        assert count("ballots", Ballot) == 1
        assert entry.group_of_code(code) is None


def test_looking_at_a_code_burns_nothing(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips")
        code = slips.issue(group.id, 1)[0].replace("-", "")
        for _ in range(3):
            assert entry.group_of_code(code) is not None


def test_many_posts_of_one_code_at_once_store_one_ballot(app: Flask) -> None:
    with app.app_context():
        group_id = a_group("slips").id
        code = slips.issue(group_id, 1)[0].replace("-", "")
    stored: list[bool] = []

    def post(number: int) -> None:
        with app.app_context():
            stored.append(cast(Entry(group_id, f"ack-{number}", code), ANSWERS))

    threads = [threading.Thread(target=post, args=(n,)) for n in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert count("ballots", Ballot) == 1
    assert stored.count(True) == 1


def test_an_open_link_takes_no_more_answers_than_people_asked(app: Flask) -> None:
    with app.app_context():
        group = a_group(enrolled=2)
        cast_by = [cast(Entry(group.id, f"ack-{n}", None), ANSWERS) for n in range(3)]
        assert cast_by == [True, True, False]
        assert cast(Entry(group.id, "ack-0", None), ANSWERS)
        assert entry.group_of_link(group.id) is None
        assert count("ballots", Ballot) == 2


def test_a_closed_campaign_takes_no_answer(app: Flask) -> None:
    with app.app_context():
        group = a_group()
        take_no_more("c1")
        assert not cast(Entry(group.id, "late", None), ANSWERS)
        assert entry.group_of_link(group.id) is None


def test_ballots_of_any_length_look_alike_and_only_the_mixer_opens_them() -> None:
    key = PrivateKey.generate()
    public, private = bytes(key.public_key), bytes(key)
    short, long = seal(b"x", public), seal(b"x" * 1500, public)
    assert len(short) == len(long)
    assert open_sealed(long, private) == b"x" * 1500
    with pytest.raises(CryptoError):
        open_sealed(short, bytes(PrivateKey.generate()))
    with pytest.raises(ValueError, match="too long"):
        seal(b"x" * SIZE, public)


@pytest.mark.parametrize("name", sorted(built_in()))
def test_the_longest_answer_to_each_questionnaire_fits_a_ballot(app: Flask, name: str) -> None:
    choices = {
        question.name: [choice.name for choice in question.choices] if question.several else question.choices[-1].name
        for question in built_in()[name].questions
        if question.choices
    }
    with app.app_context():
        assert cast(Entry(a_group(questionnaire=name).id, "ack", None), choices, ["\U0001f600" * LONGEST_COMMENT])
        assert cast(Entry(a_group(questionnaire=name).id, "ack", None), choices, ['"' * LONGEST_COMMENT])


def cast_many(group_id: str, number: int, comments: Sequence[str] = ()) -> None:
    """So many people answer."""
    for n in range(number):
        assert cast(Entry(group_id, f"ack-{n}", None), ANSWERS, comments)


def cast_in(group: Group, number: int) -> list[str]:
    """So many people answer in a group; their marks."""
    marks = [f"{group.school_id} {group.grade} {n}" for n in range(number)]
    for mark in marks:
        assert cast(Entry(group.id, f"ack {mark}", None), {"mark": mark}, [f"remark of {mark}"])
    return marks


def mixed() -> dict[tuple[str, int | None], list[str]]:
    """School and grade, as far as they are kept → the marks of the answers there."""
    found: dict[tuple[str, int | None], list[str]] = {}
    for _, school, grade, said in answers_kept():
        found.setdefault((school, grade), []).append(*said["mark"])
    return {place: sorted(marks) for place, marks in found.items()}


def test_ten_are_mixed_when_ten_others_stay_behind(app: Flask) -> None:
    with app.app_context():
        group = a_group()
        cast_many(group.id, 19)
        assert mixing.mix(mixer_key(app)) == 0
        assert cast(Entry(group.id, "twentieth", None), ANSWERS)
        assert mixing.mix(mixer_key(app)) == 10
        assert (count("answers", Answer), count("ballots", Ballot)) == (10, 10)


def test_while_a_round_goes_on_what_is_ripe_waits_until_it_is_a_tenth_of_what_is_there(app: Flask) -> None:
    with app.app_context():
        keep_answers([("s1", 3, ANSWERS)] * 300)
        group = a_group()
        cast_in(group, 39)
        assert mixing.mix(mixer_key(app)) == 0
        assert cast(Entry(group.id, "fortieth", None), ANSWERS)
        assert mixing.mix(mixer_key(app)) == 30
        take_no_more("c1")
        assert mixing.mix(mixer_key(app)) == 10


def test_many_ballots_are_opened_in_parts_that_are_batches_themselves() -> None:
    place = mixing.Place("c1", "s1", "parent", 3)
    many = mixing.Batch(place, tuple(f"b{n}" for n in range(2 * mixing.OPENED_AT_ONCE + 1)))
    few = mixing.Batch(replace(place, grade=4), tuple(f"f{n}" for n in range(mixing.SMALLEST_BATCH)))
    turns = list(mixing.in_turn([few, many]))
    assert all(sum(len(part.ballots) for part in turn) <= mixing.OPENED_AT_ONCE for turn in turns)
    assert all(len(part.ballots) >= mixing.SMALLEST_BATCH for turn in turns for part in turn)
    opened = Counter(ballot for turn in turns for part in turn for ballot in part.ballots)
    assert opened == Counter([*few.ballots, *many.ballots])


def test_at_the_close_the_last_ten_are_mixed_too(app: Flask) -> None:
    with app.app_context():
        cast_many(a_group().id, 10, comments=["more paper please"])
        take_no_more("c1")
        assert mixing.mix(mixer_key(app)) == 10
        assert waiting("c1") == 0
        assert count("answers", Comment) == 10


def test_a_lone_parent_of_a_grade_is_mixed_with_others_and_the_grade_is_not_kept(app: Flask) -> None:
    with app.app_context():
        lone = cast_in(a_group(grade=1), 1)
        others = cast_in(a_group(grade=2), 9)
        many = cast_in(a_group(grade=3), 10)
        take_no_more("c1")
        mixing.mix(mixer_key(app))
        assert mixed() == {("s1", OTHER_GRADES): sorted(lone + others), ("s1", 3): sorted(many)}


def test_a_school_of_few_answers_is_mixed_with_others_and_the_school_is_not_kept(app: Flask) -> None:
    with app.app_context():
        few = cast_in(a_group(school="s1", questionnaire="teacher"), 4)
        few += cast_in(a_group(school="s2", questionnaire="teacher"), 6)
        take_no_more("c1")
        mixing.mix(mixer_key(app))
        assert mixed() == {(OTHER_SCHOOLS, None): sorted(few)}


def test_nine_of_a_whole_district_are_deleted_unopened(app: Flask) -> None:
    with app.app_context():
        cast_in(a_group(school="s1"), 5)
        cast_in(a_group(school="s2"), 4)
        take_no_more("c1")
        assert mixing.mix(mixer_key(app)) == 0
        assert (count("answers", Answer), count("answers", Comment), count("ballots", Ballot)) == (0, 0, 0)


def test_the_mixer_goes_by_the_last_day_itself(app: Flask) -> None:
    with app.app_context():
        group = a_group()
        cast_in(group, 10)
        take_until("c1", today() - timedelta(days=2))
        assert not cast(Entry(group.id, "late", None), ANSWERS)
        assert mixing.mix(mixer_key(app)) == 10


def test_answers_by_a_page_whose_clock_is_late_are_mixed_with_the_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_day = today() - timedelta(days=1)
    monkeypatch.setattr(casting, "today", lambda: last_day)
    monkeypatch.setattr(mixing, "latest_day", lambda: last_day)
    with app.app_context():
        group = a_group()
        take_until("c1", last_day)
        cast_many(group.id, 12)
        assert mixing.mix(mixer_key(app)) == 0
        cast_in(group, 9)
        monkeypatch.setattr(mixing, "latest_day", today)
        assert mixing.mix(mixer_key(app)) == 21


def test_for_an_hour_after_midnight_the_day_before_may_still_be_today_somewhere() -> None:
    midnight = datetime(2020, 3, 10, tzinfo=UTC)
    assert latest_day(midnight + timedelta(minutes=59)) == date(2020, 3, 9)
    assert latest_day(midnight + timedelta(minutes=60)) == date(2020, 3, 10)


def test_a_second_mixer_says_that_another_is_at_work_and_does_nothing(app: Flask) -> None:
    def mixed() -> Result:
        return app.test_cli_runner().invoke(args=["mix"])

    def left() -> int:
        with app.app_context():
            return count("ballots", Ballot)

    with app.app_context():
        cast_many(a_group().id, 10)
        take_no_more("c1")
    with app.app_context(), alone(app.config["SETTINGS"].mixer_keys):
        said = mixed()
    assert said.exit_code == 1
    assert "Another mixer is at work" in said.output
    assert left() == 10
    assert mixed().exit_code == 0
    assert left() == 0


def test_stores_that_could_not_be_written_anew_are_at_the_next_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        cast_many(a_group().id, 10)
        take_no_more("c1")
        with monkeypatch.context() as broken:
            broken.setattr(mixing, "compact", disk_is_full)
            with pytest.raises(OSError, match="full"):
                mixing.mix(mixer_key(app))
        rewritten: list[str] = []
        monkeypatch.setattr(mixing, "compact", rewritten.append)
        assert mixing.mix(mixer_key(app)) == 0
        assert rewritten == ["answers", "ballots"]
        mixing.mix(mixer_key(app))
        assert rewritten == ["answers", "ballots"]


def disk_is_full(_store: str) -> None:
    """What a rewriting meets."""
    raise OSError(errno.ENOSPC, "the disk is full")


def test_a_mixing_that_was_cut_off_doubles_nothing_when_done_again(app: Flask) -> None:
    with app.app_context():
        cast_many(a_group().id, 10, comments=["tired eyes"])
        take_no_more("c1")
        mixing.write_answers(mixing.batches(), mixer_key(app))  # and here the power fails
        assert count("ballots", Ballot) == 10
        assert mixing.mix(mixer_key(app)) == 10
        assert (count("answers", Answer), count("answers", Comment)) == (10, 10)


def test_after_a_round_its_key_is_destroyed(app: Flask) -> None:
    folder = app.config["SETTINGS"].mixer_keys
    with app.app_context():
        old = mixer_key(app)
        cast_many(a_group().id, 10)
        kept = db.session("ballots").scalars(select(Ballot.sealed)).first()
        assert kept is not None
        assert not seal_key.renew(folder)
        take_no_more("c1")
        assert not seal_key.renew(folder)
        mixing.mix(old)
        assert seal_key.renew(folder)
        new = mixer_key(app)
        assert old not in b"".join(path.read_bytes() for path in folder.iterdir())
        with pytest.raises(CryptoError):
            open_sealed(kept, new)
        take_until("c1", date.max)
        cast_many(a_group(school="s2").id, 10)
        take_no_more("c1")
        assert mixing.mix(new) == 10


@pytest.mark.parametrize("published", [False, True])
def test_a_renewal_that_was_cut_off_leaves_the_key_that_is_published(app: Flask, published: bool) -> None:
    folder = app.config["SETTINGS"].mixer_keys
    with app.app_context():
        old = mixer_key(app)
        following = PrivateKey.generate()
        whole_file.make(folder / seal_key.NEXT_FILE, bytes(following))
        if published:
            db.session("ballots").get_one(SealKey, 1).public = bytes(following.public_key)
            db.session("ballots").commit()
        assert mixer_key(app) == (bytes(following) if published else old)
        assert [path.name for path in folder.iterdir()] == [seal_key.FILE]


def test_slips_printed_again_end_those_that_are_not_used(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips").id
        first = [slips.normalise(code) for code in slips.issue(group, 4)]
        assert cast(Entry(group, "ack", first[0]), ANSWERS)
        second = [slips.normalise(code) for code in slips.issue(group, 4)]
        assert len(second) == 4  # fewer would tell how many have answered
        assert not any(cast(Entry(group, "ack", code), ANSWERS) for code in first[1:])
        assert all(cast(Entry(group, "ack", code), ANSWERS) for code in second)


def test_however_often_slips_are_printed_a_group_gives_no_more_answers_than_it_has_slips(app: Flask) -> None:
    with app.app_context():
        group = a_group("slips", enrolled=3).id
        first = [slips.normalise(code) for code in slips.issue(group, 4)]
        assert all(cast(Entry(group, "ack", code), ANSWERS) for code in first[:3])
        second = [slips.normalise(code) for code in slips.issue(group, 4)]
        assert [cast(Entry(group, "ack", code), ANSWERS) for code in second] == [True, False, False, False]
        assert entry.group_of_code(str(second[1])) is None  # nobody is asked everything and then turned away
        assert cast(Entry(group, "ack", second[0]), ANSWERS)  # a resend is told so


def test_an_answer_holds_no_time_no_order_and_nothing_that_joins_it_to_a_comment(app: Flask) -> None:
    with app.app_context():
        cast_many(a_group().id, 10, comments=["tired eyes"])
        take_no_more("c1")
        mixing.mix(mixer_key(app))
        columns = {column["name"] for column in inspect(db.engine("answers")).get_columns("answer")}
        assert columns == {"id", "campaign_id", "school_id", "questionnaire", "grade", "said"}
        answers = set(db.session("answers").scalars(select(Answer.id)))
        comments = set(db.session("answers").scalars(select(Comment.id)))
        assert not answers & comments


@pytest.mark.sqlite_files
def test_mixed_ballots_leave_no_trace_in_the_file(app: Flask) -> None:
    path: Path = app.config["SETTINGS"].instance / "ballots.db"
    with app.app_context():
        cast_many(a_group().id, 10)
        sealed = db.session("ballots").scalars(select(Ballot.sealed)).first()
        db.session("ballots").rollback()
        assert sealed is not None
        piece = sealed[100:132]
        assert piece in path.read_bytes()
        take_no_more("c1")
        mixing.mix(mixer_key(app))
        assert piece not in path.read_bytes()


def test_staff_learn_rounded_counts_only(app: Flask) -> None:
    with app.app_context():
        group = a_group()
        cast_many(group.id, 9)
        assert received("c1")[0] == {"s1": {"parent": "<10"}}
        for n in range(9, 17):
            cast(Entry(group.id, f"ack-{n}", None), ANSWERS)
        assert received("c1")[0] == {"s1": {"parent": "15+"}}


def test_keys_are_readable_by_their_owner_alone(app: Flask) -> None:
    for path in app.config["SETTINGS"].keys.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_clock_that_jumps_ends_no_round_for_an_hour() -> None:
    day, steady = [1_000_000.0], [50.0]
    watch = Watch(lambda: day[0], lambda: steady[0])

    def pass_by(seconds: float, jump: float = 0) -> bool:
        steady[0] += seconds
        day[0] += seconds + jump
        return watch.is_believed()

    assert pass_by(20)
    assert pass_by(20, jump=1)  # as clocks are corrected all the time
    assert not pass_by(20, jump=40 * 86_400)
    assert not pass_by(1800)
    assert not pass_by(20, jump=-40 * 86_400)
    assert not pass_by(3500)
    assert pass_by(100)


def test_while_the_day_is_doubted_ballots_of_a_round_that_is_over_wait(app: Flask) -> None:
    key = mixer_key(app)
    with app.app_context():
        group = a_group(enrolled=30).id
        for number in range(12):
            assert cast(Entry(group, f"ack-{number}", None), {"mark": f"{number}"})
        take_no_more("c1")
        assert mixing.mix(key, may_end=False) == 0
        assert mixing.mix(key) == 12
