"""Question pages made once for each questionnaire, language and look; a visit fills in what differs.

A template marks with `slot(kind, …)` where something differs from visit to visit. Rendering it once gives the page in
pieces; `page` puts a visit's own words between them. SLOTS lists what a slot can hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import current_app, render_template
from flask_babel import gettext
from markupsafe import Markup, escape

from survey import look
from survey.language import in_a_row
from survey.questionnaire.expressions import HERE, PAGE_OPERATIONS, Expression, holds
from survey.questionnaire.forms import Given, offered
from survey.questionnaire.model import Page, Question, Questionnaire

OPEN, PART, CLOSE = "\ue000", "\ue001", "\ue002"  # no text of a page holds these
SLOT = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
Slot = tuple[str, ...]  # its kind, and what the template told of it
Pieces = tuple[bytes | Slot, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Everything that the pieces of a page depend on."""

    questionnaire: Questionnaire
    page: Page
    language: str
    look: str
    synthetic: bool
    is_first: bool
    is_last: bool
    is_part: bool  # for a script that has style and script already

    @property
    def key(self) -> tuple[object, ...]:
        """The same for the same pieces."""
        named = (self.questionnaire.name, self.questionnaire.fingerprint, self.page.name, self.language, self.look)
        return (*named, self.synthetic, self.is_first, self.is_last, self.is_part)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one page shows one person."""

    page: Page
    state: str  # sealed
    number: int
    all: int
    given: Given  # the answers that conditions look at
    shown: Mapping[str, Sequence[str]]  # question → what its fields hold
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    school: str = ""  # its name
    grade: int | None = None

    def question(self, name: str) -> Question:
        """A question of the page."""
        return next(question for question in self.page.questions if question.name == name)


def page(kind: Kind, visit: Visit) -> bytes:
    """The finished page, as it is sent: most of it was encoded when its pieces were made."""
    made: dict[tuple[object, ...], tuple[Pieces, Pieces]] = current_app.extensions.setdefault("compiled_pages", {})
    pieces = made.get(kind.key)
    if pieces is None:
        whole = _pieces(kind)
        pieces = made[kind.key] = whole, _unanswered(whole, kind.page)
    is_written_on = visit.shown or visit.errors or visit.notice
    return b"".join(_filled(piece, visit) for piece in pieces[0 if is_written_on else 1])


def _filled(piece: bytes | Slot, visit: Visit) -> bytes:
    return piece if isinstance(piece, bytes) else SLOTS[piece[0]](visit, *piece[1:]).encode()


def _unanswered(pieces: Pieces, page: Page) -> Pieces:
    """The same page as most meet it: where nothing is written on it yet, the slots for that hold nothing."""
    visit = Visit(page, state="", number=0, all=0, given={}, shown={})
    made, said = list[bytes | Slot](), b""
    for piece in pieces:
        if isinstance(piece, tuple) and piece[0] not in OF_WHAT_IS_WRITTEN:
            made += [said, piece]
            said = b""
        else:
            said += _filled(piece, visit)
    return tuple(piece for piece in (*made, said) if piece)


def slot(kind: str, *arguments: object) -> Markup:
    """For templates: here something differs from visit to visit."""
    return Markup(OPEN + PART.join((kind, *map(str, arguments))) + CLOSE)


def _pieces(kind: Kind) -> Pieces:
    html = render_template(
        "answering/page.html",
        kind=kind,
        questionnaire=kind.questionnaire,
        page=kind.page,
        slot=slot,
        in_page=lambda condition: in_page(condition, kind.page),
        follows=bool(followed(kind.page)),
        looked_at=looked_at(kind.page),
    )
    html = BETWEEN_TAGS.sub("><", html)
    if look.PINYIN in kind.look:
        head, body, rest = html.partition("<main")
        html = head + body + look.with_pinyin(rest)
    parts = SLOT.split(html)
    return tuple(tuple(part.split(PART)) if n % 2 else part.encode() for n, part in enumerate(parts) if part)


def _text(visit: Visit, name: str, place: str) -> str:
    shown = visit.shown.get(name, ())
    return str(escape(shown[int(place)])) if int(place) < len(shown) else ""


def _told(visit: Visit, name: str) -> str:
    """An error beside its field."""
    if name not in visit.errors:
        return ""
    return Markup('<p class="error" id="{}-error">{}</p>').format(name, in_a_row(gettext("Error:"), visit.errors[name]))


def _described(visit: Visit, name: str, hinted: str) -> str:
    """What describes a field: its hint, and its error while there is one."""
    by = [f"{name}-hint"] * (hinted == "True") + [f"{name}-error"] * (name in visit.errors)
    return f' aria-describedby="{" ".join(by)}"' if by else ""


def _summary(visit: Visit) -> str:
    if not visit.errors:
        return ""
    wrong = [(q, visit.errors[q.name]) for q in visit.page.questions if q.name in visit.errors]
    return render_template("answering/error_summary.html", wrong=wrong)


def _whose(visit: Visit, *grades: str) -> str:
    """Beside the questionnaire's name: a parent may hold the slips of two children. `grades`: the words for each."""
    grade = grades[visit.grade - 1] if visit.grade else ""
    return "".join(f" · {said}" for said in (grade, escape(visit.school)) if said)


