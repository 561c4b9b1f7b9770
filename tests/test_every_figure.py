"""Every figure on a principal's pages is what assess() and advise() return, for every school of the demo."""

from __future__ import annotations

import contextvars
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from estimator import burden
from estimator.advice import Advice
from estimator.assess import UNCERTAIN
from estimator.assessment import Flag, GradeBurden, Measure
from estimator.explain import SUMS
from estimator.family_counts import of_share
from survey import db
from survey.demo import district
from survey.planning.assessments import Weighed, advise_school, weigh_school
from survey.staff.store import School
from survey.words import amount_words, source_words, wording
from survey.words.day_words import worst_days_words
from tests.demo_town import at_desk
from tests.pages import Seen, read

ON_CAMERA = "teachers_on_camera"  # told without lessons: how many of the teachers
SCHOOLS = [row["id"] for row in tomllib.loads(district.DISTRICT.read_text(encoding="utf-8"))["school"]]


@dataclass
class Alike:
    """A flag of one grade, and the grades that have it alike."""

    flag: Flag
    grades: list[int]


@dataclass
class Desk:
    """A principal's desk, and what the estimator says of the plan."""

    client: FlaskClient
    weighed: Weighed
    advice: Advice
    pages: dict[str, Seen] = field(default_factory=dict)

    def page(self, path: str) -> Seen:
        """A page of the desk, in English."""
        if path not in self.pages:
            asked = f"{path}{'&' if '?' in path else '?'}lang=en"
            # Apart from the context in which a test finds its own words.
            answer = contextvars.Context().run(self.client.get, asked)
            assert answer.status_code == 200, path
            self.pages[path] = read(answer.text)
        return self.pages[path]

    @property
    def heaviest(self) -> GradeBurden:
        """The grade that carries most."""
        return self.weighed.assessment.heaviest

    def flags(self) -> list[Alike]:
        """The flags that read alike together, the furthest beyond its limit first."""
        found: dict[object, Alike] = {}
        for number, grade in self.weighed.assessment.grades.items():
            for flag in grade.flags:
                read = flag.measure, f"{flag.value:.3f}", flag.limit, flag.days, flag.source
                found.setdefault(read, Alike(flag, [])).grades.append(number)
        return sorted(found.values(), key=lambda alike: -alike.flag.dose)


@pytest.fixture(scope="module", params=SCHOOLS)
def school_desk(town: Flask, request: pytest.FixtureRequest) -> Desk:
    """One school's desk."""
    with town.app_context():
        school = db.session("desk").get_one(School, request.param)
        weighed = weigh_school(school)
        assert weighed is not None
        advice = advise_school(weighed)
    return Desk(at_desk(town, request.param.removeprefix("demo-")), weighed, advice)


@pytest.fixture
def desk(town: Flask, school_desk: Desk) -> Iterator[Desk]:
    """The same, where words are in English as on the pages that are read."""
    with town.test_request_context(), force_locale("en"):
        yield school_desk


def shown(measure: Measure) -> str:
    """A value as pages show it."""
    return amount_words.format_measure(measure, "en")


def limit(measure: Measure) -> str:
    """Its limit, marked where it is ours."""
    told = amount_words.limit_text(measure.name, measure.limit, measure.unit, "en")
    return f"{told} {source_words.HOUSE_RULE}" if measure.house_rule else told


def between(grade: GradeBurden, digits: int) -> str:
    """The range of its score; one number where both ends read alike."""
    low, high = f"{grade.low:.{digits}f}", f"{grade.high:.{digits}f}"
    return low if low == high else f"{low}–{high}"


def test_every_measure_of_every_grade_is_what_assess_returns(desk: Desk) -> None:
    page = desk.page("/school/")
    for number, grade in desk.weighed.assessment.grades.items():
        rows = page.tables[f"All measures of {wording.GRADE_LABELS[number]}"][1:]
        assert [row[:3] for row in rows] == [
            [
                str(wording.MEASURE_LABELS[m.name]),
                shown(m),
                amount_words.limit_text(m.name, m.limit, m.unit, "en"),
            ]
            for m in grade.measures.values()
        ]
        for row, m in zip(rows, grade.measures.values(), strict=True):
            said = desk.weighed.basis.norms.statement(m.norm) if m.norm else None
            who = "–" if said is None else "house rule" if m.house_rule else source_words.source_text(said.source, "en")
            assert row[3] == who


