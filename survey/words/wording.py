"""The words people read for what the estimator and the releases name: one table for each kind of name.

Pages, charts and sheets all take their words from here, so that a measure is called the same wherever it stands.
The tables hold lazy translations: they speak the language of the page, or of `force_locale`, when they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from estimator import burden
from survey.pooled import OTHER_GRADES

Words = Mapping[str, str]


def alone(words: str) -> LazyString:
    """Words as they stand alone, as a choice or at the head of a row: with a capital, as a sentence has in English."""
    return LazyString(_with_a_capital, words)


def _with_a_capital(words: str) -> str:
    said = str(words)
    return said[:1].upper() + said[1:]


MEASURE_LABELS: Words = {
    "screen_minutes": _l("Screen time on the longest day"),
    "longest_run_minutes": _l("Longest time at a screen without a rest"),
    "screen_dose": _l("Screen time against the limit of each screen"),
    "lesson_minutes": _l("Longest single lesson"),
    "homework_minutes": _l("Written homework on the longest day"),
    "pages_week": _l("Pages to print at home"),
    "forced_printing": _l("Pages that must be printed"),
    "print_cost_month": _l("Cost of printing"),
    "data_gb_month": _l("Mobile data used"),
    "data_cost_month": _l("Cost of mobile data"),
    "families_over_budget": _l("Families for whom it costs too much"),
    "families_short_of_device": _l("Families short of a device"),
    "families_out_of_reach": _l("Families the lessons cannot reach"),
    "adult_minutes": _l("An adult's help on the longest day"),
    "check_ins": _l("Compulsory online check-ins"),
    "uploads": _l("Compulsory uploads of study videos"),
    "teachers_on_camera": _l("Teachers who must stream or record"),
}

DIMENSION_LABELS: Words = {
    "limit": _l("Up to the limit"),
    "screen": _l("Screen time"),
    "homework": _l("Homework"),
    "print": _l("Printing"),
    "task": _l("Check-ins and uploads"),
    "device": _l("Devices"),
    "money": _l("Money"),
    "parent": _l("Parents' time"),
    "staff": _l("Teachers' load"),
    "reach": _l("Reaching every pupil"),
}

BURDEN_WORDS: Words = {
    "light": _l("light"),
    "fair": _l("fair"),
    "close": _l("close to the limit"),
    "over": _l("over the limit"),
    "far_over": _l("far over the limit"),
    "not_bearable": _l("not bearable"),
}

LIKENESS: Words = {
    "same_size": _l("Beside schools of like size in the same kind of place: half to double the pupils, a house rule."),
    "same_setting": _l("Beside the district's schools in the same kind of place; too few of them are of like size."),
    "district": _l("Beside all schools of the district; too few of them are like this one."),
}
STANDING_WORDS: Words = {
    "more": _l("More than three in four of them ask."),
    "less": _l("Less than three in four of them ask."),
    "alike": _l("No clear difference: it lies where half of them lie."),
}

LIFE_WORDS: Words = {
    "in_order": _l("in order"),
    "not_followed": _l("plan heavy, but not followed"),
    "hidden_load": _l("hidden load: the plan fits, life does not"),
    "both_over": _l("plan and life over the limit"),
    "unclear": _l("cannot be told"),
}


QUESTIONNAIRE_LABELS: Words = {
    "parent": _l("Parents"),
    "pupil_younger": _l("Pupils, grades 3–6"),
    "pupil_older": _l("Pupils, grades 7–12"),
    "teacher": _l("Teachers"),
}

# Those who answer, as they are counted in a sentence.
PEOPLE: Words = {
    "parent": _l("parents"),
    "pupil_younger": _l("pupils"),
    "pupil_older": _l("pupils"),
    "teacher": _l("teachers"),
}

UNIT_LABELS: Words = {
    "min": _l("minutes"),
    "min/day": _l("minutes a day"),
    "pages/week": _l("pages a week"),
    "times/week": _l("times a week"),
    "GB/month": _l("GB a month"),
    "share": _l("% of families"),
    "of the limit": _l("times the limit"),
}
# Teachers, not families, are counted by this one share.
SHARE_UNITS: Words = {"teachers_on_camera": _l("% of teachers")}

CURRENCY_LABELS: Words = {"CNY": _l("yuan"), "INR": _l("rupees"), "USD": _l("US dollars")}

CLAUSES: Words = {
    "N1": _l("Television and network together, so that every pupil is covered"),
    "N2": _l("Lessons go with life, safety, health and mind"),
    "N3": _l("The classroom's method, length and timetable are not copied onto the screen"),
    "N4": _l("Local resources and the national platforms are used well"),
    "N5": _l("A few strong teachers record; all teachers guide and keep contact"),
    "N6": _l("No general duty on teachers to stream live or to record"),
    "N7": _l("No forced daily check-in online"),
    "N8": _l("No forced upload of study videos"),
    "N9": _l("Printing does not make families buy equipment or spend more"),
    "N10": _l("Opinions of teachers, parents and pupils are sought"),
    "N11": _l("What went before is summed up and its problems analysed"),
    "N12": _l("Teacher and pupil interact more"),
    "N13": _l("Each pupil's difficulties are found and helped one by one"),
    "N14": _l("Home and school stay in contact, and what comes next is explained"),
}

KIND_LABELS: Words = {
    "tv": _l("Television lesson"),
    "recorded": _l("Recorded lesson"),
    "live": _l("Live lesson"),
    "offline": _l("Away from the screen"),
}
DEVICE_LABELS: Words = {
    "tv": _l("television"),
    "computer": _l("computer"),
    "tablet": _l("tablet"),
    "phone": _l("phone"),
}
UPLOAD_LABELS: Words = {"none": _l("no upload"), "photo": _l("photo"), "video": _l("video")}
SOURCE_LABELS: Words = {"national": _l("national platform"), "local": _l("local resource"), "school": _l("own making")}
AREA_LABELS: Words = {"curriculum": _l("curriculum"), "life": _l("life, safety, health and mind")}

DAY_LABELS: Words = {
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
}

GRADE_LABELS: Mapping[int, str] = {
    1: _l("Grade 1"),
    2: _l("Grade 2"),
    3: _l("Grade 3"),
    4: _l("Grade 4"),
    5: _l("Grade 5"),
    6: _l("Grade 6"),
    7: _l("Grade 7"),
    8: _l("Grade 8"),
    9: _l("Grade 9"),
    10: _l("Grade 10"),
    11: _l("Grade 11"),
    12: _l("Grade 12"),
    OTHER_GRADES: _l("Other grades together"),
}

FAMILIES_WAYS: Words = {
    "reported": _l("as parents report them, and where they do not, the usual ones"),
    "usual": _l("the usual ones of town and countryside"),
    "own": _l("the bureau's own file, and where there is none, as parents report them"),
}
SETTING_LABELS: Words = {"urban": _l("town"), "rural": _l("countryside")}


def burden_word(score: float) -> str:
    """The word for a burden score, in the language of the page."""
    return str(BURDEN_WORDS[burden.word(score)])


def school_words(name: str | None) -> str:
    """The school that is counted; those that were too few to be told apart have no name."""
    return name or str(gettext("Other schools together"))


def closing_words(day: date, merged_into: str | None) -> str:
    """That a school was closed, or which one it became part of."""
    if merged_into:
        return str(gettext("became part of %(school)s on %(day)s", school=merged_into, day=day))
    return str(gettext("closed on %(day)s", day=day))


def grades_words(grades: Sequence[int]) -> str:
    """Several grades in few words: «Grades 1–3, 5»; one grade has its own name."""
    if len(grades) == 1:
        return str(GRADE_LABELS[grades[0]])
    said = str(gettext(", ")).join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs(grades))
    return str(gettext("Grades %(grades)s", grades=said))


def runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow one another, together."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return found
