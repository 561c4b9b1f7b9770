"""A school's part of a release: who answered, what is needed most, each question beside the district, remarks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask_babel import force_locale

from survey.charts import Chart
from survey.release import freeze
from survey.release.findings import NEEDS, Share, beside_district, most_first, shares
from survey.release.published import QuestionTable, Release, Response, Text
from survey.results import pictures
from survey.results.sentences import answer, answer_beside_district, most_frequent

MOST_NEEDS = 5
MOST_BARS = 5
QUESTIONS_KEPT = 256  # lists of them: three for each school and language
PUBLIC_BARS = Path(__file__).parent / "public_bars.toml"


@dataclass(frozen=True, slots=True)
class Part:
    """What one questionnaire's people of a school said. Without needs or tables, too few answered to tell."""

    response: Response
    needs: tuple[tuple[Share, str], ...]  # each with how it is to the district's, of findings' words
    tables: tuple[QuestionTable, ...]  # those that are shown
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One question: a sentence, and the bars it stands above; without bars the shares one by one."""

    label: Text
    sentence: str
    chart: Chart | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One question as everybody reads it: a sentence, and the share that it tells."""

    label: Text
    sentence: str
    share: Share


def parts(release: Release, school_id: str) -> Mapping[str, Part]:
    """Questionnaire → the school's part, of those that were put to it."""
    found = {}
    for name in release.questionnaires:
        try:
            response = release.response(name, school_id)
        except KeyError:
            continue
        who = (name, school_id)
        tables = [t for t in release.of_schools() if (t.audience.questionnaire, t.audience.school_id) == who]
        shown = tuple(table for table in tables if table.answered is not None)
        remarks = (words for c in release.comments if (c.questionnaire, c.school_id) == who for words in c.words)
        found[name] = Part(response, _needs(shown, release), shown, tuple(remarks))
    return found


def _needs(tables: tuple[QuestionTable, ...], release: Release) -> tuple[tuple[Share, str], ...]:
    for table in tables:
        if table.question == NEEDS:
            return tuple((share, beside_district(share, table, release)) for share in most_first(table)[:MOST_NEEDS])
    return ()


@lru_cache(maxsize=QUESTIONS_KEPT)
def kept_questions(release_id: str, school_id: str, questionnaire: str, language: str) -> tuple[Answered, ...]:
    """The questions of a release that is kept: it never changes, and whoever reads it comes back."""
    release = freeze.of_school(release_id, school_id)
    with force_locale(language):
        return questions(parts(release, school_id)[questionnaire], release, language)


def questions(part: Part, release: Release, language: str) -> tuple[Answered, ...]:
    """Every question that is shown, beside the district."""
    return tuple(_answered(table, release, language) for table in part.tables if most_frequent(table))


def _answered(table: QuestionTable, release: Release, language: str) -> Answered:
    whole = release.table(table.audience.questionnaire, table.question)
    chart = pictures.beside_district(table, whole, language)
    sentence = answer_beside_district(table, release, language)
    return Answered(table.label, sentence, chart, () if chart else shares(table))


def public_bars(part: Part, language: str) -> tuple[Bar, ...]:
    """The questions that everybody sees of a school, each as its most frequent answer; at most MOST_BARS."""
    shown = {table.question: table for table in part.tables}
    listed = [shown[name] for name in _questions_for_all() if name in shown]
    bars = [Bar(t.label, answer(t, language), most) for t in listed if (most := most_frequent(t))]
    return tuple(bars[:MOST_BARS])


@cache
def _questions_for_all() -> tuple[str, ...]:
    return tuple(tomllib.loads(PUBLIC_BARS.read_text(encoding="utf-8"))["questions"])
