"""What a search for the smallest change has come to, in one sentence, and where to begin if it came to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from estimator.advice import Advice
from estimator.plan_columns import LIST_MARKS
from survey.school.advice_effects import effects
from survey.words import wording

MOST_NAMED = 4
# Whether anything is changed, whether anything stays over its limit → what is said.
Outcomes = Mapping[tuple[bool, bool], str]
PROVEN: Outcomes = {
    (False, False): _l("The plan keeps every norm that applies; nothing need change."),
    (True, False): _l("With the changes below (%(extent)s) the plan keeps every norm that applies."),
    (True, True): _l(
        "The changes below (%(extent)s) clear what can be cleared. No change that the school can make clears these: "
        "%(flags)s."
    ),
    (False, True): _l("No change that the school can make clears what is over its limit: %(flags)s."),
}
FOUND_IN_TIME: Outcomes = {
    (True, False): _l(
        "The changes below (%(extent)s) clear every limit; whether there is a smaller change that does was not "
        "settled in the time there was."
    ),
    (True, True): _l(
        "The changes below (%(extent)s) clear some limits; whether a change clears the others was not settled in "
        "the time there was. Still over: %(flags)s."
    ),
    (False, True): _l(
        "No change that clears the limits was found in the time there was. Begin with what is furthest beyond its "
        "limit: %(flags)s."
    ),
}


def sentence(advice: Advice) -> str:
    """How much is changed, what that clears, and whether a smaller change might do."""
    said = {"extent": _extent(advice), "flags": _still_over(advice)}
    outcomes = PROVEN if advice.is_proven else FOUND_IN_TIME
    return str(outcomes[bool(advice.changes), bool(advice.remaining)] % said)


def few_of(words: Iterable[str]) -> str:
    """Each word once; of many the first four, «and others»."""
    mark = LIST_MARKS.get(get_locale().language if get_locale() else "en", LIST_MARKS["en"])
    each = list(dict.fromkeys(words))
    some = mark.join(each[:MOST_NAMED])
    return str(_("%(some)s and others", some=some)) if len(each) > MOST_NAMED else some


def _extent(advice: Advice) -> str:
    """How much is changed: lessons of the week and teachers, each counted once."""
    parts = []
    if advice.lessons:
        parts.append(_("lessons a week: %(number)s", number=advice.lessons_a_week))
    if advice.teachers:
        parts.append(_("teachers: %(number)s", number=advice.teachers))
    return str(_("; ")).join(parts)


def _still_over(advice: Advice) -> str:
    """What stays over its limit, the furthest beyond it first, with its grades."""
    return few_of(
        _(
            "%(key)s (%(words)s)",
            key=wording.MEASURE_LABELS[effect.flag.measure],
            words=wording.grades_words(effect.grades),
        )
        for effect in effects(advice)
        if not effect.is_cleared
    )
