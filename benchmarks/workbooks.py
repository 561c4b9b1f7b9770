"""The files of a release of 1,000 schools: the summary, the tables for analysing, CSV, and a sheet for each school.

Made in processes of their own, so that their highest memory is their own. The release is made by hand, not protected:
what is measured is the writing. Schools have six grades; their plans are the demo's primary schools'.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path

from benchmarks import apart
from benchmarks.figure import Figure, at_most
from estimator import families, norm_file
from estimator.assess import assess
from survey import create_app
from survey.bureau import release_files
from survey.demo.plans import plan_of
from survey.questionnaire import questionnaire_for
from survey.questionnaire.model import Question, Questionnaire
from survey.release.published import Audience, Count, QuestionTable, Release, Response
from survey.workbook import SchoolRow, Summary, school_sheets

Found = dict[str, float | str]
SECONDS, MEGABYTES = 60, 500  # goals
SCHOOLS = 1000
GRADES = range(1, 7)
SHOWN_GRADES = 0.3  # of a school's grades; of the others too few have answered
SEED, DAY, PLACE = 20200409, date(2020, 4, 9), "CN-34"
KILOBYTES_A_MB, BYTES_A_MB = 1024, 1_000_000
DISTRICT = Path(__file__).parents[1] / "survey/demo/district.toml"


def figures() -> Iterator[Figure]:
    """The lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        for part, name in NAMES.items():
            found = apart.measured("workbooks", part, folder)
            yield at_most(SECONDS, f"{name} of {SCHOOLS:,} schools", found["seconds"], "CPU-s", found["note"])
            yield at_most(MEGABYTES, "… highest memory", found["memory"], "MB")


def publishing(folder: Path) -> Found:
    """The files that are made when a round is published; the tables stay in the folder."""
    told = summary(random.Random(SEED))
    before = _megabytes()
    start = time.process_time()
    files = {file.name: file.content for file in release_files.made(told, "zh")}
    seconds = time.process_time() - start
    (folder / release_files.TABLES).write_bytes(files[release_files.TABLES])
    sizes = ", ".join(f"{name} {len(content) / BYTES_A_MB:.1f} MB" for name, content in files.items())
    return {"seconds": seconds, "memory": _megabytes(), "note": f"{before:.0f} MB the release; {sizes}"}


def asked_for(folder: Path) -> Found:
    """The sheets of the schools, which are made when somebody asks for them."""
    tables = (folder / release_files.TABLES).read_bytes()
    start = time.process_time()
    size = len(_finished(school_sheets.build(tables, "zh"))) / BYTES_A_MB
    return {"seconds": time.process_time() - start, "memory": _megabytes(), "note": f"{size:.1f} MB"}


PARTS = {"publishing": publishing, "asked_for": asked_for}
NAMES = {"publishing": "the files of a release", "asked_for": "a sheet for each"}


def summary(chance: random.Random) -> Summary:
    """A district of so many primary schools, each of whose people answered everything."""
    plans = [plan_of(row, place=PLACE, week_of=DAY, currency="CNY") for row in _demo_schools()]
    norms, usual = norm_file.load(), families.load("rural")
    weighed = [(plan, assess(plan, usual, norms)) for plan in plans]
    rows = tuple(SchoolRow(f"s{n:04}", f"第{n}小学", "rural", 300, *weighed[n % len(weighed)]) for n in range(SCHOOLS))
    return Summary("青禾县教育局", PLACE, DAY, True, _release(chance, rows), rows, norms)


def _demo_schools() -> list[dict[str, object]]:
    return [
        row
        for row in tomllib.loads(DISTRICT.read_text(encoding="utf-8"))["school"]
        if row["first_grade"] == 1 and len(row["pupils"]) == len(GRADES)
    ]


def _release(chance: random.Random, schools: tuple[SchoolRow, ...]) -> Release:
    asked: dict[str, Questionnaire] = {}
    groups: list[Audience] = []
    for role, grades in (("parent", GRADES), ("pupil", GRADES), ("teacher", ())):
        for grade in (None, *grades):
            found = questionnaire_for(role, grade if grade or role != "pupil" else GRADES[-1])
            if found:
                asked[found.name] = found
                groups.append(Audience(found.name, grade=grade))
                groups += [
                    Audience(found.name, school.id, school.name, grade)
                    for school in schools
                    if grade is None or chance.random() < SHOWN_GRADES
                ]
    return Release(
        number=1,
        campaign_id="bench",
        campaign_title="Bench",
        bureau_name="Bench",
        entry="slips",
        published_on=DAY,
        synthetic=True,
        smallest_group=10,
        questionnaires={name: dict(found.title) for name, found in asked.items()},
        responses=tuple(Response(group, 60, 40) for group in groups),
        tables=tuple(
            _table(chance, group, question)
            for group in groups
            for question in asked[group.questionnaire].questions
            if question.choices
        ),
        comments=(),
    )


def _table(chance: random.Random, who: Audience, question: Question) -> QuestionTable:
    counts = tuple(
        Count(c.name, c.label, chance.randrange(20), low=c.low, high=c.high, no_answer=c.no_answer)
        for c in question.choices
    )
    answered = sum(count.count or 0 for count in counts)
    return QuestionTable(
        who, question.name, question.several, question.label, answered, False, counts, question.feeds, question.clauses
    )


def _finished(sheets: Generator[int, None, bytes]) -> bytes:
    try:
        while True:
            next(sheets)
    except StopIteration as finished:
        return bytes(finished.value)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MB


def main(part: str, folder: Path) -> None:
    """One part in this process."""
    with create_app(instance=folder / "instance").test_request_context():
        sys.stdout.write(json.dumps(PARTS[part](folder)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