def test_every_score_flag_and_part_is_what_assess_returns(desk: Desk) -> None:
    page, whole = desk.page("/school/"), desk.weighed.assessment.school
    assert f"{round(whole.score)} of 100, {wording.burden_word(whole.score)}" in page.words
    charts = page.tables["The figures of the chart: Grade, Score, Range"]
    grades = desk.weighed.assessment.grades
    assert charts[1:] == [[str(wording.GRADE_LABELS[n]), f"{g.score:.0f}", between(g, 0)] for n, g in grades.items()]
    doses = page.tables["The figures of the chart: Measure, This plan, Limit, Times the limit"]
    assert sorted(row[3] for row in doses[1:]) == sorted(
        f"×{m.dose:.2f}" for m in desk.heaviest.measures.values() if m.dose
    )
    for number, grade in grades.items():
        assert f"Grade {number} {round(grade.score)} · {wording.burden_word(grade.score)}" in page.words
        parts = " + ".join(f"{wording.DIMENSION_LABELS[name]} {points:.1f}" for name, points in grade.parts.items())
        assert f"Burden score: {grade.score:.0f}{f' = {parts}' if parts else ''}" in page.words
        for flag in grade.flags:
            value = amount_words.quantity(flag.value, flag.measure, flag.unit, "en")
            assert f"{wording.MEASURE_LABELS[flag.measure]}: {value}" in page.words
            if flag.measure.startswith("families"):
                likely = of_share(flag.value, grade.pupils)
                told = f"About {round(likely.expected)} of {grade.pupils} families ({likely.low}–{likely.high}, nine"
                assert told in page.words


def test_the_verdict_is_what_assess_and_advise_return(desk: Desk) -> None:
    page, whole, grade = desk.page("/school/verdict"), desk.weighed.assessment.school, desk.heaviest
    told = f"Range {found};" if "–" in (found := between(grade, 1)) else "50 is exactly"
    assert f"{round(whole.score)} of 100 {told}" in page.words
    if not grade.flags:
        assert f"keeps all {grade.norms_checked} norms" in page.words
        assert "nothing need change" in page.words
        nearest_first(page, grade)
        return
    assert f"breaks {len(grade.flags)} of the {grade.norms_checked} norms" in page.words
    parts = {name: points for name, points in grade.parts.items() if name != "limit"}
    most = max(parts, key=lambda name: parts[name])
    assert f"{wording.DIMENSION_LABELS[most]}, {parts[most]:.1f} of the {grade.score:.1f} points" in page.words
    rows = page.tables["Limits that the plan exceeds"][1:]
    assert [row[1:5] for row in rows] == [expected(desk, alike) for alike in desk.flags()[: len(rows)]]
    after = desk.advice.after.school.score
    assert f"With the changes below (lessons a week: {desk.advice.lessons_a_week}" in page.words
    assert f"The score falls from {round(whole.score)} to {round(after)}." in page.words


def nearest_first(page: Seen, grade: GradeBurden) -> None:
    """What comes nearest to its limit stands first."""
    rows = page.tables["What comes nearest to its limit"][1:]
    doses = sorted((m.dose for m in grade.measures.values() if m.dose), reverse=True)
    assert [row[4] for row in rows] == [f"{dose:.2f}" for dose in doses[: len(rows)]]
    assert rows


def test_the_advice_says_of_each_flag_what_becomes_of_it(desk: Desk) -> None:
    page, flags = desk.page("/school/advice"), desk.flags()
    if not flags:
        assert "nothing need change" in page.words
        nearest_first(page, desk.heaviest)
        return
    rows = page.tables["What becomes of each limit that is broken now"][1:]
    assert len(rows) == len(flags)
    for row, alike in zip(rows, flags, strict=True):
        grades, now, told_limit, then = expected(desk, alike)
        assert row[1:4] == [grades, now, then]
        assert row[4].removesuffix(" house rule") == told_limit
        kept = [not burden.is_over(after(desk, grade, alike).dose or 0.0) for grade in alike.grades]
        assert row[5] == ("cleared" if all(kept) else "still over")
    before, then_grades = desk.advice.before.grades, desk.advice.after.grades
    assert page.tables["Score before and after"][1:] == [
        [
            str(wording.GRADE_LABELS[n]),
            str(round(before[n].score)),
            str(round(g.score)),
            str(len(before[n].flags)),
            str(len(g.flags)),
        ]
        for n, g in then_grades.items()
    ]


def after(desk: Desk, grade: int, alike: Alike) -> Measure:
    """The measure of a flag, with the changes."""
    return desk.advice.after.grades[grade].measures[alike.flag.measure]


