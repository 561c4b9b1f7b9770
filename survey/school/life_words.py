"""The plan beside life in sentences: how much of what was found, whose answers it is, how far life is from the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.release.findings import SLIPS
from survey.release.lived import Lived
from survey.release.published import Release
from survey.school.life import BOTH_OVER, HIDDEN_LOAD, IN_ORDER, NOT_FOLLOWED, UNCLEAR, Row, by_word
from survey.words import amount_words, wording
from survey.words.enumeration import enumerated

# In the order in which they are told.
COUNTED: wording.Words = {
    HIDDEN_LOAD: _l("%(number)s with a hidden load (the plan fits, life does not)"),
    BOTH_OVER: _l("%(number)s over the limit in plan and life"),
    NOT_FOLLOWED: _l("%(number)s heavy in the plan, but not followed"),
    IN_ORDER: _l("%(number)s in order"),
}


def lede(beside: Mapping[int, Sequence[Row]], release: Release, language: str) -> str:
    """How many quantities of all grades are what; where nothing can be told, why."""
    found = by_word(beside)
    told = [str(words) % {"number": found[word]} for word, words in COUNTED.items() if found[word]]
    if not found:
        return str(_("Nothing that this plan limits was asked of families."))
    if not told and release.entry != SLIPS:
        return str(_("Whether families keep the limits cannot be told: the answers came in through an open link."))
    if not told:
        return str(_("Too few parents of this school answered to tell whether families keep the limits."))
    said = str(
        _("Of %(all)s quantities over all grades: %(told)s.", all=found.total(), told=enumerated(told, language))
    )
    if not found[UNCLEAR]:
        return said
    rest = _("%(number)s cannot be told: too few parents of this school answered.", number=found[UNCLEAR])
    return str(_("%(sentence)s %(following)s", sentence=said, following=rest))


def of_chart(rows: Sequence[Row]) -> str:
    """What a grade's chart shows: how many of its quantities are drawn beyond the limit; of life, the school's own."""
    drawn = [(row, row.life, row.measure.limit or 0) for row in rows if row.life]
    own = [(life.middle, limit) for _row, life, limit in drawn if life.of_school]
    planned = sum(row.measure.value > limit for row, _life, limit in drawn)
    if not own:
        said = _("The plan is over the limit in %(planned)s of %(all)s quantities.", all=len(drawn), planned=planned)
    else:
        said = _(
            "The plan is over the limit in %(planned)s of %(all)s quantities, the middle of what this school's "
            "families report in %(reported)s of %(own)s.",
            all=len(drawn),
            planned=planned,
            own=len(own),
            reported=sum(middle > limit for middle, limit in own),
        )
    drawn_as = _("Each is drawn as a multiple of its own limit.")
    return str(_("%(sentence)s %(following)s", sentence=said, following=drawn_as))


def whose(life: Lived) -> str:
    """Whose answers a row tells, and how many gave one."""
    if life.of_school:
        return str(_("this school: %(people)s parents", people=life.people))
    if life.is_part:
        return str(_("schools where enough of this grade answered: %(people)s parents", people=life.people))
    return str(_("the district: %(people)s parents", people=life.people))


def sources(rows: Sequence[Row], release: Release, language: str) -> Iterator[str]:
    """A grade's rows by whose answers they are: the school's own, the district's, nobody's."""
    hidden = amount_words.hidden_words(release.smallest_group)
    own = [_counted(row) for row in rows if row.life and row.life.of_school]
    others = [_counted(row) for row in rows if row.life and not row.life.of_school]
    silent = [str(_("«%(words)s»", words=wording.MEASURE_LABELS[r.measure.name])) for r in rows if not r.life]
    if own:
        yield str(_("This school's own parents of this grade answered: %(rows)s.", rows=enumerated(own, language)))
    if others:
        yield str(
            _(
                "These are parents of this grade at other schools too, and say nothing of this plan: %(rows)s. "
                "This school's own are %(hidden)s.",
                rows=enumerated(others, language),
                hidden=hidden,
            )
        )
    if silent:
        yield str(_("Of %(rows)s, the answers are %(hidden)s.", rows=enumerated(silent, language), hidden=hidden))


def gap(row: Row, language: str) -> str:
    """How far life is from the plan, in words; nothing where it is no gap."""
    if row.gap is None or row.life is None:
        return ""
    if math.isinf(row.gap):
        return str(_("Families report more than the plan asks."))
    amount = amount_words.quantity(round(abs(row.gap)), row.measure.name, row.measure.unit, language)
    if row.gap > 0:
        return str(_("Families report %(amount)s more than the plan asks.", amount=amount))
    return str(_("Families report %(amount)s less than the plan asks.", amount=amount))


def _counted(row: Row) -> str:
    assert row.life
    measure = wording.MEASURE_LABELS[row.measure.name]
    return str(_("«%(measure)s» (%(people)s parents)", measure=measure, people=row.life.people))
