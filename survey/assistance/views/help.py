"""The family's pages: asking for help by name, and what became of it. No cookie, no script, no code in an address."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from nacl.exceptions import CryptoError

from survey import db
from survey.assistance import asking, casework, crowds, doors, erasing, lending, once, people, receipts
from survey.assistance.forms import HelpForm, choices_of
from survey.assistance.limits import LIMITS
from survey.assistance.views import UNAVAILABLE, family
from survey.post_origin import is_from_elsewhere
from survey.typed_code import printed
from survey.words import help_words, wording

LARGEST_PAGE_BYTES = 100_000  # some ten thousand characters of Chinese: what is too long is told beside its field
LONGEST_TYPED = 60  # characters of a mistyped code that are shown again
CLOSED, GONE, TOO_MANY = 403, 410, 429
EVERY_GRADE = tuple(range(1, 13))
SHOW, CHECK = "show", "check"  # buttons that show the form in another look or language; the second what is wrong too


@family.before_request
def take_no_foreign_or_oversized_post():
    db.only_read("desk")  # a family waits for nobody at a desk
    request.max_content_length = LARGEST_PAGE_BYTES
    if is_from_elsewhere(request):
        return render_template("assistance/elsewhere.html"), 403
    return None


@family.get("")
def start():
    return render_template("assistance/start.html")


@family.get("/")
def start_as_typed():
    return redirect(url_for("help.start"), 301)


@family.route("/<link>", methods=["GET", "POST"])
def ask(link):
    found = doors.at(link.lower())
    if found is None:
        return render_template("assistance/no_door.html"), 404
    door, school = found
    form = HelpForm(request.form)
    grades = [row.grade for row in school.enrolment] or EVERY_GRADE
    form.grade.choices = choices_of({grade: wording.GRADE_LABELS[grade] for grade in grades})
    if door.closed:
        return not_taken("closed", school, form, CLOSED if request.method == "POST" else 200)
    if request.form.get("do") in (SHOW, CHECK):
        return shown_anew(school, form)
    if request.method == "POST":
        requests = current_app.extensions["help_requests"]
        if requests.must_wait(request.remote_addr):
            return not_taken("wait", school, form, TOO_MANY, minutes=requests.wait_minutes)
        requests.note(request.remote_addr)
        if once.is_ours(form.form.data or "") and form.validate():
            return take(door, school, form)
    return form_page(school, form, is_sent=request.method == "POST")


def shown_anew(school, form):
    """The form with what was typed in it, in the look and language of its new address: that is no try."""
    if request.form["do"] == CHECK:
        form.validate()
    return form_page(school, form)


def form_page(school, form, *, is_sent=False):
    problems = form.problems
    # Sent again with its words, a form stays the same one: so what is pressed twice is still one request.
    if not once.is_ours(form.form.data or ""):
        if is_sent and not problems:
            problems = [("send", _("This page was open for long, or changed on the way. Please send it again."))]
        form.form.data = once.new_form()
    return render_template(
        "assistance/ask.html", form=form, problems=problems, help_words=help_words, **of_school(school)
    )


def take(door, school, form):
    connection, takes = request.remote_addr, asking.takes(school.pupils)
    if crowds.has_its_share(connection, door.id, takes):
        return not_taken("share", school, form, TOO_MANY)
    try:
        code = asking.ask(door.id, form.form.data, form.asked, school.pupils)
    except asking.DoorFull:
        return not_taken("full", school, form, UNAVAILABLE)
    except asking.WasErased:
        return render_template("assistance/was_erased.html", **of_school(school)), GONE
    crowds.note_taken(connection, door.id)
    found = asking.of_code(code)
    return render_template(
        "assistance/sent.html",
        reach=form.reach.data,
        code=printed(code),
        reference=receipts.reference(found.id) if found else "",
        **of_school(school),
    )


def not_taken(page, school, form, status, **more):
    """Why nothing was stored, with what was written, so that it can be kept or said elsewhere."""
    written = [field.data for field in (form.who, form.reach, form.words) if field.data]
    return render_template(f"assistance/{page}.html", written=written, **of_school(school), **more), status


def of_school(school):
    """What a page says of the school; `is_read`: whether anybody is named to read requests there."""
    return {"school": school, "synthetic": school.bureau.synthetic, "is_read": bool(people.helpers(school))}


@family.get("/mine")
def mine_opened_again():
    """A tab that a browser has opened again knows no code."""
    return redirect(url_for("help.start"), 303)


@family.post("/mine")
def mine():
    """Look a request up, read all that is stored, withdraw it: by its code, which is in no address."""
    code = receipts.read(request.form.get("code", ""))
    if code is None:
        return render_template("assistance/start.html", typed=request.form.get("code", "")[:LONGEST_TYPED])
    wrong_codes = current_app.extensions["wrong_receipts"]
    if wrong_codes.must_wait(request.remote_addr):
        return render_template("assistance/wait.html", minutes=wrong_codes.wait_minutes), TOO_MANY
    found = asking.of_code(code)
    if found is None:
        wrong_codes.note(request.remote_addr)
        return render_template("assistance/none.html")
    try:
        return ANSWERS.get(request.form.get("do", ""), state_page)(found, code)
    except CryptoError:
        return render_template("assistance/damaged_family.html", code=printed(code))


def state_page(found, code):
    return family_page("state", found, code)


def everything_page(found, code):
    return family_page("everything", found, code, told=erasing.everything(found))


def ask_to_withdraw(found, code):
    return family_page("withdraw", found, code)


def withdraw(found, code):
    if erasing.withdraw(found):
        return render_template("assistance/withdrawn.html")
    return state_page(found, code)


def family_page(name, found, code, **more):
    return render_template(
        f"assistance/{name}.html",
        found=found,
        code=printed(code),
        notes=casework.notes(found),
        loans=lending.of_request(found),
        is_out=lending.is_out(found),
        limits=LIMITS,
        help_words=help_words,
        **more,
    )


ANSWERS = {"everything": everything_page, "ask": ask_to_withdraw, "withdraw": withdraw}