def expected(desk: Desk, alike: Alike) -> list[str]:
    """Grades, value, limit, and value with the changes, as both pages show them."""
    flag, then = alike.flag, [after(desk, grade, alike) for grade in alike.grades]
    least, most = min(then, key=lambda m: m.value), max(then, key=lambda m: m.value)
    ends = [amount_words.number_text(m.value, m.unit, "en") for m in (least, most)]
    return [
        wording.grades_words(alike.grades),
        amount_words.quantity(flag.value, flag.measure, flag.unit, "en"),
        amount_words.limit_text(flag.measure, flag.limit, flag.unit, "en"),
        shown(most) if ends[0] == ends[1] else f"{ends[0]}–{shown(most)}",
    ]


def test_every_page_of_a_measure_says_the_same_value_and_what_makes_it(desk: Desk) -> None:
    grade, plan = desk.heaviest, desk.weighed.plan
    for measure in grade.measures.values():
        page = desk.page(f"/school/measures/{grade.grade}/{measure.name}")
        assert f" {shown(measure)} " in page.words
        facts = dict(page.tables[f"{wording.MEASURE_LABELS[measure.name]} · {wording.GRADE_LABELS[grade.grade]}"])
        assert facts["Limit"] == limit(measure)
        assert facts.get("Worst day", "") == worst_days_words(measure.days)
        if measure.dose is not None:
            assert facts["Times the limit"].startswith(f"{measure.dose:.2f} ")
        rows = page.tables.get("What makes it", [[]])[1:]
        if measure.name in SUMS and rows:
            last, value = rows.pop()
            assert last.startswith("Together")
            assert value == shown(measure)
        assert rows or "Nothing in the plan of this grade adds to it." in page.words or measure.name == ON_CAMERA
        if measure.name not in UNCERTAIN or measure.value:
            assert [row[0] for row in rows] == [plan.activities[place].subject for place in measure.activities]


def test_a_grade_that_costs_money_names_what_costs_where_no_family_is_over_its_limit(town: Flask) -> None:
    page = read(at_desk(town, "chengguan-1").get("/school/measures/1/families_over_budget?lang=en").text)
    assert " 0% of families " in page.words
    assert "none is hit" in page.words
    assert "Nothing in the plan of this grade adds to it." not in page.words
    with town.app_context():
        weighed = weigh_school(db.session("desk").get_one(School, "demo-chengguan-1"))
        assert weighed is not None
        grade = weighed.assessment.grades[1]
    named = [row[0] for row in page.tables["What makes it"][1:]]
    costing = {*grade.measures["data_gb_month"].activities, *grade.measures["pages_week"].activities}
    assert named == [weighed.plan.activities[place].subject for place in sorted(costing)]
    assert named


def test_the_page_of_a_score_works_it_through(desk: Desk) -> None:
    grade = desk.heaviest
    page = desk.page(f"/school/score/{grade.grade}")
    rows = page.tables["1. Each measure beside its limit"][1:]
    limited = {str(wording.MEASURE_LABELS[m.name]): m for m in grade.measures.values() if m.dose is not None}
    assert {row[0] for row in rows} == set(limited)
    for row in rows:
        assert row[2:4] == [shown(limited[row[0]]), limit(limited[row[0]])]
        assert row[4].endswith(f"{limited[row[0]].dose:.2f}")
    worked = f"100 − 50 ÷ {grade.dose:.2f}" if grade.dose > 1 else f"50 × {grade.dose:.2f}"
    assert f"{worked} = {grade.score:.1f}" in page.words
    assert f"Range {between(grade, 1)}: what families have and pay" in page.words
    if grade.dose > 1:
        assert f"= {grade.dose:.2f}" in page.words


@pytest.mark.parametrize("path", ["/school/", "/school/verdict", "/school/advice", "/school/versions"])
def test_a_number_leads_to_the_page_that_says_it(desk: Desk, path: str) -> None:
    page = desk.page(path)
    led = [(address, words) for address, words in page.links if "/measures/" in address or "/score/" in address]
    assert led or path == "/school/advice"
    for address, words in led:
        assert words.split(" · ")[0] in desk.page(address).words or words == "Worked through"


def test_what_is_no_measure_or_no_grade_of_the_plan_is_not_there(town: Flask) -> None:
    client = at_desk(town, "shiqiao")
    for path in (
        "/school/measures/1/happiness",
        "/school/measures/9/screen_minutes",
        "/school/measures/1/screen_dose",  # where no norm tells screens apart
        "/school/score/9",
        "/school/score/1?version=7",
        "/school/score/1?version=one",
    ):
        assert client.get(path).status_code == 404, path
