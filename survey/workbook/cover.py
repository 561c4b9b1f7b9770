"""The first sheet: what this is, who was asked, how many answered, how to read the rest."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.release.published import Release, Response
from survey.words import amount_words, wording
from survey.words.place_words import place_words
from survey.workbook.page import SHARE, WHOLE, Column, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """What and when, and the answers received from each role."""
    release = summary.release
    return Page(
        name=_("Cover"),
        title=title(summary),
        lead=(
            _("Round: %(title)s, release %(number)s", title=release.campaign_title, number=release.number),
            _(
                "Published on %(published)s. Sheet made on %(made)s. Place: %(place)s.",
                published=release.published_on.isoformat(),
                made=summary.made_on.isoformat(),
                place=place_words(summary.place, language),
            ),
            *_schools(summary),
        ),
        columns=(
            Column(_("Who was asked"), 44),
            Column(_("Invited (people)"), 22, WHOLE),
            Column(_("Answers received"), 34, WHOLE),
            Column(_("Answered of invited"), 24, SHARE),
        ),
        rows=tuple(_row(r, release, language) for r in release.responses if r.audience.is_district),
        notes=(_entry(release), *_reading_guide(release)),
    )


def title(summary: Summary) -> str:
    """What the workbook is called."""
    return str(_("%(bureau)s: burden and needs of distance learning", bureau=summary.bureau_name))


def _schools(summary: Summary) -> tuple[str, ...]:
    with_plan, still_open = (
        sum(school.assessment is not None for school in summary.schools),
        len(summary.open_schools),
    )
    plans = _("Schools that have handed in a plan: %(plans)s of %(schools)s.", plans=with_plan, schools=still_open)
    closed = len(summary.schools) - still_open
    if not closed:
        return (plans,)
    told = _(
        "Schools listed: %(schools)s; of them asked, and closed or part of another school by now: %(closed)s.",
        schools=len(summary.schools),
        closed=closed,
    )
    return told, plans


def _row(response: Response, release: Release, language: str) -> tuple[Value, ...]:
    name = response.audience.questionnaire
    who = str(wording.QUESTIONNAIRE_LABELS.get(name) or release.questionnaires[name][language])
    if response.answered is None:
        return who, response.invited, amount_words.hidden_words(release.smallest_group), "–"
    rate = response.answered / response.invited if response.invited else "–"
    return who, response.invited, response.answered, rate


def _entry(release: Release) -> str:
    if release.entry == "slips":
        return str(_("Each person invited had one slip with a code that works once."))
    return str(_("People answered through an open link: repeat answers are possible, and invited means enrolled."))


def _reading_guide(release: Release) -> tuple[str, ...]:
    return (
        _("How to read this workbook:"),
        _("A burden score of 50 is exactly at the tightest limit; above 50 at least one limit is broken."),
        _("▲ marks a number beyond its limit. «house rule» marks a limit of this system's own, not a published one."),
        _("Schools stand in the order of their names. This is no ranking."),
        _(
            "Results with fewer than %(smallest)s answers are not shown; the last sheet says how and why.",
            smallest=release.smallest_group,
        ),
    )
