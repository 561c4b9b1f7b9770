"""The charts of a bureau's pages, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from string import ascii_uppercase

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.bureau.gaps import Gap
from survey.bureau.needs import Needed
from survey.bureau.standouts import Standing, StandOut
from survey.charts import (
    Caption,
    Chart,
    Dumbbell,
    Limits,
    SchoolPoint,
    ShareBar,
    SideBar,
    TwoSides,
    funnel_plot,
    share_bars,
    then_and_now,
    two_sides,
)
from survey.notice.district import OfClause
from survey.notice.rule_words import TELLS_NOTHING, side_label
from survey.notice.rules import SIDES, WORDS
from survey.notice.words import WORD_LABELS
from survey.release.findings import LESS, MORE, NOT_CLEAR
from survey.release.funnel import (
    CLEARLY,
    CLEARLY_LESS,
    CLEARLY_MORE,
    PERHAPS,
    PERHAPS_LESS,
    PERHAPS_MORE,
    WITHIN,
    Funnel,
)
from survey.release.published import Response
from survey.results.enough import enough
from survey.words import amount_words, wording
from survey.words.wording import Words

CURVE_POINTS = 40
PLACE_WORDS: Words = {
    CLEARLY_MORE: _l("clearly more than chance would do"),
    PERHAPS_MORE: _l("perhaps more"),
    WITHIN: _l("as chance would do"),
    PERHAPS_LESS: _l("perhaps less"),
    CLEARLY_LESS: _l("clearly less than chance would do"),
}
GAP_WORDS: Words = {
    MORE: _l("clearly more in town"),
    LESS: _l("clearly more in the countryside"),
    NOT_CLEAR: _l("not clear"),
}
# The same where there is little room.
SHORT_GAP_WORDS: Words = {**GAP_WORDS, MORE: _l("town: more"), LESS: _l("country: more")}


@lru_cache(maxsize=64)
def funnel_of(found: StandOut, language: str) -> Chart | None:
    """Every school by how many answered and what share said so; None where nothing is told."""
    if not found.schools or found.district is None:
        return None
    marks = dict(zip((each.school_id for each in found.schools if each in found.apart), _marks(), strict=False))
    points = tuple(_point(each, marks.get(each.school_id, "")) for each in found.schools)
    label = str(wording.alone(found.quantity.label[language]))
    caption = Caption(label, _("Each dot is a school; those beyond both limits are solid and have a letter."), label)
    headers = (
        _("School"),
        _("Gave an answer"),
        _("Share"),
        _("95% of chance lies in"),
        _("99.8% of chance lies in"),
        _("In a word"),
    )
    limits = _limits(found.district.share, [each.share.of_least for each in found.schools])
    axis = _("people who gave an answer")
    return funnel_plot(points, limits, caption=caption, axis_label=axis, headers=headers)


def needs_of(found: Needed, language: str) -> Chart | None:
    """The needs of one questionnaire as ranked bars; None where they are hidden."""
    if not found.needs:
        return None
    bars = []
    for need in found.needs:
        share, by_chance = need.share, need.by_chance
        said = amount_words.share_words(share.low, share.high)
        count = amount_words.count_words(share.least, share.most, share.of)
        told = amount_words.range_words(*by_chance) if by_chance else "–"
        words = said, count, told
        bars.append(ShareBar(share.label[language], share.low, share.high, by_chance, said, words))
    who = wording.QUESTIONNAIRE_LABELS[found.questionnaire]
    caption = Caption(_("%(who)s: what is needed", who=who), _("The most named first; the thin line is the range."))
    headers = (_("Need"), _("Share"), _("People"), _("By chance"))
    return share_bars(tuple(bars), caption=caption, headers=headers)


def participation(responses: Sequence[Response]) -> Chart:
    """What part of those who were asked has answered, beside the part that is needed."""
    bars = tuple(_participation(response) for response in responses)
    caption = Caption(_("Who has answered?"), _("The line is the part that results should rest on."))
    headers = (_("Who answered"), _("Answered of invited"), _("Answered"), _("Asked"), _("Line"))
    return share_bars(bars, caption=caption, headers=headers)


def gaps_of(found: Sequence[Gap], language: str) -> Chart | None:
    """Town and countryside for every quantity that is told in both; None where none is."""
    rows = [_dumbbell(gap, language) for gap in found if gap.urban and gap.rural]
    if not rows:
        return None
    caption = Caption(
        _("Town and countryside"),
        _("Open dot: town; solid dot: countryside. A thick line and a bold word: they clearly differ."),
    )
    legend = (_("town"), _("countryside"))
    headers = (_("What families report"), _("Town"), _("Countryside"), _("In a word"))
    return then_and_now(tuple(rows), caption=caption, legend=legend, headers=headers, between=" · ")


def notice_of(told: Sequence[OfClause]) -> Chart:
    """Each clause of the notice: how many schools have which word, by plan above and by report below."""
    things = tuple(_clause(each) for each in told)
    caption = Caption(
        _("The notice, clause by clause"),
        _("Two bars a clause, by plan above and by report below; the figures in them count schools."),
    )
    said = tuple(str(WORD_LABELS[word]) for word in WORDS)
    return two_sides(things, said, caption=caption, headers=(_("Clause"), _("By"), *said))


def _clause(told: OfClause) -> TwoSides:
    bars = []
    for side in SIDES:
        words = told.schools.get(side)
        counts = tuple(len(words[word]) for word in WORDS) if words else None
        bars.append(SideBar(side_label(told.clause, side), counts, str(TELLS_NOTHING[side])))
    return TwoSides(f"{told.clause.id} · {wording.CLAUSES[told.clause.id]}", (bars[0], bars[1]))


def _marks() -> list[str]:
    """A, B … Z, A2, B2 …: letters, for a number would read as a place in a row."""
    return [f"{letter}{turn or ''}" for turn in ("", *range(2, 40)) for letter in ascii_uppercase]


def _point(standing: Standing, mark: str) -> SchoolPoint:
    share = standing.share
    row = (
        f"{mark} · {standing.school_name}" if mark else standing.school_name,
        amount_words.number_words(share.of_least, share.of),
        amount_words.share_words(share.low, share.high),
        amount_words.range_words(*standing.perhaps),
        amount_words.range_words(*standing.clearly),
        str(PLACE_WORDS[standing.place]),
    )
    beyond = {CLEARLY_MORE: 2, CLEARLY_LESS: 2, WITHIN: 0}.get(standing.place, 1)
    return SchoolPoint(share.of_least, share.low, share.high, beyond, mark, row)


def _limits(expected: float, people: Sequence[int]) -> Limits:
    """The funnel around the district's share, from the smallest school to the largest."""
    fewest, most = max(1, min(people) // 2), max(people)
    steps = {round(fewest * (most / fewest) ** (step / CURVE_POINTS)) for step in range(CURVE_POINTS + 1)}
    funnel = Funnel(expected)
    narrow, wide = (
        tuple((number, *funnel.drawn(number, within)) for number in sorted(steps)) for within in (PERHAPS, CLEARLY)
    )
    labels = (_("district: %(share)s", share=f"{expected:.0%}"), "95%", "99.8%")
    return Limits(expected, narrow, wide, labels)


def _participation(response: Response) -> ShareBar:
    name, invited = response.audience.questionnaire, response.invited or 0
    share = (response.answered or 0) / invited if invited else 0.0
    hidden = response.answered is None
    said = "–" if hidden else f"{share:.0%}"
    row = (said, "–" if hidden else str(response.answered), str(invited), f"{enough().least_share[name]:.0%}")
    return ShareBar(str(wording.QUESTIONNAIRE_LABELS[name]), share, share, None, said, row, enough().least_share[name])


def _dumbbell(gap: Gap, language: str) -> Dumbbell:
    assert gap.urban
    assert gap.rural
    town, country = gap.urban.share, gap.rural.share
    said = tuple(amount_words.share_words(share.low, share.high) for share in (town, country))
    word = str(SHORT_GAP_WORDS.get(gap.word) or _("cannot be told"))
    label = _(
        "%(who)s: %(what)s",
        who=wording.QUESTIONNAIRE_LABELS[gap.quantity.questionnaire],
        what=gap.quantity.label[language],
    )
    return Dumbbell(label, town.share, country.share, (said[0], said[1]), word, gap.is_clear)
