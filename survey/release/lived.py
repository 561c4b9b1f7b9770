"""What families report of a quantity: the middle of banded answers, and the range it may lie in.

Grouped quantile L + w·(p·n − F)/f within the band that holds it. The range has the quantiles whose order statistics
hold the middle of all who were asked with 90 %: p = 1/2 ± 1.645/(2·√n*), with n* = n·(N − 1)/(N − n) for the finite
population (W. J. Conover, Practical Nonparametric Statistics, 3rd ed. 1999, on confidence limits of a quantile).
There is none for an open link, where the same may answer twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from survey.pooled import OTHER_GRADES
from survey.release.findings import SLIPS
from survey.release.published import Count, QuestionTable, Release

Z_90 = 1.6448536269514722  # of the normal distribution, two-sided 90 %


@dataclass(frozen=True, slots=True)
class Lived:
    """A quantity as families report it, in the question's unit; infinite in the last band, which has no upper end."""

    middle: float
    low: float | None  # of the range; None with an open link, and of a part
    high: float | None
    people: int  # who gave a band
    last_band: float  # where the band without an upper end begins
    of_school: bool  # else the district's, because too few of the school answered
    is_part: bool = False  # of the district only schools with enough answers of this grade: others' stand elsewhere


def lived(release: Release, questionnaire: str, question: str, school_id: str, grade: int) -> Lived | None:
    """What is reported for a school's grade; the district's for that grade where the school's is hidden; else None."""
    for school in (school_id, None):
        try:
            table = release.table(questionnaire, question, school, grade)
        except KeyError:
            continue
        found = _lived(table, release)
        if found:
            return found
    return None


def _lived(table: QuestionTable, release: Release) -> Lived | None:
    bands = sorted((count for count in table.counts if count.low is not None), key=_low)
    people = sum(band.count or 0 for band in bands)
    if not people or any(band.count is None for band in bands):
        return None
    who = table.audience
    is_part = who.school_id is None and _has_other_grades(release, who.questionnaire)
    # A part that nobody drew by chance is no sample of those who were asked.
    asked = None if is_part else release.response(who.questionnaire, who.school_id, who.grade).invited
    low = high = None
    if release.entry == SLIPS and asked is not None:
        half = _half_width(people, asked)
        low, high = grouped_quantile(bands, max(0.0, 0.5 - half)), grouped_quantile(bands, min(1.0, 0.5 + half))
    middle, last_band = grouped_quantile(bands, 0.5), _low(bands[-1])
    return Lived(middle, low, high, people, last_band, who.school_id is not None, is_part)


def _has_other_grades(release: Release, questionnaire: str) -> bool:
    """Whether answers of some grades are counted together, so that each grade's own are only a part of them."""
    try:
        release.response(questionnaire, None, OTHER_GRADES)
    except KeyError:
        return False
    return True


def _half_width(people: int, asked: int) -> float:
    if people >= asked:
        return 0.0
    return Z_90 / 2 / math.sqrt(people * (asked - 1) / (asked - people))


def grouped_quantile(bands: list[Count], p: float) -> float:
    """A quantile of banded counts, in order; infinite where it falls into a band without an upper end."""
    people = sum(band.count or 0 for band in bands)
    below = 0
    for band in bands:
        held = band.count or 0
        if held and below + held >= p * people:
            if band.high is None:
                return math.inf
            return _low(band) + (band.high - _low(band)) * (p * people - below) / held
        below += held
    raise ValueError("No band holds anybody.")


def _low(count: Count) -> float:
    assert count.low is not None
    return count.low
