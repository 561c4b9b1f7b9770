"""The respondent's pages. Nothing is stored, set or logged about who answers."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from survey.answering import compiled, walk
from survey.answering.as_written import AsWritten
from survey.answering.page_state import PageState, StateProblem, open_state, seal_state
from survey.ballot import asked, entry
from survey.ballot.casting import Entry, cast, was_used
from survey.ballot.slips import normalise
from survey.language import speak
from survey.page_style import respondents_only
from survey.post_origin import is_from_elsewhere
from survey.questionnaire.forms import Path, kept

bp = Blueprint("answering", __name__)
bp.after_request(respondents_only)

LARGEST_PAGE_BYTES = 200_000
THANKS = "/thanks"
LONGEST_TYPED = 40  # characters of a mistyped code that are shown again


@bp.before_request
def take_no_foreign_or_oversized_post():
    request.max_content_length = LARGEST_PAGE_BYTES
    if is_from_elsewhere(request):
        return not_valid()
    return None


@bp.get("/a")
def code_page():
    return render_template("answering/code.html")


@bp.post("/a")
def enter_code():
    typed = request.form.get("code", "")
    code = normalise(typed)
    if code is None:
        return render_template("answering/code.html", typed=typed[:LONGEST_TYPED], is_wrong=True)
    wrong_codes = current_app.extensions["wrong_codes"]
    if wrong_codes.must_wait(request.remote_addr):
        return render_template("answering/wait.html", minutes=wrong_codes.wait_minutes), 429
    group = entry.group_of_code(code)
    if group is not None:
        return begin(group, code)
    if shut := entry.shut_group_of_code(code):
        return is_shut(shut)
    if not entry.was_issued(code):
        wrong_codes.note(request.remote_addr)
    return not_valid()


@bp.get("/open/<link>")
def start_page(link):
    group = entry.group_of_link(link)
    if group is None:
        return no_longer(link)
    questionnaire = asked.asked_with(group.questionnaire, group.asks)
    if questionnaire is None:
        return not_valid(link)
    return render_template("answering/start.html", group=group, questionnaire=questionnaire, synthetic=group.synthetic)


@bp.post("/open/<link>")
def start(link):
    group = entry.group_of_link(link)
    return begin(group, None) if group else no_longer(link)


@bp.get("/answer")
def from_outside():
    """Somebody changed the language of a page that ends here, or kept its address: begin again."""
    return redirect(url_for("answering.code_page", lang=g.language), 303)


@bp.post("/answer")
def answer():
    sent = request.form
    try:
        state = open_state(sent.get("state", ""))
    except StateProblem:
        return render_template("answering/lost.html")
    speak(state.language)
    g.look = state.look
    questionnaire = asked.asked_with(state.questionnaire, state.fingerprint)
    if questionnaire is None:
        return render_template("answering/lost.html")
    turn = walk.press(questionnaire, state, sent.get("do", ""), sent)
    if isinstance(turn, Path):
        return send(state, questionnaire, turn)
    if not entry.still_takes_answers(state.group_id):
        return no_more(state)
    # After the thank-you nobody may page through what was sent; a page that shows no answer gives none away.
    if turn.shown and was_used(Entry(state.group_id, state.ack, state.code)):
        return not_valid(link_of(state))
    return show(state, questionnaire, turn)


@bp.get(THANKS)
def thanks():
    return render_template("answering/thanks.html", link=request.args.get("link")), {
        "Clear-Site-Data": '"cache", "storage"'
    }


def begin(group, code):
    questionnaire = asked.asked_with(group.questionnaire, group.asks)
    if questionnaire is None:
        return not_valid("" if code else group.id)
    asked_of = {"synthetic": group.synthetic, "school": group.school_name, "grade": group.grade}
    state = PageState(group.id, code, questionnaire.name, questionnaire.fingerprint, g.language, g.look, **asked_of)
    return show(state, questionnaire, walk.begin(questionnaire, state))


def send(state, questionnaire, way):
    answers, remarks = kept(questionnaire, way)
    if not cast(Entry(state.group_id, state.ack, state.code), answers, remarks):
        return no_more(state)
    told = {"lang": state.language, "look": state.look, "link": link_of(state)}
    asked = "&".join(f"{name}={value}" for name, value in told.items() if value)
    # By hand: Flask's way to an address is a fiftieth of a sending.
    return AsWritten(status=303, location=f"{quote(request.script_root)}{THANKS}?{asked}")


def show(state, questionnaire, turn):
    number = turn.way.pages.index(turn.page) + 1 if turn.page in turn.way.pages else 1
    g.look = state.look
    kind = compiled.Kind(
        questionnaire=questionnaire,
        page=turn.page,
        language=g.language,
        look=state.look,
        synthetic=state.synthetic,
        is_first=number == 1,
        is_last=number == len(turn.way.pages),
        is_part="part" in request.form,
    )
    visit = compiled.Visit(
        page=turn.page,
        state=seal_state(state),
        number=number,
        all=len(turn.way.pages),
        given=turn.way.answers,
        shown=turn.shown,
        errors=turn.errors,
        notice=turn.notice,
        school=state.school,
        grade=state.grade,
    )
    return AsWritten(compiled.page(kind, visit))


def no_longer(link):
    """A link whose round is over leads on to the results: it says of nobody that they answered."""
    ended = entry.ended_group_of_link(link)
    return is_shut(ended) if ended else not_valid(link)


def no_more(state):
    """Somebody was answering when the group stopped taking answers, or theirs was taken before."""
    shut = entry.shut_group(state.group_id)
    return is_shut(shut) if shut else not_valid(link_of(state))


def link_of(state):
    """The open link that somebody came by; nothing where they have a slip."""
    return "" if state.code else state.group_id


def is_shut(group):
    """Why a whole group cannot answer today: not yet, no more, or its school was closed."""
    return render_template("answering/shut.html", group=group, synthetic=group.synthetic)


def not_valid(link=""):
    """The same page for a code never issued and one that is used; another for all links, whose holder has no code."""
    return render_template("answering/no_link.html" if link else "answering/not_valid.html", link=link)
