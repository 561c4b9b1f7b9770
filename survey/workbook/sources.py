"""Sources and method: which documents set the limits, how the score is made, what is hidden and why."""

from __future__ import annotations

from collections import Counter

from flask_babel import gettext as _

from estimator.norms import Statement
from survey.words import source_words, wording
from survey.workbook.measures import in_unit, unit_words
from survey.workbook.page import ONE_DIGIT, WHOLE, Column, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a norm that some plan was held against."""
    return Page(
        name=_("Sources and method"),
        title=_("Sources and method"),
        lead=(_("The limits that the plans were held against, and who set them."),),
        columns=(
            Column(_("Measure"), 28),
            Column(_("Limit"), 8, ONE_DIGIT),
            Column(_("Unit"), 13),
            Column(_("Grades"), 8),
            Column(_("Set by, in which document"), 50),
            Column(_("Of (date)"), 11),
            Column(_("How it was read"), 22),
            Column(_("House rule?"), 11),
            Column(_("Where it was read"), 30),
            Column(_("Plans that exceed it (grades)"), 11, WHOLE),
        ),
        rows=tuple(_row(said, times, language) for said, times in _norms_used(summary)),
        notes=(*_method(), *_families(summary, language), *_hiding(summary)),
    )


def _norms_used(summary: Summary) -> list[tuple[Statement, int]]:
    """The statements that some grade was held against, each with how many grades break it."""
    grades = [g for school in summary.schools if school.assessment for g in school.assessment.grades.values()]
    broken = Counter(flag.norm for g in grades for flag in g.flags)
    return [(said, broken[said.id]) for said in summary.statements]


def _row(said: Statement, times_broken: int, language: str) -> tuple[Value, ...]:
    first, last = said.grades
    return (
        str(wording.MEASURE_LABELS[said.measure]),
        in_unit(said.value, said.unit),
        unit_words(said.measure, said.unit),
        f"{first}–{last}" if first != last else str(first),
        said.source.named(language),
        source_words.source_date(said.source),
        str(source_words.CONFIDENCE_LABELS[said.source.confidence]),
        str(source_words.HOUSE_RULE) if said.house_rule else _("no"),
        said.source.url or "–",
        times_broken,
    )


def _method() -> tuple[str, ...]:
    return (
        _("How the burden score is made:"),
        _(
            "Dose = value ÷ limit. Where something is not allowed at all, a plan that keeps to it has a dose of 0; one that does not starts at 1 and rises with every time."
        ),
        _(
            "Each dimension (screen time, homework, printing, and so on) counts with its largest dose. While all are within their limits the largest one is the dose of the grade; beyond, everything that is over adds up. Keeping one limit never makes up for breaking another."
        ),
        _("Score = 50 × dose up to the limit, and 100 − 50 ÷ dose beyond it."),
        _(
            "Which limit applies: that of the nearest place, then the newest, in force in the week of the plan. A house rule speaks only where nobody has published a limit."
        ),
    )


def _families(summary: Summary, language: str) -> tuple[str, ...]:
    """Whose families the plans are weighed with, and who says what a bureau's own file has."""
    way = _("Families, by each school's setting: %(way)s.", way=wording.FAMILIES_WAYS[summary.families])
    if not summary.families_sources:
        return (way,)
    said = (source_words.source_text(source, language) for source in summary.families_sources)
    return way, _("The bureau's own file rests on:"), *said


def _hiding(summary: Summary) -> tuple[str, ...]:
    smallest = summary.release.smallest_group
    return (
        _("What is hidden, and why:"),
        _(
            "A result is shown only where at least %(smallest)s people answered that question. Sometimes a second school is hidden too, so that the first cannot be worked out by subtraction. Results are published once, after the round has closed, and do not change.",
            smallest=smallest,
        ),
    )
