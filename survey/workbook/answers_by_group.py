"""The same answers school by school and grade by grade, as far as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial

from flask_babel import gettext as _

from survey.pooled import OTHER_GRADES
from survey.release.findings import FEWEST_TO_COMPARE, LESS, MORE, beside, of_district
from survey.release.published import QuestionTable, Release
from survey.words import wording
from survey.words.name_order import Place, name_order
from survey.workbook.answers import (
    answer_columns,
    answer_notes,
    answer_rows,
    audience_words,
    entry_words,
    rows_with_shares,
)
from survey.workbook.page import Column, Page, Value
from survey.workbook.summary import Summary


def by_school(summary: Summary, language: str) -> Page:
    """One row a choice, schools by name."""
    release = summary.release
    tables = sorted(release.of_schools(), key=_by_name)
    return Page(
        name=_("Answers by school"),
        title=_("What parents, pupils and teachers answered: school by school"),
        lead=(*_which(release), _("Schools stand in the order of their names. This is no ranking.")),
        columns=(
            Column(_("School"), 24),
            Column(_("Who answered"), 20),
            *answer_columns(),
            Column(_("Against the district"), 14),
        ),
        rows=tuple(_rows_of_schools(tables, release, language)),
        notes=(
            *answer_notes(),
            _(
                "Against the district: more or less often than in the whole district, said only where both ranges by "
                "chance part and at least %(fewest)s people answered. Nothing said means: no clear difference.",
                fewest=FEWEST_TO_COMPARE,
            ),
        ),
    )


def by_grade(summary: Summary, language: str) -> Page:
    """One row a choice, the district's grades in their order."""
    release = summary.release
    audiences = audience_words(release, language)
    return Page(
        name=_("Answers by grade"),
        title=_("What parents and pupils answered: grade by grade"),
        lead=(*_which(release), _("Counted over all schools of the district.")),
        columns=(Column(_("Grade"), 12), Column(_("Who answered"), 22), *answer_columns()),
        rows=tuple(
            (*said, *cells)
            for grade, table in sorted(release.of_grades(), key=lambda found: (found[0] == OTHER_GRADES, found[0]))
            for said in [(str(wording.GRADE_LABELS[grade]), audiences[table.audience.questionnaire])]
            for cells in answer_rows(table, release, language)
        ),
        notes=answer_notes(),
    )


def _which(release: Release) -> tuple[str, ...]:
    """Which publication it is: this book has no cover."""
    told = _("Round: %(title)s, release %(number)s", title=release.campaign_title, number=release.number)
    return told, *entry_words(release)


def _by_name(table: QuestionTable) -> tuple[bool, Place]:
    """Schools in the order of their names, what is told of several of them last."""
    return not table.audience.school_id, name_order(table.audience.school_name or "")


def _rows_of_schools(tables: Iterable[QuestionTable], release: Release, language: str) -> Iterator[tuple[Value, ...]]:
    audiences = audience_words(release, language)
    words = {MORE: _("more often"), LESS: _("less often")}
    district = cache(partial(of_district, release=release))
    for table in tables:
        who = wording.school_words(table.audience.school_name), audiences[table.audience.questionnaire]
        whole = district(table.audience.questionnaire, table.question)
        no_word = "–" if table.answered is None else ""
        for cells, one in rows_with_shares(table, release, language):
            word = words.get(beside(one, whole.get(one.share.choice)), "") if one else no_word
            yield *who, *cells, word
