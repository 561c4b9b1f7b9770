"""One school's sheet, made of a release's frozen tables: its plan's score, its measures beside their limits, its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from estimator.norms import HOUSE
from estimator.shared_flags import DIGITS_SHOWN
from survey.release.findings import Share
from survey.words import amount_words, source_words, wording
from survey.words.day_words import worst_days_words
from survey.workbook.answers import count_value, number_value, share_value
from survey.workbook.measures import (
    HIGHEST_WITHIN_LIMIT,
    dimension_words,
    grade_words,
    in_unit,
    range_words,
    score_notes,
    unit_words,
)
from survey.workbook.page import ONE_DIGIT, SHARE, WHOLE, Block, Column, Link, Over, Page, Shown, Value

Record = Mapping[str, Any]  # column → what a frozen table has there
BETWEEN_SUBJECTS = ", "  # in the frozen tables
WIDTHS = (17, 42, 40, 11, 10, 10, 14, 14)


@dataclass(frozen=True, slots=True)
class SchoolTables:
    """What the frozen tables have of one school."""

    about: Record  # its row of the table schools
    grades: Sequence[Record]
    measures: Sequence[Record]
    flags: Sequence[Record]
    responses: Sequence[Record]
    answers: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the codes of the frozen tables mean, in one language, and the norms by their id."""

    language: str
    smallest_group: int
    is_open_link: bool
    questionnaires: Mapping[str, str]
    words: Mapping[tuple[str, str, str], str]  # questionnaire, question, choice; without a choice the question's own
    norms: Mapping[str, Record]


def page(school: SchoolTables, sheet: str, index: Link, means: Meanings) -> Page:
    """The sheet of one school."""
    about = school.about
    setting = str(wording.SETTING_LABELS[about["setting"]])
    lead = [
        ngettext("%(setting)s, %(num)s pupil.", "%(setting)s, %(num)s pupils.", about["pupils"], setting=setting),
        _plan_words(about),
    ]
    if means.is_open_link:
        lead.append(_("open link: repeat answers possible"))
    return Page(
        name=sheet,
        title=about["school"],
        lead=(index, *lead),
        columns=_score_columns(),
        rows=tuple(_grade(grade) for grade in school.grades),
        blocks=(_measures(school, means), _flags(school, means), _responses(school, means), _answers(school, means)),
        notes=(
            *score_notes(),
            _("▲: beyond the limit. A limit of 0 means: not allowed. «–»: nobody limits it here."),
            _("n: people who gave an answer to the question. Share: count ÷ n."),
            _(
                "A result is shown only where at least %(smallest)s people answered that question, and where it gives "
                "away no smaller group.",
                smallest=means.smallest_group,
            ),
        ),
    )


def _score_columns() -> tuple[Column, ...]:
    return _columns(
        (_("Grade"),),
        (_("What weighs most"),),
        (_("In a word"),),
        (_("Burden score (limit 50)"), ONE_DIGIT, HIGHEST_WITHIN_LIMIT),
        (_("Range"),),
        (_("Pupils"), WHOLE),
        (_("Norms broken"), WHOLE, 0),
        (_("Norms checked"), WHOLE),
    )


def _columns(*told: tuple[Any, ...]) -> tuple[Column, ...]:
    return tuple(Column(said[0], width, *said[1:]) for width, said in zip(WIDTHS, told, strict=False))


def why_no_plan(about: Record) -> str:
    """Why a school has no plan, in a few words."""
    # Tables that were frozen before 2026-11-26 do not say which schools are closed.
    if about.get("closed_on"):
        return wording.closing_words(about["closed_on"], about["merged_into"])
    return str(_("no plan yet"))


def _plan_words(about: Record) -> str:
    if about.get("closed_on"):
        return str(_("This school is closed: %(how)s.", how=why_no_plan(about)))
    if not about["has_plan"]:
        return str(_("This school has not handed in a plan."))
    said = _(
        "Plan of the week of %(week)s: %(score)s of 100, %(word)s; the heaviest is %(grade)s.",
        week=about["week_of"],
        score=f"{about['score']:.1f}",
        word=wording.BURDEN_WORDS[about["burden_word"]],
        grade=grade_words(about["heaviest_grade"]),
    )
    return str(said)


def _grade(grade: Record) -> tuple[Shown, ...]:
    return (
        grade_words(grade["grade"]),
        dimension_words(grade["weighs_most"]),
        str(wording.BURDEN_WORDS[grade["burden_word"]]),
        grade["score"],
        range_words(grade["score_low"], grade["score_high"]),
        grade["pupils"],
        grade["norms_broken"],
        grade["norms_checked"],
    )


def _measures(school: SchoolTables, means: Meanings) -> Block:
    heaviest = school.about["heaviest_grade"]
    found = [measure for measure in school.measures if measure["grade"] == heaviest]
    return Block(
        heading=_("Measures beside their limits"),
        lead=_("What the plan asks of the heaviest grade in a week; daily measures are those of the longest day.")
        if found
        else _("There is no plan to be measured."),
        columns=_columns(
            (_("Grade"),),
            (_("Measure"),),
            (_("Limit set by, in which document"),),
            (_("In the plan"), ONE_DIGIT),
            (_("Limit"), ONE_DIGIT),
            (_("Times the limit"), "0.00"),
            (_("Unit"),),
            (_("House rule?"),),
        ),
        rows=tuple(_measure(measure, means) for measure in found),
    )


