"""The bureau's pages: counts, ages and stock by school, never a name; who is named; pieces from school to school."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db
from survey.assistance import counts, doors, lending, people
from survey.assistance.forms import TransferForm
from survey.assistance.limits import LIMITS
from survey.assistance.views import bp
from survey.assistance.views.stock import why_not
from survey.staff import accounts, audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.paging import ROWS, paged
from survey.words import help_words


@bp.route("/district", methods=["GET", "POST"])
@bureau_only
def district():
    schools, form = scope.all_schools(), TransferForm(request.form)
    for end in (form.giver, form.taker):
        end.choose_from(schools, _("Choose one."))
    if request.method == "POST" and form.validate() and move(form):
        return redirect(url_for("assistance.district"), 303)
    words, ages = scope.words(), counts.ages_of(schools)
    page = paged(schools, lambda each: words(each.id, each.label))
    named = people.schools_with_helpers(scope.bureau().id)
    return render_template(
        "assistance/district.html",
        page=page,
        ages=ages,
        unread=[school for school in schools if school.id in ages and ages[school.id].open and school.id not in named],
        counts=counts.of_schools(page.rows),
        named=named,
        most=ROWS,
        form=form,
        problems=form.problems,
        limits=LIMITS,
        help_words=help_words,
    )


def move(form):
    giver, taker = scope.school(form.giver.data), scope.school(form.taker.data)
    kind, pieces = form.kind.data, form.pieces.data
    ends = doors.of_school(giver.id).id, doors.of_school(taker.id).id
    try:
        is_new = lending.transfer(kind, pieces, *ends, form.once.data)
    except (lending.NoneFree, lending.TooMany) as problem:
        form.pieces.errors = [why_not(problem)]
        return False
    if is_new:
        audit.record("moved_stock", number=pieces, item=kind, giver=giver.label, taker=taker.label)
        db.session("desk").commit()
    flash(_("Moved. Both schools' stocks are changed."))
    return True


@bp.get("/district/<school_id>")
@bureau_only
def school(school_id):
    found = scope.school(school_id)
    named = {account.id for account in people.helpers(found)}
    return render_template(
        "assistance/school.html",
        school=found,
        door=doors.of_school(found.id),
        counts=counts.of_school(found),
        accounts=[(account, account.id in named) for account in accounts.open_of(found.bureau_id, found.id)],
        form=SafeForm(),
        help_words=help_words,
    )


@bp.post("/district/<school_id>")
@bureau_only
def change(school_id):
    found, step = scope.school(school_id), CHANGES.get(request.form.get("do", "")) or abort(404)
    if not SafeForm(request.form).validate():
        flash(_("This page was open for too long. Please try again."))
    else:
        step(found)
        db.session("desk").commit()
    return redirect(url_for("assistance.school", school_id=found.id), 303)


def account_of(school):
    there = {account.id: account for account in accounts.open_of(school.bureau_id, school.id)}
    return there.get(request.form.get("account", "")) or scope.refuse("account", request.form.get("account", ""))


def name(school):
    account = account_of(school)
    people.name(account)
    audit.record("named_helper", account=account.login)


def take_back(school):
    account = account_of(school)
    people.take_back(account)
    audit.record("took_helper_back", account=account.login)


def close(school):
    doors.close(school.id)
    audit.record("closed_door", school=school.label)


def reopen(school):
    doors.reopen(school.id)
    audit.record("opened_door", school=school.label)


CHANGES = {"name": name, "take_back": take_back, "close": close, "open": reopen}
