"""`python -m estimator`: exit status, what goes to which stream, and that every figure can be followed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from estimator.assess import MEASURES

HERE = Path(__file__).resolve().parent.parent
LOTUS = "docs/examples/lotus.toml"


def estimator(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line."""
    return subprocess.run(
        [sys.executable, "-m", "estimator", *arguments], cwd=HERE, capture_output=True, text=True, check=False
    )


def test_the_command_line_flags_the_long_live_lesson_with_its_source() -> None:
    done = estimator("assess", LOTUS, "--json")
    assert done.returncode == 1
    (flag,) = json.loads(done.stdout)["grades"]["3"]["flags"]
    assert flag["source"]["issuer"] == "Department of Education of Anhui"
    assert (flag["measure"], flag["value"], flag["limit"]) == ("longest_run_minutes", 40, 20)


@pytest.mark.parametrize("verb", ["assess", "advise"])
def test_bad_input_is_said_on_standard_error_alone(verb: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text((HERE / LOTUS).read_text(encoding="utf-8").replace("minutes = 40", "minutes = -1"))
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
    shorter.write_text((HERE / LOTUS).read_text(encoding="utf-8").replace("minutes = 40", "minutes = 20"))
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


def test_every_measure_can_be_explained() -> None:
    assert "invalid choice" in estimator("assess", LOTUS, "--explain", "nonsense").stderr
    assert len(MEASURES) == 16
