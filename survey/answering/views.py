"""The respondent's pages. Nothing is stored, set or logged about who answers."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey.answering.guessing import WINDOW_SECONDS
from survey.answering.page_state import PageState, StateProblem, open_state, seal_state
from survey.ballot import entry
from survey.ballot.casting import Entry, cast
from survey.ballot.slips import normalise
from survey.language import speak
from survey.page_style import CODE_SCRIPT, RESPONDENT_STYLE, csp_hash
from survey.questionnaire import built_in
from survey.questionnaire.forms import COMMENT, checked, given_in, page_form

bp = Blueprint("answering", __name__)

POLICY = (
    f"default-src 'none'; style-src {csp_hash(RESPONDENT_STYLE)}; script-src {csp_hash(CODE_SCRIPT)}; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST_PAGE_BYTES = 200_000


@bp.before_request
def take_no_foreign_or_oversized_post():
    request.max_content_length = LARGEST_PAGE_BYTES
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return not_valid()
    return None


@bp.after_request
def add_headers(response):
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/a")
def code_page():
    return render_template("answering/code.html")


@bp.post("/a")
def enter_code():
    code = normalise(request.form.get("code", ""))
    if code is None:
        return not_valid()
    wrong_codes = current_app.extensions["wrong_codes"]
    if wrong_codes.must_wait(request.remote_addr):
        return render_template("answering/wait.html", minutes=WINDOW_SECONDS // 60), 429
    group = entry.group_of_code(code)
    if group is None:
        if not entry.was_issued(code):
            wrong_codes.note(request.remote_addr)
        return not_valid()
    return begin(group, code)


@bp.get("/open/<link>")
def start_page(link):
    group = entry.group_of_link(link)
    if group is None:
        return not_valid()
    questionnaire = built_in()[group.questionnaire]
    return render_template("answering/start.html", group=group, questionnaire=questionnaire, synthetic=group.synthetic)


@bp.post("/open/<link>")
def start(link):
    group = entry.group_of_link(link)
    return begin(group, None) if group else not_valid()


@bp.get("/answer")
def from_outside():
    """Somebody changed the language of a page that ends here, or kept its address: begin again."""
    return redirect(url_for("answering.code_page", lang=g.language), 303)


@bp.post("/answer")
def answer():
    try:
        state = open_state(request.form.get("state", ""))
    except StateProblem:
        return render_template("answering/lost.html")
    speak(state.language)
    questionnaire = built_in().get(state.questionnaire)
    if questionnaire is None or questionnaire.version != state.version:
        return render_template("answering/lost.html")
    return walk(state, questionnaire, request.form.get("do", "next"))


@bp.get("/thanks")
def thanks():
    response = render_template("answering/thanks.html")
    return response, {"Clear-Site-Data": '"cache", "storage"'}


def begin(group, code):
    questionnaire = built_in()[group.questionnaire]
    return show(PageState(group.id, code, questionnaire.name, questionnaire.version, g.language), questionnaire)


def walk(state, questionnaire, do):
    """One press of a button: keep what was answered, then go on, back, to the other language, or send."""
    page = questionnaire.pages[state.page]
    form = page_form(questionnaire, page, state.language, request.form)
    is_right = form.validate()
    if do.startswith("speak-"):
        keep(state, page, form, is_right)
        speak(do.removeprefix("speak-"))
        state.language = g.language
        return show(state, questionnaire)
    if do == "back":
        keep(state, page, form, is_right)
        state.page = max(0, state.page - 1)
        return show(state, questionnaire)
    if not is_right:
        return show(state, questionnaire, form)
    keep(state, page, form, is_right)
    if state.page + 1 < len(questionnaire.pages):
        state.page += 1
        return show(state, questionnaire)
    return send(state, questionnaire)


def keep(state, page, form, is_right):
    """What was answered on this page replaces what it held; a wrong answer is not kept."""
    for question in page.questions:
        state.answers.pop(question.name, None)
    if is_right:
        state.answers.update(given_in(form))


def send(state, questionnaire):
    answers = dict(checked(questionnaire, state.answers))
    comment = str(answers.pop(COMMENT, "")) or None
    if not cast(Entry(state.group_id, state.ack, state.code), answers, comment):
        return not_valid()
    return redirect(url_for("answering.thanks", lang=state.language), 303)


def show(state, questionnaire, form=None):
    page = questionnaire.pages[state.page]
    group = entry.group(state.group_id)
    if group is None:
        return not_valid()
    given = form.data if form else state.answers
    return render_template(
        "answering/page.html",
        state=seal_state(state),
        questionnaire=questionnaire,
        page=page,
        number=state.page + 1,
        given=given,
        errors=form.errors if form else {},
        synthetic=group.synthetic,
    )


def not_valid():
    """The same page for a code never issued, one that is used, and a campaign that is closed."""
    return render_template(
        "answering/not_valid.html",
        sentence=_("This code or link is not valid, has been used, or the questionnaire is closed."),
    )