def _answers(visit: Visit, names: str) -> str:
    """Answers of other pages that this page's conditions look at, for its script."""
    return str(escape(json.dumps({name: visit.given[name] for name in names.split() if name in visit.given})))


def _is_off(visit: Visit, name: str) -> bool:
    return not holds(visit.question(name).relevant, visit.given)


NOTICE = Markup('<p class="promise" role="status">{}</p>')
SLOTS: Mapping[str, Callable[..., str]] = {
    "state": lambda visit: visit.state,
    "number": lambda visit: str(visit.number),
    "all": lambda visit: str(visit.all),
    "title": lambda visit: f"{gettext('Error:')} " if visit.errors else "",
    "whose": _whose,
    "notice": lambda visit: NOTICE.format(visit.notice) if visit.notice else "",
    "summary": _summary,
    "error": _told,
    "wrong": lambda visit, name: " has-error" if name in visit.errors else "",
    "described": _described,
    "checked": lambda visit, name, value: " checked" if value in visit.shown.get(name, ()) else "",
    "selected": lambda visit, name, value: " selected" if value in visit.shown.get(name, ()) else "",
    "text": _text,
    "off": lambda visit, name: " hidden" if _is_off(visit, name) else "",
    "unseen": lambda visit, name: " disabled" if _is_off(visit, name) else "",
    "filtered": lambda v, name, value: "" if value in offered(v.question(name), v.given) else " hidden",
    "answers": _answers,
}


# The slots that hold nothing of a visit but what is written on this page, and what is wrong with it.
OF_WHAT_IS_WRITTEN = ("title", "notice", "summary", "error", "wrong", "described", "checked", "selected", "text")
NOT_READ_IN_PAGE = ("rank", "time")  # types whose answers the page's script does not read


def in_page(condition: Expression | None, page: Page) -> Expression | None:
    """A condition that the page's script can follow, because it hangs on an answer of this page; else None."""
    if condition is None or not condition.operations <= PAGE_OPERATIONS:
        return None
    own = [question for question in page.questions if question.name in condition.answers]
    is_read = not any(question.type in NOT_READ_IN_PAGE for question in own)
    return condition if is_read and (own or HERE in str(condition.tree)) else None


def followed(page: Page) -> list[Expression]:
    """The conditions that the page's script follows."""
    found: list[Expression | None] = []
    for question in page.questions:
        found += [question.relevant, question.constraint, question.choice_filter]
    return [condition for condition in found if condition and in_page(condition, page)]


def looked_at(page: Page) -> str:
    """The questions of other pages that the script must know the answers of, for the slot `answers`."""
    own = {question.name for question in page.questions}
    return " ".join(sorted({name for condition in followed(page) for name in condition.answers} - own))
