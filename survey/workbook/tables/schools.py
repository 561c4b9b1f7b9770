"""The release itself, its schools, and what was computed of their plans: grades, measures, flags, norms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import lazy_gettext as _l

from estimator import burden
from estimator.assessment import Flag, GradeBurden, Measure
from estimator.norms import Statement
from estimator.shared_flags import DIGITS_SHOWN
from survey.words import source_words, wording
from survey.workbook.measures import heaviest_part
from survey.workbook.summary import SchoolRow, Summary
from survey.workbook.tables.table import ANSWERS, DOCUMENT, ESTIMATE, ROSTER, Field, Row, Table

SCHOOL = Field("school_id", "text", _l("The school, as in the table schools"), ROSTER)
GRADE = Field("grade", "whole", _l("Grade, 1 to 12"), ROSTER)
MEASURE = Field("measure", "text", _l("What is measured"), ESTIMATE, codes=wording.MEASURE_LABELS)
# As pages and sheets show them; more would claim more than is known.
SCORE_DIGITS, RANGE_DIGITS, DOSE_DIGITS, SHARE_DIGITS = 1, 0, 2, 2
VALUE = Field(
    "value",
    "number",
    _l("What the plan asks, to %(digits)s digits after the point", digits=DIGITS_SHOWN),
    ESTIMATE,
    _l("as in the column unit; shares from 0 to 1"),
)
UNIT = Field(
    "unit", "text", _l("The unit of value and limit; share is of families, or of teachers on camera"), ESTIMATE
)
LIMIT = Field("limit", "number", _l("The limit; empty where nobody limits it"), DOCUMENT, _l("as in the column unit"))
DOSE = Field(
    "dose",
    "number",
    _l(
        "Value ÷ limit, to %(digits)s digits after the point; 1 is exactly at the limit; empty where none is allowed",
        digits=DOSE_DIGITS,
    ),
    ESTIMATE,
)
NORM = Field("norm", "text", _l("Who limits it, as in the table norms"), DOCUMENT)
HOUSE = Field("house_rule", "yes_no", _l("Whether the limit is a house rule, not a published one"), DOCUMENT)
DAYS = Field(
    "days", "text", _l("The weekdays on which it is largest, with spaces between"), ESTIMATE, codes=wording.DAY_LABELS
)
CLAUSE = Field("clause", "text", _l("Clause of the Ministry's notice of 6 March 2020"), DOCUMENT, codes=wording.CLAUSES)
SCORES = (
    Field(
        "score",
        "number",
        _l(
            "Burden score, to %(digits)s digit after the point; 50 is exactly at the tightest limit",
            digits=SCORE_DIGITS,
        ),
        ESTIMATE,
        _l("0 to 100"),
    ),
    Field(
        "score_low",
        "number",
        _l("Where the score lies at the lowest, nine cases in ten; whole points"),
        ESTIMATE,
        _l("0 to 100"),
    ),
    Field(
        "score_high",
        "number",
        _l("Where the score lies at the highest, nine cases in ten; whole points"),
        ESTIMATE,
        _l("0 to 100"),
    ),
    Field("burden_word", "text", _l("The score in a word"), ESTIMATE, codes=wording.BURDEN_WORDS),
    Field("norms_broken", "whole", _l("Limits that are exceeded"), ESTIMATE, _l("limits")),
    Field("norms_checked", "whole", _l("Limits that the plan was held against"), ESTIMATE, _l("limits")),
)
RELEASE = (
    Field("campaign_id", "text", _l("The round, as in its address"), ANSWERS),
    Field("campaign", "text", _l("The title of the round"), ANSWERS),
    Field("release", "whole", _l("The number of the release"), ANSWERS),
    Field("published_on", "day", _l("The day of publication"), ANSWERS),
    Field("bureau", "text", _l("Who published it"), ANSWERS),
    Field("place", "text", _l("The code of the district's place"), ROSTER),
    Field(
        "entry",
        "text",
        _l("How answers came in"),
        ANSWERS,
        codes={
            "slips": _l("slips with a code that works once"),
            "open_link": _l("open link: repeat answers possible"),
        },
    ),
    Field("smallest_group", "whole", _l("Results of fewer people than this are hidden"), ANSWERS, _l("people")),
    Field("synthetic", "yes_no", _l("Whether everything here is made up, to show the program"), ROSTER),
)


def release(summary: Summary) -> Table:
    """One row: which publication this is."""
    told = summary.release
    row = (
        told.campaign_id,
        told.campaign_title,
        told.number,
        told.published_on,
        summary.bureau_name,
        summary.place,
        told.entry,
        told.smallest_group,
        summary.synthetic,
    )
    return Table("release", _l("Which publication this is"), RELEASE, lambda: iter((row,)))


def schools(summary: Summary) -> Table:
    """One row a school, with the burden of its heaviest grade."""
    fields = (
        SCHOOL,
        Field("school", "text", _l("The school's name"), ROSTER),
        Field("setting", "text", _l("Where the school is"), ROSTER, codes=wording.SETTING_LABELS),
        Field("pupils", "whole", _l("Pupils of the school"), ROSTER, _l("pupils")),
        Field("closed_on", "day", _l("The day from which it is closed; empty: it is open"), ROSTER),
        Field("merged_into", "text", _l("The name of the school that it became part of; empty: none"), ROSTER),
        Field(
            "has_plan", "yes_no", _l("Whether a plan of it is in force; without one what follows is empty"), ESTIMATE
        ),
        Field("week_of", "day", _l("The week of the plan: its Monday"), ESTIMATE),
        Field("currency", "text", _l("The currency of the plan's costs"), ESTIMATE),
        Field("heaviest_grade", "whole", _l("The grade whose score is the school's"), ESTIMATE),
        *SCORES,
        Field(
            "share_over",
            "number",
            _l("Share of pupils in grades over a limit, to %(digits)s digits after the point", digits=SHARE_DIGITS),
            ESTIMATE,
            _l("0 to 1"),
        ),
    )
    return Table("schools", _l("One row a school that was asked or is open"), fields, lambda: _schools(summary))


def _schools(summary: Summary) -> Iterator[Row]:
    for school in summary.by_name:
        about: Row = (school.id, school.name, school.setting, school.pupils, school.closed_on, school.merged_into)
        if school.assessment is None or school.plan is None:
            yield (*about, False, *(None,) * 10)
            continue
        whole = school.assessment.school
        norms = (whole.norms_broken, whole.norms_checked, round(whole.share_over, SHARE_DIGITS))
        scores = _scores(whole.score, school.assessment.heaviest)
        yield (*about, True, school.plan.week_of, school.plan.currency, whole.grade, *scores, *norms)


def _scores(score: float, grade: GradeBurden) -> Row:
    """A score, the range of the grade that has it, and the word for what it is exactly."""
    ends = (round(grade.low, RANGE_DIGITS), round(grade.high, RANGE_DIGITS))
    return round(score, SCORE_DIGITS), *ends, burden.word(score)


def grades(summary: Summary) -> Table:
    """One row a grade of a school that has a plan."""
    fields = (
        SCHOOL,
        GRADE,
        Field("pupils", "whole", _l("Pupils of the grade"), ESTIMATE, _l("pupils")),
        *SCORES,
        Field("weighs_most", "text", _l("What weighs most in the score"), ESTIMATE, codes=wording.DIMENSION_LABELS),
    )

    def rows() -> Iterator[Row]:
        for school, found in _grades(summary):
            norms = (found.norms_broken, found.norms_checked, heaviest_part(found))
            yield (school.id, found.grade, found.pupils, *_scores(found.score, found), *norms)

    return Table("grades", _l("One row a grade of a school that has a plan"), fields, rows)


def _grades(summary: Summary) -> Iterator[tuple[SchoolRow, GradeBurden]]:
    for school in summary.by_name:
        for found in school.assessment.grades.values() if school.assessment else ():
            yield school, found


def measures(summary: Summary) -> Table:
    """One row a measure of a grade."""
    over = Field("over", "yes_no", _l("Whether it exceeds its limit; empty where nobody limits it"), ESTIMATE)
    fields = (SCHOOL, GRADE, MEASURE, VALUE, UNIT, LIMIT, DOSE, over, NORM, HOUSE, DAYS)

    def rows() -> Iterator[Row]:
        for school, found in _grades(summary):
            for measure in found.measures.values():
                yield (school.id, found.grade, *_measure(measure))

    return Table("measures", _l("One row a measure of a grade"), fields, rows)


def _measure(m: Measure) -> Row:
    beyond = None if m.dose is None else burden.is_over(m.dose)
    dose = round(m.dose, DOSE_DIGITS) if m.limit and m.dose is not None else None
    is_house = m.house_rule if m.norm else None
    value = round(m.value, DIGITS_SHOWN)
    return m.name, value, m.unit, m.limit, dose, beyond, m.norm, is_house, " ".join(m.days) or None


def flags(summary: Summary) -> Table:
    """One row a limit that a grade's plan exceeds."""
    causes = Field("subjects", "text", _l("The subjects of the lessons that exceed it"), ESTIMATE)
    fields = (SCHOOL, GRADE, MEASURE, VALUE, UNIT, LIMIT, NORM, HOUSE, CLAUSE, DAYS, causes)

    def rows() -> Iterator[Row]:
        for school, found in _grades(summary):
            for flag in found.flags:
                assert school.plan is not None
                subjects = dict.fromkeys(school.plan.activities[place].subject for place in flag.activities)
                yield (school.id, found.grade, *_flag(flag), ", ".join(subjects) or None)

    return Table("flags", _l("One row a limit that a grade's plan exceeds"), fields, rows)


