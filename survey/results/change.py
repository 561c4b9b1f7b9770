"""What has changed since an earlier round, as a page shows it: sentences, the needs as a chart, every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from survey.charts import Chart
from survey.release.change import ASKED_ONCE, BROKEN, QuestionChange, changes
from survey.release.findings import NEEDS
from survey.release.published import Release
from survey.results import pictures
from survey.results.sentences import WHY_NOT, changed, said
from survey.words import wording

MOST_SENTENCES = 8  # the greatest changes; the others are among the figures
MOST_NAMED = 4
Row = tuple[str, str, str, str]  # answer, then, now, in a word


@dataclass(frozen=True, slots=True)
class Figures:
    """One question's shares then and now, and how many gave an answer."""

    title: str
    people: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed, in the order in which it is read."""

    lede: str
    clear: tuple[str, ...]  # the greatest changes
    more_clear: int  # how many others have clearly changed
    charts: tuple[tuple[str, Chart], ...]  # each with its sentence
    not_compared: tuple[str, ...]
    figures: tuple[Figures, ...]


def since(before: Release, now: Release, school_id: str | None, language: str) -> Change:
    """What has changed at a school, or in the whole district, from an earlier round's release to a later one's."""
    found = changes(before, now, school_id)
    clear = [(question, share) for question in found for share in question.shares if share.is_clear]
    clear.sort(key=lambda change: -abs(change[1].now.share - change[1].then.share))
    told = tuple(changed(question, share, language) for question, share in clear[:MOST_SENTENCES])
    return Change(
        lede=_lede(before.campaign_title, found),
        clear=told,
        more_clear=len(clear) - len(told),
        charts=tuple(_charts(found, before, now, language)),
        not_compared=tuple(_not_compared(found, language)),
        figures=tuple(_figures(question, language) for question in found if question.shares),
    )


def _lede(title: str, found: Sequence[QuestionChange]) -> str:
    shares = [share for question in found for share in question.shares]
    compared = [share for share in shares if share.is_compared]
    if compared:
        clear = sum(share.is_clear for share in compared)
        said = {"round": title, "clear": clear, "all": len(compared)}
        return str(_("Since «%(round)s»: %(clear)s of %(all)s shares clearly changed.", **said))
    reasons = [share.word for share in shares] or [str(question.why_not) for question in found] or [ASKED_ONCE]
    return str(_("What has changed since «%(round)s» cannot be told: %(why)s.", round=title, why=_why(reasons)))


def _why(reasons: Iterable[str]) -> str:
    """Each reason once, the most frequent first."""
    named = [str(WHY_NOT[reason]) for reason, _count in Counter(reasons).most_common()]
    return str(_("; or ")).join(named)


def _charts(
    found: Iterable[QuestionChange], before: Release, now: Release, language: str
) -> Iterator[tuple[str, Chart]]:
    rounds = (before.campaign_title, now.campaign_title)
    for question in found:
        chart = pictures.needs_then_and_now(question, rounds, language) if question.question == NEEDS else None
        if chart:
            yield _needs(question), chart


def _needs(question: QuestionChange) -> str:
    compared = [share for share in question.shares if share.is_compared]
    said = {"who": wording.QUESTIONNAIRE_LABELS[question.questionnaire]}
    if not compared:
        why = next(WHY_NOT[share.word] for share in question.shares if share.is_exact)
        return str(
            _("What is needed, then and now (%(who)s). Whether it changed cannot be told: %(why)s.", why=why, **said)
        )
    clear = sum(share.is_clear for share in compared)
    all_ = len(compared)
    return str(
        _(
            "What is needed, then and now (%(who)s): %(clear)s of %(all)s clearly changed.",
            clear=clear,
            all=all_,
            **said,
        )
    )


def _not_compared(found: Sequence[QuestionChange], language: str) -> Iterator[str]:
    """By questionnaire and reason. Questions that are no longer the same are named; many that are hidden, counted."""
    listed: dict[tuple[str, str], list[QuestionChange]] = {}
    for question in found:
        if question.why_not:
            listed.setdefault((question.questionnaire, question.why_not), []).append(question)
    for (name, why), questions in listed.items():
        said = {"who": wording.QUESTIONNAIRE_LABELS[name], "why": WHY_NOT[why]}
        if len(questions) == sum(question.questionnaire == name for question in found):
            yield str(_("%(who)s: no question is compared: %(why)s.", **said))
        elif why != BROKEN and len(questions) > MOST_NAMED:
            yield str(_("%(who)s: %(number)s questions are not compared: %(why)s.", number=len(questions), **said))
        else:
            named = " ".join(_("«%(words)s»", words=question.label[language]) for question in questions)
            yield str(_("%(who)s: not compared, since %(why)s: %(questions)s", questions=named, **said))


def _figures(question: QuestionChange, language: str) -> Figures:
    who = wording.QUESTIONNAIRE_LABELS[question.questionnaire]
    then, now = question.shares[0].then.of, question.shares[0].now.of
    people = str(_("%(then)s gave an answer then, %(now)s now.", then=then, now=now))
    if why := _why(share.word for share in question.shares if not share.is_compared):
        people = str(_("%(people)s Where it cannot be told: %(why)s.", people=people, why=why))
    rows = tuple((share.now.label[language], *said(share)) for share in question.shares)
    title = str(_("%(name)s: %(words)s", name=who, words=question.label[language]))
    return Figures(title, people, rows)
