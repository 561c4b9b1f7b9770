"""One place has one code, however it is written; and pages call it by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from estimator import norm_file, places
from estimator.__main__ import main
from estimator.norms import ANYWHERE, NormProblems, Norms
from estimator.plan import PlanProblems
from estimator.plan_reading import plan_as_dict, plan_from_dict
from survey import db
from survey.staff.store import Bureau
from survey.words.place_words import place_words
from tests.desk import a_lesson, a_plan


def all_places(norms: Norms) -> set[str]:
    said = {each.place for measure in norms.measures.values() for each in measure.statements}
    return said | {figure.place for figures in norms.figures.values() for figure in figures}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CN", "CN"),
        ("CN-34", "CN-34"),
        ("CN-AH", "CN-34"),
        ("CN-GD-YF", "CN-44-YF"),
        ("CN-HK", "CN-81"),
        ("IN-KA", "IN-KA"),
        ("US-IL", "US-IL"),
    ],
)
def test_digits_and_letters_of_a_chinese_province_are_one_place(written: str, kept: str) -> None:
    assert places.kept(written) == kept
    assert plan_from_dict(plan_as_dict(a_plan(a_lesson())) | {"place": written}).place == kept


@pytest.mark.parametrize(
    "written",
    ["CN-99", "CN-KA", "CN-3", "cn", "Anhui", "", "CN-34-", "CN-34-AQ-1", "CN-34-1", "CN-AH-AQ", "US-IL-1", "US-ILLI"],
)
def test_what_is_no_place_is_refused(written: str) -> None:
    with pytest.raises(places.NoPlace):
        places.kept(written)


@pytest.mark.parametrize(("written", "wider"), [("CN-34-1", "CN-34"), ("CN-AH-AQ", "CN-34"), ("US-IL-1", "US-IL")])
def test_a_place_within_one_that_is_not_listed_there_is_refused_with_the_wider_one(written: str, wider: str) -> None:
    with pytest.raises(PlanProblems) as refused:
        plan_from_dict(plan_as_dict(a_plan(a_lesson())) | {"place": written})
    (problem,) = refused.value.problems
    told = str(problem)
    assert f"No place within {wider} is known by this code. Write {wider}. Only towns with rules" in told
    assert "CN-44-YF" in told


def test_of_a_country_whose_parts_are_not_listed_only_the_form_is_looked_at() -> None:
    assert places.kept("US-ZZ") == "US-ZZ"


def test_thirty_four_provinces_each_have_digits_and_letters_of_their_own() -> None:
    codes = [f"CN-{digits}" for digits in range(100) if places.name(f"CN-{digits}")]
    assert len(codes) == 34
    letters = {a + b for a in map(chr, range(65, 91)) for b in map(chr, range(65, 91))}
    lettered = [each for each in sorted(letters) if _is_place(f"CN-{each}")]
    assert sorted(places.kept(f"CN-{each}") for each in lettered) == codes


def _is_place(code: str) -> bool:
    try:
        return bool(places.kept(code))
    except places.NoPlace:
        return False


def test_every_place_of_a_norm_is_kept_as_it_stands_and_in_china_has_a_name() -> None:
    for code in all_places(norm_file.load()) - {ANYWHERE}:
        assert places.kept(code) == code
        assert not code.startswith("CN-") or places.name(code)


def test_a_norm_file_may_use_letters_and_is_refused_where_there_is_no_such_place(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    said = (
        '[document.x]\nissuer = "A"\ntitle = "B"\ndate = 2020-01-01\nurl = "http://x"\nconfidence = "verified"\n'
        'checked_on = 2020-01-02\nplace = "{}"\n[[uploads.statement]]\ndocument = "x"\ngrades = [1, 2]\nvalue = 1\n'
        'quote = "one"\n'
    )
    own.write_text(said.format("CN-AH"))
    assert norm_file.load(own).statement("x/uploads/1-2").place == "CN-34"
    for code in ("CN-99", "CN-34-1"):
        own.write_text(said.format(code))
        with pytest.raises(NormProblems) as refused:
            norm_file.load(own)
        (problem,) = refused.value.problems
        assert (problem.where, problem.found) == ("own.toml: [document.x] place", code)
        assert "%" not in problem.remedy % dict(problem.values)


def test_the_command_line_holds_a_province_against_its_norms_by_either_code(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for code in ("CN-34", "CN-AH"):
        main(["norms", "--place", code, "--grade", "3", "--date", "2020-03-09"])
        told.append(capsys.readouterr().out)
    assert "Anhui" in told[0]
    assert told[0] == told[1]
    for code, said in (("CN-99", "such as CN, CN-34 or CN-AH."), ("CN-34-1", "Write CN-34. Only towns with rules")):
        with pytest.raises(SystemExit) as ended:
            main(["norms", "--place", code])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_a_bureau_in_a_province_by_its_letters_is_where_its_schools_plans_are(app: Flask) -> None:
    made = app.test_cli_runner().invoke(args=["bureau", "add", "X", "--place", "cn-ah"])
    assert made.exit_code == 0, made.output
    with app.app_context():
        assert db.session("desk").query(Bureau.place).scalar() == "CN-34"
    refused = app.test_cli_runner().invoke(args=["bureau", "add", "Y", "--place", "cn-34-1"])
    assert "cn-34-1 is no place. Write CN-34. Only towns with rules" in refused.output


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("CN-34", "安徽", "Anhui"),
        ("CN-44-YF", "云浮", "Yunfu"),
        ("CN", "中国", "China"),
        ("IN", "印度", "India"),
        ("US-IL", "US-IL", "US-IL"),
    ],
)
def test_a_place_is_called_by_its_name_where_one_is_known(code: str, chinese: str, english: str) -> None:
    assert (place_words(code, "zh"), place_words(code, "en")) == (chinese, english)
