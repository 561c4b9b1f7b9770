"""What has changed between two rounds: only what is told alike is compared, and chance is not called a change."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from math import comb
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from survey import db
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.questionnaire import built_in
from survey.release import freeze
from survey.release.change import BROKEN, QuestionChange, changes
from survey.release.findings import FEWEST_TO_COMPARE, Share
from survey.release.making import Asked, Round, make_release
from survey.release.published import QuestionTable, Release
from survey.release.statistics import chance_range, is_clearly_different
from survey.release.store import FrozenRelease
from survey.results import change, school, sentences
from survey.staff.store import Bureau
from tests import published

CASES = tomllib.loads((Path(__file__).parent / "cases/change.toml").read_text(encoding="utf-8"))["case"]
QUESTION = "check_ins"
OTHERS = {"daily": 50, "some_days": 25, "never": 25}
THEN, NOW = {"daily": 40, "some_days": 10, "never": 10}, {"daily": 12, "some_days": 20, "never": 28}
Given = Mapping[str, int]


def a_release(
    given: Given, title: str = "Round", entry: str = "slips", invited: int = 200, asks: bool = True
) -> Release:
    """One where so many parents of grade 3 at school s1 gave each answer, beside a hundred parents of s2."""
    answered = [
        (place, 3, {QUESTION: choice, "needs": ["device"] * (choice == "daily")})
        for place, people in (({"s1": given} if asks else {}) | {"s2": OTHERS}).items()
        for choice, number in people.items()
        for _ in range(number)
    ]
    asked = tuple(Asked(s, s, "parent", 3, invited) for s in (("s1", "s2") if asks else ("s2",)))
    told = Round("c", title, "Bureau", entry, True, asked)
    return make_release(told, 1, date(2026, 1, 1), {"parent": published.tallies("parent", answered)}, {}, {}, ())


def of_question(before: Release, now: Release, question: str = QUESTION) -> QuestionChange:
    """What has changed at s1 in the question."""
    return next(found for found in changes(before, now, "s1") if found.question == question)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_change_is_called_clear_only_where_it_is(case: Mapping[str, Any]) -> None:
    invited = case.get("invited", 200)
    before = a_release(case["then"], entry=case.get("entry_then", "slips"), invited=invited)
    now = a_release(case["now"], entry=case.get("entry_now", "slips"), invited=invited)
    found = of_question(before, now)
    assert found.why_not == case.get("why_not")
    words = {share.now.choice: share.word for share in found.shares}
    assert words.get("daily") == case.get("word")


def reworded(release: Release, alter: Callable[[QuestionTable], QuestionTable]) -> Release:
    """The release, its question's tables altered."""
    tables = tuple(alter(t) if t.question == QUESTION else t for t in release.tables)
    return dataclasses.replace(release, tables=tables)


def another_choice(table: QuestionTable) -> QuestionTable:
    """A table with a choice that nobody else has."""
    more = dataclasses.replace(table.counts[0], choice="hourly", count=0) if table.counts else None
    return dataclasses.replace(table, counts=(*table.counts, more)) if more else table


def another_band(table: QuestionTable) -> QuestionTable:
    """A table whose first choice means other numbers."""
    return dataclasses.replace(table, counts=(dataclasses.replace(table.counts[0], high=7.0), *table.counts[1:]))


@pytest.mark.parametrize(
    "alter",
    [
        lambda table: dataclasses.replace(table, label={**table.label, "en": "Has your child checked in?"}),
        lambda table: dataclasses.replace(table, several=True),
        another_choice,
        another_band,
    ],
)
def test_a_question_in_other_words_or_with_other_choices_is_named_and_not_compared(
    alter: Callable[[QuestionTable], QuestionTable],
) -> None:
    found = of_question(a_release(THEN), reworded(a_release(NOW), alter))
    assert (found.why_not, found.shares) == (BROKEN, ())


def test_a_question_asked_in_one_round_only_is_named_and_not_compared() -> None:
    now = a_release(NOW)
    without = dataclasses.replace(now, tables=tuple(t for t in now.tables if t.question != QUESTION))
    for before, later in ((a_release(THEN), without), (without, a_release(NOW))):
        assert of_question(before, later).why_not == BROKEN


def test_a_language_more_is_no_other_question() -> None:
    also = reworded(a_release(NOW), lambda table: dataclasses.replace(table, label={**table.label, "bo": "…"}))
    assert of_question(a_release(THEN), also).why_not is None


