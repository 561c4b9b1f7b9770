"""The family's pages: asking for help by name, and what became of it. No cookie, no script, no code in an address."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask_babel import gettext as _

from survey import db, help_words, wording
from survey.assistance import asking, casework, doors, erasing, lending, receipts
from survey.assistance.crowds import WINDOW_SECONDS
from survey.assistance.forms import HelpForm, choices_of
from survey.assistance.views import family
from survey.post_origin import is_from_elsewhere
from survey.typed_code import printed

LARGEST_PAGE_BYTES = 20_000
LONGEST_TYPED = 60  # characters of a mistyped code that are shown again
EVERY_GRADE = tuple(range(1, 13))


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


@family.route("/<link>", methods=["GET", "POST"])
def ask(link):
    found = doors.at(link)
    if found is None:
        return render_template("assistance/no_door.html"), 404
    door, school = found
    if door.closed:
        return render_template("assistance/closed.html", school=school, synthetic=school.bureau.synthetic)
    form = HelpForm(request.form)
    grades = [row.grade for row in school.enrolment] or EVERY_GRADE
    form.grade.choices = choices_of({grade: wording.GRADE_LABELS[grade] for grade in grades})
    if request.method == "POST":
        requests = current_app.extensions["help_requests"]
        if requests.must_wait(request.remote_addr):
            return render_template("assistance/wait.html", minutes=WINDOW_SECONDS // 60), 429
        requests.note(request.remote_addr)
        if receipts.is_ours(form.form.data or "") and form.validate():
            return take(door, school, form)
    return form_page(school, form)


def form_page(school, form):
    problems = [(name, str(errors[0])) for name, errors in form.errors.items()]
    # Sent again with its words, a form stays the same one: so what is pressed twice is still one request.
    if not receipts.is_ours(form.form.data or ""):
        if request.method == "POST" and not problems:
            problems = [("send", _("This page was changed on the way. Please look at it and send it again."))]
        form.form.data = receipts.new_form()
    return render_template(
        "assistance/ask.html", school=school, form=form, problems=problems, synthetic=school.bureau.synthetic
    )


def take(door, school, form):
    try:
        code = asking.ask(door.id, form.form.data, form.asked, school.pupils)
    except asking.DoorFull:
        return render_template("assistance/full.html", school=school), 503
    return render_template("assistance/sent.html", school=school, code=printed(code), synthetic=school.bureau.synthetic)


@family.post("/mine")
def mine():
    """Look a request up, read all that is stored, withdraw it: by its code, which is in no address."""
    code = receipts.read(request.form.get("code", ""))
    if code is None:
        return render_template("assistance/start.html", typed=request.form.get("code", "")[:LONGEST_TYPED])
    wrong_codes = current_app.extensions["wrong_receipts"]
    if wrong_codes.must_wait(request.remote_addr):
        return render_template("assistance/wait.html", minutes=WINDOW_SECONDS // 60), 429
    found = asking.of_code(code)
    if found is None:
        wrong_codes.note(request.remote_addr)
        return render_template("assistance/none.html")
    return ANSWERS.get(request.form.get("do", ""), state_page)(found, code)


def state_page(found, code):
    return family_page("state", found, code)


def everything_page(found, code):
    return family_page("everything", found, code, told=erasing.everything(found))


def ask_to_withdraw(found, code):
    return family_page("withdraw", found, code)


def withdraw(found, code):
    try:
        erasing.erase(found)
    except erasing.StillLent:
        return family_page("withdraw", found, code)
    return render_template("assistance/withdrawn.html")


def family_page(name, found, code, **more):
    return render_template(
        f"assistance/{name}.html",
        found=found,
        code=printed(code),
        notes=casework.notes(found),
        loans=lending.of_request(found),
        days_kept=erasing.DAYS_KEPT,
        help_words=help_words,
        wording=wording,
        **more,
    )


ANSWERS = {"everything": everything_page, "ask": ask_to_withdraw, "withdraw": withdraw}
