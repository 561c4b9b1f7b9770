"""`make bench`: processor time of our work beside that of a known piece of work, medians of several rounds."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from benchmarks import nation, release
from estimator import families, norm_file
from estimator.assess import assess
from estimator.plan_file import read
from survey import create_app, db
from survey.campaign import rounds
from survey.demo.district import make_district, open_round
from survey.staff.store import Bureau

ROUNDS = 7
CALLS = 50


def cpu_milliseconds(work: Callable[[], object], calls: int = CALLS) -> float:
    """Median over rounds of the processor time of one call."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(calls):
            work()
        rounds.append((time.process_time() - start) * 1000 / calls)
    return statistics.median(rounds)


def main() -> int:
    """Print one table."""
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")
    bare = cpu_milliseconds(lambda: hello.test_client().get("/"))
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Path(folder))
        with app.app_context():
            make_district()
            bureau = db.session("desk").get_one(Bureau, "demo")
            campaign = open_round(bureau, "bench", datetime.now(UTC).date())
            link = rounds.groups_of(campaign)[0].id
        start_page = cpu_milliseconds(lambda: app.test_client().get(f"/open/{link}"))
        question_page = cpu_milliseconds(lambda: app.test_client().post(f"/open/{link}"))
    content = Path("docs/examples/lotus.toml").read_bytes()
    plan, rules, assumed = read(content, "lotus.toml"), norm_file.load(), families.load("urban")
    one_plan = cpu_milliseconds(lambda: assess(plan, assumed, rules), calls=5)
    rows = [
        ("bare Flask hello", bare, 1.0),
        ("start page of a questionnaire", start_page, start_page / bare),
        ("first question page", question_page, question_page / bare),
        ("assess() of a small plan", one_plan, one_plan / bare),
    ]
    for name, milliseconds, ratio in rows:
        sys.stdout.write(f"{name:<34} {milliseconds:8.2f} CPU-ms   {ratio:7.1f} × hello\n")
    for line in (*nation.figures(), *release.figures()):
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
