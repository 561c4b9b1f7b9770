"""How people come in: open links and posters to show, slips to print. Codes of slips are shown this once."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from survey import db, qr_code
from survey.bureau.streaming import streamed
from survey.bureau.views import bp
from survey.campaign import rounds, sheets
from survey.campaign.store import Campaign
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.staff.paging import paged

SLIPS, OPEN_LINK = "slips", "open_link"


@bp.get("/campaigns/<campaign_id>/links")
@bureau_only
def links(campaign_id):
    found = open_round(campaign_id, OPEN_LINK)
    page = schools_page(found)
    posters = {of_school[0].school_name: cards(of_school) for of_school in detailed(found, page)}
    return render_template("bureau/links.html", campaign=found, page=page, posters=posters)


@bp.get("/campaigns/<campaign_id>/posters")
@bp.get("/campaigns/<campaign_id>/posters/<school_id>")
@bureau_only
def posters(campaign_id, school_id=None):
    found = open_round(campaign_id)
    if school_id is not None:
        scope.school(school_id)
    groups = groups_of(found, school_id)
    if not groups:
        return no_group(found)
    pages = (page for of_school in sheets.by_school(groups) for page in posters_of(of_school))
    return streamed("bureau/posters.html", campaign=found, pages=pages)


@bp.route("/campaigns/<campaign_id>/slips", methods=["GET", "POST"])
@bureau_only
def all_slips(campaign_id):
    """What can be printed; sent, the slips of some schools' groups that were never printed."""
    found = open_round(campaign_id, SLIPS)
    if request.method == "POST":
        chosen = request.form.getlist("school")
        groups = rounds.groups_of(found, schools=chosen) if chosen else []
        return printed([group for group in groups if not group.prints and not group.school_closed], found)
    page = schools_page(found)
    parts, later = sheets.parts_to_print(found)
    return render_template(
        "bureau/slips_to_print.html",
        campaign=found,
        page=page,
        schools=detailed(found, page),
        parts=parts,
        later=later,
        number_of=sheets.number_of,
        slips_for=sheets.slips_for,
        most=sheets.MOST_SLIPS_TOGETHER,
        form=SafeForm(),
    )


@bp.route("/campaigns/<campaign_id>/slips/of/<school_id>", methods=["GET", "POST"])
@bureau_only
def slips_of_school(campaign_id, school_id):
    found, school = open_round(campaign_id, SLIPS), scope.school(school_id)
    return asked_or_printed(found, groups_of(found, school.id))


@bp.get("/campaigns/<campaign_id>/slips/of/<school_id>/backs")
@bureau_only
def slip_backs(campaign_id, school_id):
    found, school = open_round(campaign_id, SLIPS), scope.school(school_id)
    group = next(iter(groups_of(found, school.id)), None) or abort(404)
    return render_template("bureau/slip_backs.html", group=group)


@bp.route("/campaigns/<campaign_id>/slips/<group_id>", methods=["GET", "POST"])
@bureau_only
def slips(campaign_id, group_id):
    found = scope.one(Campaign, campaign_id)
    group = rounds.one_group(found, group_id)
    if group is None:
        scope.refuse("group", group_id)
    open_round(campaign_id, SLIPS)
    return asked_or_printed(found, [group])


def asked_or_printed(found, groups):
    """What printing these groups means; sent, the slips. Where one was printed meanwhile, it is asked again."""
    groups = [group for group in groups if not group.school_closed]
    if not groups:
        return no_group(found)
    seen = str(sum(group.prints for group in groups))
    if request.method == "POST" and request.form.get("seen", "0") == seen:
        return printed(groups, found)
    return render_template(
        "bureau/slips_ask.html",
        campaign=found,
        groups=groups,
        seen=seen,
        slips_for=sheets.slips_for,
        form=SafeForm(),
    )


def no_group(found):
    flash(_("This school is closed: its groups take no answers."))
    return redirect(url_for("bureau.campaign", campaign_id=found.id), 303)


def printed(groups, found):
    """The slips, made and sent group by group; each group is written down before its codes are made."""
    if not SafeForm(request.form).validate():
        abort(404)
    if not groups:
        flash(_("These slips were printed already."))
        return redirect(url_for("bureau.all_slips", campaign_id=found.id), 303)
    address = url_for("answering.code_page", _external=True)
    return streamed(
        "bureau/slips.html",
        schools=sheets.print_schools(groups, address, note),
        single=groups[0] if len(groups) == 1 else None,
        address=address,
        slips_for=sheets.slips_for,
    )


def note(group):
    asked = {"school": group.school_name, "questionnaire": group.questionnaire}
    if group.grade is None:
        audit.record("printed_slips", **asked)
    else:
        audit.record("printed_slips_of_grade", **asked, grade=group.grade)
    db.session("desk").commit()


def open_round(campaign_id, entry=None):
    """The round; 404 where it is not open, or people come in otherwise."""
    found = scope.one(Campaign, campaign_id)
    return found if found.state == "open" and entry in (None, found.entry) else abort(404)


def groups_of(found, school_id=None):
    """The round's groups, or one school's, but those of closed schools."""
    groups = rounds.groups_of(found, schools=[school_id] if school_id else ())
    return [group for group in groups if not group.school_closed]


def schools_page(found):
    """The schools that the round asks, each as its first group, by pages; or the one that the address names."""
    firsts = [groups[0] for groups in rounds.asked(found).schools.values() if not groups[0].school_closed]
    named = request.args.get("school")
    chosen = [group for group in firsts if group.school_id == named]
    words = scope.words()
    return paged(chosen or firsts, lambda group: words(group.school_id, group.school_name))


def detailed(found, page):
    """The groups of each school of a page, where these are few: a long list leads to each school by itself."""
    schools = [group.school_id for group in page.rows] if page.is_whole else []
    groups = rounds.groups_of(found, schools=schools) if schools else []
    return sheets.by_school([group for group in groups if not group.school_closed])


def cards(groups):
    addresses = [url_for("answering.start_page", link=group.id, _external=True) for group in groups]
    return [(group, address, qr_code.of_public(address)) for group, address in zip(groups, addresses, strict=True)]


def posters_of(groups):
    """The posters of one school: of open links one a group, of slips one that says how it is done."""
    if groups[0].entry == OPEN_LINK:
        return cards(groups)
    address = url_for("answering.code_page", _external=True)
    return [(groups[0], address, qr_code.of_public(address))]
