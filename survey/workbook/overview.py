"""The district at a glance: a few figures, and five pictures of them."""

from __future__ import annotations

from collections import Counter

from flask_babel import gettext as _

from estimator import burden
from estimator.assess import MEASURES
from estimator.assessment import Assessment
from survey.language import in_a_row
from survey.release.findings import NEEDS, needs
from survey.release.published import Release
from survey.words import amount_words, wording
from survey.workbook.answers import audience_words, count_value, entry_words, number_value
from survey.workbook.page import SHARE, WHOLE, Block, Column, Page, Picture, Value
from survey.workbook.summary import SchoolRow, Summary

MOST_BARS = 8  # more are not read at a glance; the sheets behind have all
SETTINGS = ("urban", "rural")
WITHIN = 3  # of burden.WORDS, the first three are for plans within their limits


def page(summary: Summary, language: str) -> Page:
    """A table of key figures, then each picture beside its own table."""
    pictures = (_words(summary), _broken(summary), _reach(summary), _needs(summary.release, language))
    return Page(
        name=_("Overview"),
        title=_("The district at a glance"),
        lead=(_("What the plans ask and what people answered; each picture is drawn from the table beside it."),),
        columns=(
            Column(_("Key figures"), 42),
            Column(_("Number"), 13, WHOLE),
            Column(_("Of all"), 13, WHOLE),
            Column(_("Share"), 13, SHARE),
        ),
        rows=_key_figures(summary),
        blocks=(_response(summary.release, language), *pictures),
        beside=(2, *(11,) * 6),
        notes=(
            _("Schools are counted by the score of their heaviest grade. Only schools with a plan are counted."),
            _("A figure that is told as a bound is drawn at its lower end."),
        ),
    )


def _assessed(summary: Summary) -> list[tuple[SchoolRow, Assessment]]:
    return [(school, school.assessment) for school in summary.schools if school.assessment]


def _key_figures(summary: Summary) -> tuple[tuple[Value, ...], ...]:
    assessed = _assessed(summary)
    over = sum(found.school.score > burden.SCORE_AT_LIMIT + burden.HAIR for _school, found in assessed)
    pupils = sum(found.school.pupils for _school, found in assessed)
    pupils_over = round(sum(found.school.pupils * found.school.share_over for _school, found in assessed))
    return (
        _row(_("Schools that have handed in a plan"), len(assessed), len(summary.open_schools)),
        _row(_("Schools whose plan exceeds a limit"), over, len(assessed)),
        _row(_("Pupils in grades over the limit"), pupils_over, pupils),
    )


def _row(words: str, number: int, of: int) -> tuple[Value, ...]:
    return words, number, of, number / of if of else "–"


def _response(release: Release, language: str) -> Block:
    told = [response for response in release.responses if response.audience.is_district]
    rows: list[tuple[Value, ...]] = []
    for each in told:
        name = each.audience.questionnaire
        who = str(wording.QUESTIONNAIRE_LABELS.get(name) or release.questionnaires[name][language])
        rate = each.answered / each.invited if each.answered is not None and each.invited else "–"
        rows.append((who, "–" if each.answered is None else each.answered, each.invited, rate))
    is_told = any(each.answered is not None for each in told)
    said = (
        _("How many of those asked have answered, role by role.")
        if is_told
        else amount_words.hidden_words(release.smallest_group)
    )
    return Block(
        heading=_("Who answered"),
        lead=in_a_row(*entry_words(release), said),
        columns=(
            Column(_("Who was asked"), 0),
            Column(_("Answers received"), 0, WHOLE),
            Column(_("Invited (people)"), 0, WHOLE),
            Column(_("Answered of invited"), 0, SHARE),
        ),
        rows=tuple(rows),
        picture=Picture(
            _("Answered of invited, by role"), 0, _("Role"), (3,), _("Answered of invited (in per cent)"), SHARE
        ),
    )


def _words(summary: Summary) -> Block:
    """Schools by the word for their score."""
    found = Counter(burden.word(assessment.school.score) for _school, assessment in _assessed(summary))
    whole = found.total()
    over = sum(found[word] for _up_to, word in burden.WORDS[WITHIN:])
    return Block(
        heading=_("How heavy the plans are"),
        lead=_(
            "Schools with a plan that exceeds at least one limit (brown bars): %(over)s of %(all)s.",
            over=over,
            all=whole,
        )
        if whole
        else _("No school has handed in a plan yet."),
        columns=(
            Column(_("Burden in a word"), 0),
            Column(_("Schools"), 0, WHOLE),
            Column(_("Score up to"), 0, "0.0"),
            Column(_("Share"), 0, SHARE),
        ),
        rows=tuple(
            (str(wording.BURDEN_WORDS[word]), found[word], up_to, found[word] / whole if whole else "–")
            for up_to, word in burden.WORDS
        ),
        picture=Picture(
            _("Schools by the burden of their plan"),
            0,
            _("Burden in a word"),
            (1,),
            _("Schools (number)"),
            lying=False,
            from_row=WITHIN,
        ),
        new_page=True,
    )