def _measure(told: Record, means: Meanings) -> tuple[Shown, ...]:
    shown = in_unit(told["value"], told["unit"])
    return (
        grade_words(told["grade"]),
        str(wording.MEASURE_LABELS[told["measure"]]),
        _source(means.norms[told["norm"]], means.language) if told["norm"] else _("no published limit"),
        Over(shown) if told["over"] else shown,
        "–" if told["limit"] is None else in_unit(told["limit"], told["unit"]),
        "–" if told["dose"] is None else told["dose"],
        unit_words(told["measure"], told["unit"]),
        str(source_words.HOUSE_RULE) if told["house_rule"] else "–",
    )


def _flags(school: SchoolTables, means: Meanings) -> Block:
    return Block(
        heading=_("Limits that the plan exceeds"),
        lead=_("Each row is one limit that the plan exceeds, the grades in which it does, and the lessons that do it.")
        if school.flags
        else _("No plan breaks a norm."),
        columns=_columns(
            (_("Grade"),),
            (_("Measure"),),
            (_("Set by, in which document"),),
            (_("In the plan"), ONE_DIGIT),
            (_("Limit"), ONE_DIGIT),
            (_("Unit"),),
            (_("Weekday"),),
            (_("Caused by"),),
        ),
        rows=tuple(_flag(alike, means) for alike in _alike(school.flags)),
    )


def _alike(flags: Sequence[Record]) -> list[list[Record]]:
    """Flags that read alike but for their grade, together, as `estimator.shared_flags` has them."""
    found: dict[tuple[Any, ...], list[Record]] = {}
    for flag in flags:
        key = (flag["norm"], round(flag["value"], DIGITS_SHOWN), flag["days"], flag["subjects"])
        found.setdefault(key, []).append(flag)
    return list(found.values())


def _flag(alike: Sequence[Record], means: Meanings) -> tuple[Shown, ...]:
    told = alike[0]
    return (
        wording.grades_words([flag["grade"] for flag in alike]),
        str(wording.MEASURE_LABELS[told["measure"]]),
        _source(means.norms[told["norm"]], means.language),
        Over(in_unit(told["value"], told["unit"])),
        in_unit(told["limit"], told["unit"]),
        unit_words(told["measure"], told["unit"]),
        worst_days_words(told["days"].split()) if told["days"] else "–",
        str(_(", ")).join((told["subjects"] or "–").split(BETWEEN_SUBJECTS)),
    )


def _source(norm: Record, language: str) -> str:
    """As `source_words.source_text` has it."""
    if norm["confidence"] == HOUSE:
        said = {"key": norm[f"source_{language}"], "words": source_words.HOUSE_RULE}
        return str(_("%(key)s (%(words)s)", **said)) if norm["house_rule"] else norm["source_en"]
    day = norm["document_date"] or _("undated")
    how = source_words.CONFIDENCE_LABELS[norm["confidence"]]
    return str(_("%(document)s, %(date)s (%(how)s)", document=norm[f"source_{language}"], date=day, how=how))


def _responses(school: SchoolTables, means: Meanings) -> Block:
    return Block(
        heading=_("Who answered"),
        lead=_("How many of those asked have answered, role by role.")
        if school.responses
        else _("Nobody of this school was asked."),
        columns=_columns(
            (_("Role"),),
            (_("Answers received"), WHOLE),
            (_("Invited (people)"), WHOLE),
            (_("Answered of invited"), SHARE),
        ),
        rows=tuple(_response(told, means) for told in school.responses),
    )


def _response(told: Record, means: Meanings) -> tuple[Value, ...]:
    who = means.questionnaires[told["questionnaire"]]
    if told["hidden"]:
        return who, amount_words.hidden_words(means.smallest_group), told["invited"], "–"
    return who, told["answered"], told["invited"], told["answered"] / told["invited"] if told["invited"] else "–"


def _answers(school: SchoolTables, means: Meanings) -> Block:
    shown = [told for told in school.answers if not told["hidden"]]
    hidden = dict.fromkeys((t["questionnaire"], t["question"]) for t in school.answers if t["hidden"])
    rows = [_answer(told, means) for told in shown]
    rows += [_hidden(name, question, means) for name, question in hidden]
    return Block(
        heading=_("What people answered"),
        lead=_("What parents, pupils and teachers of this school reported, question by question, as far as shown.")
        if rows
        else _("Nobody of this school was asked."),
        columns=_columns(
            (_("Who answered"),),
            (_("Question"),),
            (_("Answer"),),
            (_("Count (people)"), WHOLE),
            (_("Share"), SHARE),
            (_("n (people)"), WHOLE),
        ),
        rows=tuple(rows),
    )


def _answer(told: Record, means: Meanings) -> tuple[Value, ...]:
    key = told["questionnaire"], told["question"]
    fewest, most = _gave_one(told)
    counted = Share(told["choice"], {}, told["at_least"], told["at_most"], most, most - fewest)
    return (
        means.questionnaires[told["questionnaire"]],
        means.words[(*key, "")],
        means.words[(*key, told["choice"])],
        count_value(counted),
        "–" if told["no_answer"] else share_value(counted),
        "–" if told["no_answer"] else number_value(counted.of_least, counted.of),
    )


def _gave_one(told: Record) -> tuple[int, int]:
    """From how many people to how many; tables of releases before 0.3 have one number for both."""
    return (told["n_at_least"], told["n_at_most"]) if "n_at_most" in told else (told["n"], told["n"])


def _hidden(questionnaire: str, question: str, means: Meanings) -> tuple[Value, ...]:
    words = amount_words.hidden_words(means.smallest_group)
    return means.questionnaires[questionnaire], means.words[questionnaire, question, ""], words, "–", "–", "–"
