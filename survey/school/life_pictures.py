"""The plan beside life as a chart with its table, in the language of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flask_babel import gettext as _

from estimator.assessment import Measure
from survey.charts import Beside, Caption, Chart, LifeLegend, plan_beside_life
from survey.release.lived import Lived
from survey.school import life_words
from survey.school.life import Row
from survey.words import amount_words, source_words, wording


def beside(grade: int, rows: Sequence[Row], language: str) -> Chart | None:
    """What the plan asks of a grade and what families report, as multiples of the limit; None where nothing is told."""
    told = [_beside(row.measure, row.life, row.word, language) for row in rows if row.life is not None]
    if not told:
        return None
    name = wording.GRADE_LABELS[grade]
    caption = Caption(
        _("%(grade)s: the plan beside life", grade=name),
        life_words.of_chart(rows),
    )
    legend = LifeLegend(
        plan=_("What the plan asks"),
        life=_("What families report: the middle family, and the range where one is told"),
        limit=_("The limit"),
        beyond=_("Goes on beyond the scale; the figure stands beside it"),
        scale=_("Times the limit"),
    )
    headers = (_("Measure"), _("Limit"), _("This plan"), _("Families report"), _("Whose answers"), _("In a word"))
    return plan_beside_life(told, caption=caption, legend=legend, headers=headers)


def reported(measure: Measure, life: Lived, language: str) -> str:
    """The middle of what families report, with its range."""
    middle = _amount(measure, life.middle, life, language)
    if life.low is None or life.high is None:
        return middle
    low, high = (_amount(measure, value, life, language) for value in (life.low, life.high))
    return middle if low == high else _("%(middle)s (from %(low)s to %(high)s)", middle=middle, low=low, high=high)


def _beside(measure: Measure, life: Lived, word: str, language: str) -> Beside:
    assert measure.limit
    low, high = (life.middle if end is None else end for end in (life.low, life.high))
    whose = life_words.whose(life)
    limit = amount_words.limit_text(measure.name, measure.limit, measure.unit, language)
    words = (
        str(_("%(limit)s (%(note)s)", limit=limit, note=source_words.HOUSE_RULE)) if measure.house_rule else limit,
        amount_words.format_measure(measure, language),
        reported(measure, life, language),
        whose,
        str(wording.LIFE_WORDS[word]),
    )
    return Beside(
        label=str(wording.MEASURE_LABELS[measure.name]),
        whose=whose,
        plan=measure.value / measure.limit,
        life=life.middle / measure.limit,
        low=low / measure.limit,
        high=high / measure.limit,
        last_band=life.last_band / measure.limit,
        words=words,
    )


def _amount(measure: Measure, value: float, life: Lived, language: str) -> str:
    if math.isinf(value):
        ends = amount_words.quantity(life.last_band, measure.name, measure.unit, language)
        return str(_("more than %(amount)s", amount=ends))
    # Answers in bands tell no more than the whole unit.
    return amount_words.quantity(round(value), measure.name, measure.unit, language)