def _broken(summary: Summary) -> Block:
    """Schools that break a limit, by what it limits; the most frequent first."""
    schools, grades = _breaking(summary)
    order = sorted(schools, key=lambda name: (-schools[name], list(MEASURES).index(name)))[:MOST_BARS]
    with_plan = len(_assessed(summary))
    return Block(
        heading=_("Which limits are exceeded"),
        lead=_(
            "The limits that most schools exceed, at most %(most)s; the sheet «Limits exceeded» has all.",
            most=MOST_BARS,
        )
        if order
        else _("No plan breaks a norm."),
        columns=(
            Column(_("Measure"), 0),
            Column(_("Schools"), 0, WHOLE),
            Column(_("Grades"), 0, WHOLE),
            Column(_("Of schools with a plan"), 0, SHARE),
        ),
        rows=tuple(
            (str(wording.MEASURE_LABELS[name]), schools[name], grades[name], schools[name] / with_plan)
            for name in order
        ),
        picture=Picture(
            _("Schools that exceed a limit, by measure"), 0, _("Measure"), (1,), _("Schools (number)"), from_row=0
        ),
    )


def _breaking(summary: Summary) -> tuple[Counter[str], Counter[str]]:
    """Measure → how many schools, and how many grades, exceed its limit."""
    schools: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    for _school, found in _assessed(summary):
        of_grades = [{flag.measure for flag in grade.flags} for grade in found.grades.values()]
        schools.update(set().union(*of_grades))
        for measures in of_grades:
            grades.update(measures)
    return schools, grades


def _reach(summary: Summary) -> Block:
    """Families that the plans leave short, by where the schools are; schools count by their pupils."""
    return Block(
        heading=_("Families short of a device, and families that lessons cannot reach"),
        lead=_("Share of families, in the mean of all grades by their pupils, by where the school is."),
        columns=(
            Column(_("Setting"), 0),
            Column(_("Schools"), 0, WHOLE),
            Column(str(wording.MEASURE_LABELS["families_short_of_device"]), 0, "0.0%"),
            Column(str(wording.MEASURE_LABELS["families_out_of_reach"]), 0, "0.0%"),
        ),
        rows=_by_setting(summary),
        picture=Picture(
            _("Families short of a device or out of reach"),
            0,
            _("Setting"),
            (2, 3),
            _("Families (in per cent)"),
            format="0.0%",
            lying=False,
        ),
        new_page=True,
    )


def _by_setting(summary: Summary) -> tuple[tuple[Value, ...], ...]:
    rows: list[tuple[Value, ...]] = []
    for setting in SETTINGS:
        of_setting = [found for school, found in _assessed(summary) if school.setting == setting]
        if of_setting:
            rows.append((str(wording.SETTING_LABELS[setting]), len(of_setting), *_mean(of_setting)))
    if len(rows) > 1:
        everywhere = [found for _school, found in _assessed(summary)]
        rows.append((_("whole district"), len(everywhere), *_mean(everywhere)))
    return tuple(rows)


def _mean(assessments: list[Assessment]) -> tuple[float, float]:
    grades = [grade for found in assessments for grade in found.grades.values()]
    pupils = sum(grade.pupils for grade in grades) or 1
    short, out = (
        sum(grade.measures[name].value * grade.pupils for grade in grades) / pupils
        for name in ("families_short_of_device", "families_out_of_reach")
    )
    return short, out


def _needs(release: Release, language: str) -> Block:
    """What the first of those asked need: parents, where parents were asked."""
    asked = next((table for table in release.of_district() if table.question == NEEDS and not table.hidden), None)
    named = needs(release, asked.audience.questionnaire)[:MOST_BARS] if asked else ()
    who = audience_words(release, language)[asked.audience.questionnaire] if asked else ""
    return Block(
        heading=_("What is needed most"),
        lead=_(
            "%(who)s: the needs that most of them named, at most %(most)s; the sheet «Needs» has all.",
            who=who,
            most=MOST_BARS,
        )
        if named
        else amount_words.hidden_words(release.smallest_group),
        columns=(
            Column(_("Need"), 0),
            Column(_("Named by (people)"), 0, WHOLE),
            Column(_("n (people)"), 0, WHOLE),
            Column(_("Share"), 0, SHARE),
        ),
        rows=tuple(
            (each.label[language], count_value(each), number_value(each.of_least, each.of), each.low) for each in named
        ),
        picture=Picture(
            _("What is needed most: %(who)s", who=who),
            0,
            _("Need"),
            (3,),
            _("Of those who answered (in per cent)"),
            SHARE,
        ),
    )