def test_choices_in_another_order_are_the_same_choices() -> None:
    turned = reworded(a_release(NOW), lambda table: dataclasses.replace(table, counts=table.counts[::-1]))
    found = of_question(a_release(THEN), turned)
    assert {s.now.choice: (s.then.least, s.now.least) for s in found.shares if s.word == "less"} == {"daily": (40, 12)}


def test_a_school_that_came_later_has_no_then(app: Flask) -> None:
    before, now = a_release({}, asks=False), a_release(NOW)
    assert {found.why_not for found in changes(before, now, "s1")} == {"asked_once"}
    with app.test_request_context(), force_locale("en"):
        assert "did not take part in both rounds" in change.since(before, now, "s1", "en").lede


def false_alarm(people: int, share: float, then: int, now: int) -> float:
    """How probable a clear change is where nothing has changed: exactly, over every sample of both rounds."""
    named = round(people * share)

    def samples(size: int) -> list[tuple[float, tuple[float, float]]]:
        ways = comb(people, size)
        probable = (comb(named, k) * comb(people - named, size - k) / ways for k in range(size + 1))
        return [(p, chance_range(k, size, people)) for k, p in enumerate(probable) if p]

    return sum(p * q for p, one in samples(then) for q, other in samples(now) if is_clearly_different(one, other))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize(("people", "then", "now"), [(35, 30, 30), (60, 30, 45), (120, 100, 30), (400, 60, 150)])
def test_of_a_hundred_shares_that_did_not_change_at_most_two_are_called_clear(
    people: int, then: int, now: int, share: float
) -> None:
    assert min(then, now) >= FEWEST_TO_COMPARE
    assert false_alarm(people, share, then, now) < 0.02


