"""The files of a release: sent as they were frozen, and the sheets of the schools made when they are asked for."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort, g, redirect, request, stream_template, stream_with_context, url_for
from sqlalchemy.exc import IntegrityError

from survey import db
from survey.bureau import release_files
from survey.bureau.views import bp
from survey.campaign.store import Campaign
from survey.release import files, freeze
from survey.release.files import File
from survey.staff import audit, scope
from survey.staff.access import bureau_only
from survey.staff.forms import SafeForm
from survey.workbook import school_sheets

NAMES = f"any({', '.join(map(repr, release_files.KINDS))})"
TOLD_TIMES = 20  # how often the page says how far it is


@bp.get(f"/campaigns/<campaign_id>/<{NAMES}:name>")
@bp.get(f"/campaigns/<campaign_id>/release/<int:number>/<{NAMES}:name>")
@bureau_only
def release_file(campaign_id, name, number=None):
    found, frozen = one_release(campaign_id, number)
    stored = files.named(frozen.id, name, g.language) or abort(404)
    response = Response(stream_with_context(files.parts(stored)), mimetype=release_files.KINDS[name].mimetype)
    response.content_length = stored.size
    title = quote(release_files.download_name(stored, frozen, found.title))
    plain = release_files.plain_name(stored, frozen)
    response.headers.set("Content-Disposition", "attachment", filename=plain, **{"filename*": f"UTF-8''{title}"})
    response.set_etag(stored.sha256)
    db.let_go("desk")  # which the request keeps until the last part is sent
    return response.make_conditional(request)


@bp.post("/campaigns/<campaign_id>/release/<int:number>/schools")
@bureau_only
def make_school_sheets(campaign_id, number):
    found, frozen = one_release(campaign_id, number)
    if not SafeForm(request.form).validate():
        abort(404)
    if any(each.language == g.language for each in files.of_release(frozen.id) if each.name == release_files.SCHOOLS):
        return redirect(url_for("bureau.release", campaign_id=found.id, number=number) + "#files", 303)
    tables = release_files.tables_of(frozen)
    schools = school_sheets.how_many(tables)
    # When the page is written, this request's stores are closed already, so that others can write meanwhile.
    scope.bureau()
    progress = making(frozen.id, found.title, number, tables, schools)
    page = stream_template(
        "bureau/making.html", campaign_id=found.id, number=number, schools=schools, progress=progress
    )
    # nginx would keep the page back until it is finished.
    return Response(page, headers={"X-Accel-Buffering": "no"})


def making(release_id, title, number, tables, schools):
    """How many schools are written, now and then; at the end the file is stored."""
    every = max(1, schools // TOLD_TIMES)
    sheets = school_sheets.build(tables, g.language)
    try:
        while True:
            written = next(sheets)
            if written % every == 0:
                yield written
    except StopIteration as finished:
        content = finished.value
    desk = db.begin_writing("desk")
    files.keep(release_id, [File(release_files.SCHOOLS, content, g.language)])
    audit.record("made_school_sheets", number=number, round=title)
    try:
        desk.commit()
    except IntegrityError:
        desk.rollback()  # somebody else was first, with the same bytes


def one_release(campaign_id, number):
    """The round and its release of this number, or the latest; 404 where a round of one's own has none such yet."""
    found = scope.one(Campaign, campaign_id)
    return found, freeze.of_campaign(found.id, number) or abort(404)