def _flag(flag: Flag) -> Row:
    limit = (round(flag.value, DIGITS_SHOWN), flag.unit, flag.limit, flag.norm, flag.house_rule, flag.clause)
    return flag.measure, *limit, " ".join(flag.days) or None


def norms(summary: Summary) -> Table:
    """One row a limit that some plan was held against, with its source."""
    fields = (
        NORM,
        MEASURE,
        Field("limit", "number", _l("The limit"), DOCUMENT, _l("as in the column unit")),
        UNIT,
        Field("place", "text", _l("The code of the place where it holds; empty: anywhere"), DOCUMENT),
        Field("first_grade", "whole", _l("The first grade it is for"), DOCUMENT),
        Field("last_grade", "whole", _l("The last grade it is for"), DOCUMENT),
        HOUSE,
        CLAUSE,
        Field("source_en", "text", _l("Issuer and title, in English"), DOCUMENT),
        Field("source_zh", "text", _l("Issuer and title, in Chinese where it is known"), DOCUMENT),
        Field("document_date", "day", _l("The date of the document; empty: undated, or a house rule"), DOCUMENT),
        Field("confidence", "text", _l("How it was read"), DOCUMENT, codes=source_words.CONFIDENCE_LABELS),
        Field("url", "text", _l("Where it was read"), DOCUMENT),
    )

    def rows() -> Iterator[Row]:
        for said in summary.statements:
            yield _norm(said)

    return Table("norms", _l("One row a limit that some plan was held against"), fields, rows)


def _norm(said: Statement) -> Row:
    source, day = said.source, said.source.date
    where: Row = (said.id, said.measure, said.value, said.unit, said.place or None, *said.grades)
    named = (source.named("en"), source.named("zh"))
    dated: date | None = day
    return (*where, said.house_rule, said.clause, *named, dated, source.confidence, source.url or None)