def test_the_page_counts_what_changed_and_says_it_with_both_figures(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        found = change.since(a_release(THEN, "Round one"), a_release(NOW, "Round two"), "s1", "en")
    asked = next(q for q in built_in()["parent"].questions if q.name == QUESTION).label["en"]
    assert found.lede.startswith("Since «Round one»: ")
    assert f"Parents, «{asked}», «Every day»: then 67% (40 of 60), now 20% (12 of 60): clearly less." in found.clear
    assert (f"Parents: {asked}", ("Every day", "67%", "20%", "clearly less")) in [
        (each.title, row) for each in found.figures for row in each.rows
    ]
    [(sentence, chart)] = found.charts
    assert sentence.startswith("What is needed, then and now (Parents): ")
    assert ("A device on loan", "67%", "20%", "clearly less") in chart.rows


def test_of_two_ages_of_pupils_each_chart_says_whose_it_is(app: Flask) -> None:
    said = {"s1": [{"needs": ["device"]}] * 30 + [{"needs": ["quiet_place"]}] * 30}
    told = published.a_release_of_all({"pupil_younger": said, "pupil_older": said}, {"s1": "School"})
    with app.test_request_context(), force_locale("en"):
        names = [sentence for sentence, _ in change.since(told, told, None, "en").charts]
    assert [name[: name.index(")")] for name in names] == [
        "What is needed, then and now (Pupils, grades 7–12",
        "What is needed, then and now (Pupils, grades 3–6",
    ]


def test_with_an_open_link_the_page_says_that_it_cannot_be_told_and_why(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        found = change.since(a_release(THEN, "Round one"), a_release(NOW, entry="open_link"), "s1", "en")
    assert found.lede == (
        "What has changed since «Round one» cannot be told: by an open link somebody may answer twice."
    )
    assert found.clear == ()
    assert {row[3] for _, chart in found.charts for row in chart.rows} == {"cannot be told"}
    assert any(("Every day", "67%", "20%", "cannot be told") in each.rows for each in found.figures)


def test_a_school_that_is_hidden_in_one_round_reads_which(app: Flask) -> None:
    few = {"daily": 4, "never": 4}
    with app.test_request_context(), force_locale("en"):
        then = change.since(a_release(few), a_release(NOW), "s1", "en")
        now = change.since(a_release(THEN), a_release(few), "s1", "en")
    asked = "«Must your child check in online?» «What do you need most now?»"
    assert then.not_compared == (f"Parents: not compared, since the figures are hidden in the earlier round: {asked}",)
    assert now.not_compared == (f"Parents: not compared, since the figures are hidden in the later round: {asked}",)
    assert not [each for each in then.figures if each.title.endswith("Must your child check in online?")]
    assert then.charts == ()


def test_many_hidden_questions_are_counted_and_those_in_other_words_are_named(app: Flask) -> None:
    before, now = a_release(THEN), a_release(NOW)
    asked = [question for question in built_in()["parent"].questions if question.choices]
    hidden = {question.name for question in asked[5:11]}

    def unlike(table: QuestionTable) -> QuestionTable:
        if table.question in hidden and table.audience.is_school:
            return dataclasses.replace(table, answered=None, hidden=True, counts=())
        return dataclasses.replace(table, several=True) if table.question in {q.name for q in asked[:5]} else table

    later = dataclasses.replace(now, tables=tuple(unlike(table) for table in now.tables))
    with app.test_request_context(), force_locale("en"):
        found = change.since(before, later, "s1", "en")
    counted = "Parents: 6 questions are not compared: the figures are hidden in the later round."
    assert counted in found.not_compared
    [named] = [said for said in found.not_compared if said != counted]
    assert all(f"«{question.label['en']}»" in named for question in asked[:5])


def test_the_release_to_compare_with_is_of_an_earlier_round(app: Flask) -> None:
    with app.app_context():
        desk = db.session("desk")
        desk.add(Bureau(id="b1", name="Bureau", place="CN-34"))
        desk.add(Bureau(id="b2", name="Another", place="CN-34"))
        desk.flush()
        opened = {
            "first": (1, "b1"),
            "foreign": (2, "b2"),
            "second": (3, "b1"),
            "same_day": (3, "b1"),
            "third": (5, "b1"),
        }
        for name, (day, bureau) in opened.items():
            campaign = Campaign(id=name, bureau_id=bureau, title=name, entry="slips", closes_on=date(2026, 2, 1))
            campaign.opened_on = date(2026, 1, day)
            desk.add(campaign)
        desk.flush()
        # The first round was published again, with late answers, after the second.
        for name, number, day in (
            ("first", 1, 2),
            ("second", 1, 4),
            ("second", 2, 6),
            ("first", 2, 7),
            ("third", 1, 9),
        ):
            kept = {"tables": {}, "sha256": ""}
            desk.add(FrozenRelease(campaign_id=name, number=number, published_on=date(2026, 1, day), **kept))
        desk.flush()

        def before(name: str) -> tuple[str, int] | None:
            found = map(freeze.by_id, freeze.ids(rounds.ids_before(desk.get_one(Campaign, name))))
            return next(((each.campaign_id, each.number) for each in found if each), None)

        assert before("first") is None
        assert before("second") == ("first", 2)
        assert before("third") == ("first", 2)


def test_a_number_is_said_with_whom_it_counts_and_a_bound_as_a_bound(app: Flask) -> None:
    said = {
        (34, 34): "34 of 120",
        (0, 2): "At most 2 of 120",
        (118, 120): "At least 118 of 120",
        (10, 14): "10 to 14 of 120",
    }
    with app.test_request_context(), force_locale("en"):
        for (least, most), words in said.items():
            share = Share("less_screen", {"en": "Less time on screens"}, least, most, 120)
            assert sentences.need(share, "parent", "en") == f"{words} parents name «Less time on screens»."
    with app.test_request_context(), force_locale("zh"):
        share = Share("less_screen", {"zh": "少看屏幕"}, 34, 34, 120)
        assert sentences.need(share, "parent", "zh") == "120 名家长中，34 名提到“少看屏幕”。"


def test_a_chart_is_said_in_a_sentence_with_the_district_beside_it(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        [part] = school.parts(a_release(THEN), "s1").values()
        asked = {each.label["en"]: each for each in school.questions(part, a_release(THEN), "en")}
    found = asked["Must your child check in online?"]
    # 40 of 60 here, 90 of 160 in the district.
    assert found.sentence == (
        "40 of 60 parents answer «Every day»; no answer is more frequent. "
        "In the whole district it is 56%: here it is not clearly different."
    )
    assert found.chart
    assert [row[1] for row in found.chart.rows] == ["67%", "56%"]


def test_everybody_sees_at_most_five_bars_of_questions_that_parents_are_asked() -> None:
    listed = tomllib.loads(school.PUBLIC_BARS.read_text(encoding="utf-8"))["questions"]
    assert len(listed) <= school.MOST_BARS
    assert set(listed) <= {question.name for question in built_in()["parent"].questions}
