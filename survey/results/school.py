"""A school's part of a release: who answered, what is needed most, each question beside the district, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.charts import Chart
from survey.release.findings import NEEDS, Share, is_more_than_elsewhere, shares
from survey.release.published import QuestionTable, Release, Response, Text
from survey.results.pictures import beside_district

MOST_NEEDS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """What one questionnaire's people of a school said. Without needs or charts, too few answered to tell."""

    response: Response
    needs: tuple[tuple[Share, bool | None], ...]  # whether clearly more, or less, than in the district
    charts: tuple[tuple[Text, Chart], ...]  # question and bars
    remarks: tuple[str, ...]


def parts(release: Release, school_id: str, language: str) -> Mapping[str, Part]:
    """Questionnaire → the school's part, of those that were put to it."""
    found = {}
    for name in release.questionnaires:
        try:
            response = release.response(name, school_id)
        except KeyError:
            continue
        who = (name, school_id)
        tables = [t for t in release.of_schools() if (t.audience.questionnaire, t.audience.school_id) == who]
        found[name] = Part(
            response,
            tuple(_needs(tables, release)) if response.answered is not None else (),
            tuple(_charts(tables, release, language)),
            tuple(words for c in release.comments if (c.questionnaire, c.school_id) == who for words in c.words),
        )
    return found


def _needs(tables: list[QuestionTable], release: Release) -> Iterator[tuple[Share, bool | None]]:
    for table in tables:
        if table.question == NEEDS:
            listed = sorted((share for share in shares(table) if share.of), key=lambda share: -share.share)
            yield from ((share, is_more_than_elsewhere(share, table, release)) for share in listed[:MOST_NEEDS])


def _charts(tables: list[QuestionTable], release: Release, language: str) -> Iterator[tuple[Text, Chart]]:
    for table in tables:
        whole = release.table(table.audience.questionnaire, table.question)
        if table.answered is not None and (chart := beside_district(table, whole, language)):
            yield table.label, chart
