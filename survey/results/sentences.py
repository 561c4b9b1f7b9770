"""A release in sentences that can be read aloud: how many of whom said what, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.release.change import (
    ASKED_ONCE,
    BROKEN,
    HIDDEN_IN_BOTH,
    HIDDEN_NOW,
    HIDDEN_THEN,
    QuestionChange,
    ShareChange,
)
from survey.release.findings import (
    FEWEST_TO_COMPARE,
    LESS,
    MORE,
    MORE_THAN_ASKED,
    NOT_CLEAR,
    OPEN_LINK,
    TOLD_OTHERWISE,
    TOO_FEW,
    Share,
    difference,
    in_district,
    most_first,
    place,
    shares,
)
from survey.release.published import QuestionTable, Release, Response
from survey.results.enough import enough, is_low
from survey.words import amount_words, wording
from survey.words.enumeration import enumerated
from survey.words.wording import Words

CHANGE_WORDS: Words = {
    MORE: _l("clearly more"),
    LESS: _l("clearly less"),
    NOT_CLEAR: _l("not clear"),
}
DISTRICT_WORDS: Words = {
    MORE: _l("here it is clearly more"),
    LESS: _l("here it is clearly less"),
    NOT_CLEAR: _l("here it is not clearly different"),
}
WHY_NOT: Words = {
    OPEN_LINK: _l("by an open link somebody may answer twice"),
    TOO_FEW: _l("fewer than %(fewest)s gave an answer", fewest=FEWEST_TO_COMPARE),
    MORE_THAN_ASKED: _l("more slips came back than people were asked"),
    TOLD_OTHERWISE: _l("it is not told alike in both"),
    BROKEN: _l("the wording or the choices differ between the rounds, or only one of them asked it"),
    ASKED_ONCE: _l("this school did not take part in both rounds"),
    HIDDEN_THEN: _l("the figures are hidden in the earlier round"),
    HIDDEN_NOW: _l("the figures are hidden in the later round"),
    HIDDEN_IN_BOTH: _l("the figures are hidden in both rounds"),
}


def people(share: Share, questionnaire: str) -> str:
    """How many of how many: «34 of 120 parents», at the beginning of a sentence; bounds are called bounds."""
    told = {"all": amount_words.number_words(share.of_least, share.of), "people": wording.PEOPLE[questionnaire]}
    if share.least == share.most:
        return str(_("%(count)s of %(all)s %(people)s", count=share.least, **told))
    if share.least == 0:
        return str(_("At most %(count)s of %(all)s %(people)s", count=share.most, **told))
    if share.most == share.of:
        return str(_("At least %(count)s of %(all)s %(people)s", count=share.least, **told))
    return str(_("%(least)s to %(most)s of %(all)s %(people)s", least=share.least, most=share.most, **told))


def need(share: Share, questionnaire: str, language: str) -> str:
    """How many name a need."""
    return str(_("%(people)s name «%(need)s».", people=people(share, questionnaire), need=share.label[language]))


def order_of_needs(needs: Iterable[Share]) -> str:
    """By what needs are put in order, where some are told as bounds; else nothing."""
    if all(share.is_exact for share in needs):
        return ""
    return str(_("In the order of the middle of what is told."))


def few_answered(response: Response) -> str:
    """That those who answered may differ from the others, where they are few of those asked; else nothing."""
    if not is_low(response) or response.answered is None or not response.invited:
        return ""
    share = f"{response.answered / response.invited:.0%}"
    return str(
        _("Only %(share)s of those asked have answered: those who did may differ from those who did not.", share=share)
    )


def rule_of_few(responses: Iterable[Response], language: str) -> str:
    """When that is said of these, and whose figures those are, once for a page; nothing where it is said of none."""
    rule, low = enough(), dict.fromkeys(each.audience.questionnaire for each in responses if is_low(each))
    if not low:
        return ""
    shares = (_(" (%(words)s)", words=f"{rule.least_share[name]:.0%}") for name in low)
    least = [f"{wording.QUESTIONNAIRE_LABELS[name]}{share}" for name, share in zip(low, shares, strict=True)]
    return str(
        _(
            "That few have answered is said below these shares, a house rule: %(least)s. 5Essentials reports no school "
            "below them (%(issuer)s, %(title)s, %(day)s).",
            least=enumerated(least, language),
            issuer=rule.issuer,
            title=rule.title,
            day=rule.date,
        )
    )


def most_frequent(table: QuestionTable) -> Share | None:
    """The answer that most people gave, the first of several alike; None where nobody's is told."""
    return next(iter(most_first(table)), None)


def answer(table: QuestionTable, language: str) -> str:
    """What a question's answers show: the most frequent one; nothing where none is told."""
    most = most_frequent(table)
    if most is None:
        return ""
    said = {"people": people(most, table.audience.questionnaire), "answer": most.label[language]}
    # Within bounds another might be the most frequent.
    if any(share.most > most.least for share in shares(table) if share != most):
        return str(_("%(people)s answer «%(answer)s».", **said))
    return str(_("%(people)s answer «%(answer)s»; no answer is more frequent.", **said))


def answer_beside_district(table: QuestionTable, release: Release, language: str) -> str:
    """The same of a school, and how many say so in the whole district."""
    most, sentence = most_frequent(table), answer(table, language)
    elsewhere = most and in_district(most, table, release)
    if most is None or not elsewhere or not elsewhere.share.of:
        return sentence
    share = elsewhere.share
    beside = difference(place(most, table, release), elsewhere)
    whole = _(
        "In the whole district it is %(share)s: %(word)s.",
        share=amount_words.share_words(share.low, share.high),
        word=DISTRICT_WORDS.get(beside) or _("whether that differs cannot be told, %(why)s", why=WHY_NOT[beside]),
    )
    return str(_("%(sentence)s %(following)s", sentence=sentence, following=whole))


def share_of(share: Share) -> str:
    """«34% (41 of 120)»."""
    count = amount_words.count_words(share.least, share.most, share.of)
    return str(
        _(
            "%(share)s (%(count)s of %(all)s)",
            share=amount_words.share_words(share.low, share.high),
            count=count,
            all=amount_words.number_words(share.of_least, share.of),
        )
    )


def changed(question: QuestionChange, share: ShareChange, language: str) -> str:
    """A share that has clearly changed, then and now."""
    return str(
        _(
            "%(who)s, «%(question)s», «%(answer)s»: then %(then)s, now %(now)s: %(word)s.",
            who=wording.QUESTIONNAIRE_LABELS[question.questionnaire],
            question=question.label[language],
            answer=share.now.label[language],
            then=share_of(share.then),
            now=share_of(share.now),
            word=CHANGE_WORDS[share.word],
        )
    )


def said(change: ShareChange) -> tuple[str, str, str]:
    """A share's figures then and now, and whether it clearly changed, in a word."""
    then, now = (amount_words.share_words(share.low, share.high) for share in (change.then, change.now))
    return then, now, str(CHANGE_WORDS.get(change.word) or _("cannot be told"))
