"""Answers are kept as bits, and what a bit says stands once for all of them, in no order of arrival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey import db, legend
from survey.answer_store import Answer, Legend
from survey.questionnaire import built_in
from survey.questionnaire.model import Answers
from survey.release import tabulate
from survey.release.tallies import Tallies
from tests.rounds import answers_kept, keep_answers

CHOICES = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "i"])
SAID = st.dictionaries(st.sampled_from(["one", "two", "three"]), CHOICES | st.lists(CHOICES))
SCREEN = "screen_yesterday"


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """The test is within an application."""
    with app.app_context():
        yield


def legends() -> dict[str, Mapping[str, list[str]]]:
    """Questionnaire → its legend in round one."""
    return {row.questionnaire: row.choices for row in db.session("answers").scalars(select(Legend))}


def lengths() -> set[int]:
    """How many bytes an answer may have."""
    return {len(said) for said in db.session("answers").scalars(select(Answer.said))}


@given(st.lists(SAID, min_size=1))
def test_what_was_chosen_is_read_as_it_was_written(people: list[Answers]) -> None:
    by = legend.legend_of(*map(legend.chosen, people))
    rows = legend.read(legend.written(people, by), by)
    for said, row in zip(people, rows, strict=True):
        had = {sign for sign, has in zip(legend.signs(by), row, strict=True) if has}
        chosen = legend.chosen(said)
        assert had == {(question, each) for question, those in chosen.items() for each in ("", *those)}


@given(st.lists(SAID, min_size=1), st.lists(SAID))
def test_answers_written_anew_by_a_wider_legend_are_those_written_by_it_at_once(
    first: list[Answers], later: list[Answers]
) -> None:
    by = legend.legend_of(*map(legend.chosen, first))
    wider = legend.legend_of(by, *map(legend.chosen, later))
    assert legend.rewritten(legend.written(first, by), by, wider) == legend.written(first, wider)


def test_a_legend_does_not_tell_which_answer_came_first(within: None) -> None:
    keep_answers([("s1", 3, {"b": "y"})])
    keep_answers([("s1", 3, {"a": "x", "b": ["x"]})])
    kept = legends()["parent"]
    assert [*kept] == sorted(kept)
    assert kept["b"] == ["x", "y"]


def test_a_legend_begins_with_all_that_is_asked_and_answers_of_a_round_are_equally_long(within: None) -> None:
    keep_answers([("s1", 3, {})])
    (length,) = lengths()
    asked = built_in()["parent"].choices
    assert legends()["parent"] == {name: sorted(asked[name]) for name in sorted(asked)}
    keep_answers([("s1", 3, {name: list(choices) for name, choices in asked.items()})])
    assert lengths() == {length}


def test_answers_that_were_there_say_the_same_when_a_legend_grows_and_are_as_long_as_the_new(within: None) -> None:
    earlier: list[tuple[str, int | None, dict[str, str | list[str]]]] = [
        ("s1", 3, {SCREEN: choice}) for choice in built_in()["parent"].choices[SCREEN]
    ]
    keep_answers(earlier * 300)  # more than one statement names
    keep_answers([("s1", 4, {SCREEN: "0_new", "a_new_question": [f"new {n}" for n in range(20)]})])
    found = answers_kept()
    assert len(lengths()) == 1
    assert [chosen for *_, grade, chosen in found if grade == 4] == [
        {SCREEN: ["0_new"], "a_new_question": sorted(f"new {n}" for n in range(20))}
    ]
    there = sorted(chosen[SCREEN][0] for *_, grade, chosen in found if grade == 3)
    assert there == sorted(300 * [*built_in()["parent"].choices[SCREEN]])
    counted = tabulate.tabulate("c1", built_in())["parent"]
    assert counted.of([("s1", 3)]).chosen(SCREEN).tolist() == [[300] * len(built_in()["parent"].choices[SCREEN])]


def test_forged_answers_with_thousands_of_choices_widen_nobody_elses(within: None) -> None:
    keep_answers([("s1", 3, {SCREEN: "30_60"})])
    (length,) = lengths()
    there = legends()
    forged: dict[str, str | list[str]] = {SCREEN: ["30_60", "forged"], "x": [str(n) for n in range(legend.MOST_SIGNS)]}
    keep_answers([("s1", 4, forged)])
    assert lengths() == {length}
    assert legends() == there
    assert [chosen for *_, grade, chosen in answers_kept() if grade == 4] == [{SCREEN: ["30_60"]}]


def test_no_questionnaire_comes_near_the_most_signs_of_a_legend() -> None:
    for asked in built_in().values():
        assert not legend.is_too_wide({name: [*choices] * 8 for name, choices in asked.choices.items()})


def test_another_questionnaire_and_another_round_keep_their_legends(within: None) -> None:
    keep_answers([("s1", 3, {})], "parent")
    keep_answers([("s1", None, {"new": "x"})], "teacher")
    assert "new" in legends()["teacher"]
    assert "new" not in legends()["parent"]


def test_answers_that_come_while_it_is_counted_are_counted_whole_or_not_at_all(
    within: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_answers([("s1", 3, {SCREEN: "30_60"})] * 10)
    once, counted = [True], tabulate._counted

    def overtaken(*told: object) -> Mapping[str, Tallies]:
        if once and once.pop():
            keep_answers([("s1", 3, {SCREEN: "0_new"})] * 10)  # before whatever was asked
            keep_answers([("s1", None, {})] * 10, "teacher")
        return counted(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(tabulate, "_counted", overtaken)
    found = tabulate.tabulate("c1", built_in())
    assert (int(found["parent"].people[0]), int(found["teacher"].people[0])) == (20, 10)
    place = [*built_in()["parent"].choices[SCREEN]].index("30_60")
    assert found["parent"].chosen(SCREEN)[0].tolist() == [
        10 if n == place else 0 for n in range(len(built_in()["parent"].choices[SCREEN]))
    ]
