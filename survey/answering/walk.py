"""One press of a button on a question page: what is kept of it, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from survey import look
from survey.answering.page_state import PageState
from survey.language import speak
from survey.questionnaire.forms import Checked, Given, Path, check_page, contradictions, path
from survey.questionnaire.model import Page, Questionnaire
from survey.questionnaire.types import QUESTION_TYPES

STAY, BACK = "stay", "back"
SPEAK, LOOK = "speak-", "look-"


@dataclass(frozen=True, slots=True)
class Turn:
    """The page to show, with what somebody just wrote on it and what is wrong with that."""

    way: Path
    page: Page
    shown: Mapping[str, Sequence[str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


def begin(questionnaire: Questionnaire, state: PageState) -> Turn:
    """The first page."""
    way = path(questionnaire, state.answers)
    return _at(questionnaire, state, way, way.pages[0])


def press(questionnaire: Questionnaire, state: PageState, do: str, sent: MultiDict[str, str]) -> Turn | Path:
    """What comes after a button; changes the state. The whole way where all is answered and can be sent."""
    page = questionnaire.pages[state.page]
    others = _answers_of_others(questionnaire, state, page) if page.has_conditions else {}
    checked = check_page(questionnaire, page, state.language, sent, others)
    _keep(state, checked)
    way = path(questionnaire, state.answers)
    if do == STAY or do.startswith((SPEAK, LOOK)):
        _change(state, do)
        return Turn(way, page, checked.shown)
    if checked.errors:  # back too: what is wrong is not kept, so it must not be left unseen
        return Turn(way, page, checked.shown, checked.errors)
    if do == BACK:
        return _at(questionnaire, state, way, _before(questionnaire, way, page))
    if _is_new(page, way, checked, sent):
        return Turn(way, page, checked.shown, notice=gettext("Your answers lead to one more question."))
    following = [each for each in _after(questionnaire, page) if each in way.pages]
    if following:
        return _at(questionnaire, state, way, following[0])
    return _broken(questionnaire, state, way) or way


def _answers_of_others(questionnaire: Questionnaire, state: PageState, page: Page) -> Given:
    """The answers of all other pages that count before this page is answered."""
    own = {question.name for question in page.questions}
    others = {name: given for name, given in state.answers.items() if name not in own}
    return path(questionnaire, others).answers


def _keep(state: PageState, checked: Checked) -> None:
    """What was asked on this page replaces what it held; a wrong answer is not kept, nor one that was taken back."""
    for name in checked.shown:
        state.answers.pop(name, None)
    state.answers.update(checked.answers)


def _change(state: PageState, do: str) -> None:
    if do.startswith(SPEAK):
        state.language = speak(do.removeprefix(SPEAK))
    elif do.startswith(LOOK):
        state.look = look.changed(state.look, do.removeprefix(LOOK))


def _at(questionnaire: Questionnaire, state: PageState, way: Path, page: Page) -> Turn:
    """A page as it was left."""
    state.page = questionnaire.pages.index(page)
    shown = {
        question.name: QUESTION_TYPES[question.type].shown(question, state.answers[question.name])
        for question in page.questions
        if question.name in state.answers
    }
    return Turn(way, page, shown)


def _before(questionnaire: Questionnaire, way: Path, page: Page) -> Page:
    place = questionnaire.pages.index(page)
    earlier = [each for each in questionnaire.pages[:place] if each in way.pages]
    return earlier[-1] if earlier else page


def _after(questionnaire: Questionnaire, page: Page) -> Sequence[Page]:
    return questionnaire.pages[questionnaire.pages.index(page) + 1 :]


def _is_new(page: Page, way: Path, checked: Checked, sent: MultiDict[str, str]) -> bool:
    """Whether an answer on this page asks a question that the page did not show yet, because no script ran on it."""
    seen = set(sent.getlist("seen"))
    return any(
        question.relevant and question.name in way.asked and question.name not in seen | checked.answers.keys()
        for question in page.questions
    )


def _broken(questionnaire: Questionnaire, state: PageState, way: Path) -> Turn | None:
    """The first page whose answers no longer fit, since another was changed after them."""
    wrong = contradictions(questionnaire, way, state.language)
    for page in way.pages if wrong else ():
        errors = {question.name: wrong[question.name] for question in page.questions if question.name in wrong}
        if errors:
            turn = _at(questionnaire, state, way, page)
            return Turn(way, page, turn.shown, errors)
    return None
