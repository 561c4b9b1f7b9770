"""`python -m estimator`: exit status, what goes to which stream, and that every figure can be followed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from estimator import families, norm_file
from estimator.__main__ import main
from estimator.assess import MEASURES
from estimator.explain import explain
from estimator.grade_week import GradeWeek
from tests.test_assess import plan_of

HERE = Path(__file__).resolve().parent.parent
LOTUS = str(HERE / "docs/examples/lotus.toml")
LESSON = {"subject": "Maths", "kind": "live", "start": "09:00", "minutes": 30, "pages": 2, "check_in": True, "buy": 90}


def estimator(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command line does with these arguments, without a process of its own."""
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as complained:
        status = main([*arguments])
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())


def test_the_command_line_flags_the_long_live_lesson_with_its_source() -> None:
    command = [sys.executable, "-m", "estimator", "assess", LOTUS, "--json"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    (flag,) = json.loads(done.stdout)["grades"]["3"]["flags"]
    assert flag["source"]["issuer"] == "Department of Education of Anhui"
    assert (flag["measure"], flag["value"], flag["limit"]) == ("longest_run_minutes", 40, 20)


@pytest.mark.parametrize("verb", ["assess", "advise"])
def test_bad_input_is_said_on_standard_error_alone(verb: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(Path(LOTUS).read_text(encoding="utf-8").replace("minutes = 40", "minutes = -1"))
    done = estimator(verb, str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "activity 1: minutes" in done.stderr
    assert estimator(verb, "nowhere.toml").returncode == 2


def test_the_command_line_tells_who_limits_what() -> None:
    done = estimator("norms", "--place", "CN-34", "--grade", "3", "--date", "2020-03-09")
    assert done.returncode == 0
    assert "screen_minutes: 80 min/day · Department of Education of Anhui" in done.stdout
    assert "passed over (not yet issued)" in done.stdout


def test_advice_is_one_sentence_a_change_and_nothing_else_is_printed() -> None:
    done = estimator("advise", LOTUS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "grade 3, Chinese (live, 09:00, mon tue wed thu fri, 40 min): minutes 40 → 20" in done.stdout
    assert "grade 3: score 75.0 → 50.0" in done.stdout
    said = json.loads(estimator("advise", LOTUS, "--json").stdout)
    assert said["plan"]["activity"][0]["minutes"] == 20
    assert said["changes"][0]["after"] == {"minutes": 20}
    assert said["after"]["school"]["norms_broken"] == 0


def test_two_plans_stand_side_by_side_measure_by_measure(tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.toml"
    shorter.write_text(Path(LOTUS).read_text(encoding="utf-8").replace("minutes = 40", "minutes = 20"))
    done = estimator("assess", LOTUS, str(shorter))
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if "longest_run_minutes" in line)
    assert line.split() == ["longest_run_minutes", "40", "min", "!", "20", "min"]


@pytest.mark.parametrize("measure", ["screen_minutes", "data_cost_month", "families_over_budget"])
def test_a_figure_is_followed_to_its_inputs(measure: str) -> None:
    said = estimator("assess", LOTUS, "--explain", measure).stdout
    assert "how: " in said
    assert "limit: " in said
    if measure != "screen_minutes":
        assert "figure: price_gb = 4.3 CNY/GB · cable.co.uk" in said
    else:
        assert "from: Chinese (live, 09:00" in said
        assert "worst day: mon" in said


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_can_be_explained(measure: str) -> None:
    plan, own, norms = plan_of(3, [LESSON]), families.load("urban"), norm_file.load()
    told = explain(GradeWeek(plan, plan.grades[0], own, norms, plan.place, plan.week_of), measure)
    assert told.reading == MEASURES[measure](GradeWeek(plan, plan.grades[0], own, norms, plan.place, plan.week_of))
    assert told.how
    assert all(figure.source.title for figure in told.figures)


def test_a_nation_of_one_school_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    table, out = tmp_path / "n.csv", tmp_path / "scores.csv"
    table.write_text("school_id,grade,kind,days,start,minutes,pupils\nLotus,3,live,1-5,09:00,40,180\n", "utf-8")
    asked = ("--place", "CN-34", "--date", "2020-03-09", "--out", str(out))
    assert estimator("nation", str(table), *asked).returncode == 1
    (row,) = csv.DictReader(out.read_text("utf-8-sig").splitlines())
    assert (row["school_id"], row["score"], row["longest_run_minutes"], row["points_screen"]) == (
        "Lotus",
        "75",
        "40",
        "25",
    )
    out.unlink()
    table.write_text(table.read_text("utf-8").replace("40", "forty"), "utf-8")
    done = estimator("nation", str(table), *asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert "n.csv row 2: minutes" in done.stderr
    assert list(tmp_path.iterdir()) == [table]
