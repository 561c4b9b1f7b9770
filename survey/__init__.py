"""Jianfu's pages: questionnaires answered, plans weighed, releases read. One room a story."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from flask import Flask, render_template, request
from flask.ctx import _AppCtxGlobals
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import answer_store, calling, db, disturbed, home, language, logs, look, nul, page_style, promise
from survey.answering import views as answering
from survey.answering.guessing import WrongCodes
from survey.assistance import commands as assistance_commands
from survey.assistance import crowds
from survey.assistance import store as assistance_store
from survey.assistance import views as assistance
from survey.ballot import commands as ballot_commands
from survey.ballot import store as ballot_store
from survey.bureau import views as bureau
from survey.campaign import store as campaign_store
from survey.config import LANGUAGES, LARGEST_POST_BYTES, Settings, read_settings
from survey.demo import commands as demo_commands
from survey.door import busy
from survey.keyring import pages_keys, rotation
from survey.keyring.keys import UnreadableKey, make_keys, valid_keys
from survey.notice.reader import clauses
from survey.page_address import at
from survey.planning import kept_assessments
from survey.planning import store as planning_store
from survey.planning.own_norms import norms_with
from survey.questionnaire.fields import PLACE
from survey.questionnaire.types import QUESTION_TYPES
from survey.release import store as release_store
from survey.results import store as results_store
from survey.results import views as results
from survey.roster import commands as roster_commands
from survey.school import views as school
from survey.staff import commands as staff_commands
from survey.staff import store as staff_store
from survey.staff import views as staff
from survey.staff.sessions import DESKS, SESSION_LASTS, DeskSessions, current_account
from survey.stores import pulse, schema
from survey.upkeep import backup, begun, bringing_back, check, metrics, restoring, surroundings
from survey.upkeep import commands as house_commands
from survey.words import (
    amount_words,
    day_words,
    enumeration,
    lesson_words,
    place_words,
    problem_words,
    source_words,
    wording,
)

SERVER_ERROR = 500
# Each room's tables; importing them is what makes them known to `schema`.
TABLES = (
    answer_store,
    assistance_store,
    ballot_store,
    campaign_store,
    pages_keys,
    planning_store,
    release_store,
    results_store,
    staff_store,
)
# Rooms with commands of the command line.
COMMANDS = (
    house_commands,
    check,
    backup,
    bringing_back,
    rotation,
    staff_commands,
    roster_commands,
    ballot_commands,
    assistance_commands,
    demo_commands,
)


class OnThePage(_AppCtxGlobals):
    """Flask's `g`; it knows how a page is to be shown, and looks that up for whoever asks first.

    Nobody does where somebody goes on answering: what they send says both itself.
    """

    @cached_property
    def language(self) -> str:
        """Which language it speaks."""
        return language.asked_for()

    @cached_property
    def look(self) -> str:
        """Large print, pinyin."""
        return look.asked_for()


class House(Flask):
    """The application. None of its functions is a coroutine, which Flask would ask of each of them at each request."""

    app_ctx_globals_class = OnThePage

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(instance: Path | None = None) -> Flask:
    """The application, on the stores of its instance folder; both are made when they are not there yet.

    At the command line not by every command. Raises ClickException in words for whoever started it: BadSettings,
    NothingHere, UnknownShape and others.
    """
    try:
        return _made(instance)
    except click.ClickException as refused:
        raise begun.told(refused) from None


def _made(instance: Path | None) -> Flask:
    settings = read_settings(instance=instance)
    if instance is None:
        begun.refuse_elsewhere(settings)
        begun.refuse_wrong_arguments(_register_commands(Flask(__name__)).cli, settings)
        settings = begun.for_help(settings)
    _make_keys(settings)
    app = House("survey", template_folder="../templates", instance_path=str(settings.instance.resolve()))
    _configure(app, settings)
    logs.start(app, settings)
    app.extensions["wrong_codes"] = WrongCodes()
    crowds.start(app)
    kept_assessments.start(app)
    db.connect(app, settings)
    pulse.start(app)
    with calling.in_one_line():
        language.start_languages(app, settings)
    app.before_request(nul.refuse_in_address)
    _tell_pages(app, settings)
    app.register_error_handler(HTTPException, plain_page)
    _open_rooms(app)
    disturbed.register(app)
    restoring.register(app)  # after the pages that say so are made
    _stand_before(app, settings)
    norms_with(())  # a faulty norm file is refused now, not under somebody's hands
    clauses()  # and so are faulty rules of the notice
    if instance is not None or not begun.only_looks():
        with app.app_context():
            schema.bring_up()
    return app


def _make_keys(settings: Settings) -> None:
    """The keys that are missing. Raises ClickException where they cannot be made.

    Those in a folder that is locked are asked for by whoever needs them, so that `check` can say so among the rest.
    """
    try:
        make_keys(settings.keys)
    except OSError as error:
        if not os.access(settings.keys, os.F_OK) or os.access(settings.keys, os.X_OK):
            raise click.ClickException(calling.hindered(error)) from None


def _keys_of_sessions(settings: Settings) -> list[bytes]:
    """Those that sign staff's cookies; none where they cannot be read: then nobody can log in, and `serve` refuses."""
    try:
        return valid_keys(settings.keys, "session")
    except UnreadableKey:
        return []


def _configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings: what is taken of a request, and how cookies of staff are kept."""
    app.request_class = nul.RequestWithoutNul
    app.session_interface = DeskSessions()
    signing = _keys_of_sessions(settings)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=signing[0] if signing else None,
        SECRET_KEY_FALLBACKS=signing[1:],
        MAX_CONTENT_LENGTH=LARGEST_POST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_NAME="__Host-desk" if settings.https else "desk",
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
    )


def _tell_pages(app: Flask, settings: Settings) -> None:
    """What every template may use."""
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        settings=settings,
        respondent_style=page_style.RESPONDENT_STYLE,
        walk_script=page_style.WALK_SCRIPT,
        at=at,
        same_page_in=language.same_page_in,
        gap=language.gap,
        changed_look=look.changed,
        wording=wording,
        amount_words=amount_words,
        source_words=source_words,
        problem_words=problem_words,
        place_words=place_words.place_words,
        lesson_words=lesson_words.lesson_words,
        days_words=day_words.days_words,
        enumerated=enumeration.enumerated,
        worst_days_words=day_words.worst_days_words,
        stored_moment=day_words.stored_moment,
        zone_words=day_words.zone_words,
        place_mark=PLACE,
        question_types=QUESTION_TYPES,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _stand_before(app: Flask, settings: Settings) -> None:
    """What every request passes on its way to the application, the outermost last."""
    every_answers = page_style.every_answers(https=settings.https)
    app.extensions["sent_away"] = busy.SentAway(app.extensions["try_again"], every_answers)
    counting = app.extensions["counting"] = metrics.Counting(app.wsgi_app)
    with_headers = page_style.SecurityHeaders(counting, https=settings.https)
    # Who asked is told by our own proxies alone; of a header that a stranger wrote nothing is believed.
    app.wsgi_app = ProxyFix(with_headers, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]


def plain_page(error: HTTPException) -> tuple[str, int]:
    """One plain page for everything that cannot be shown: no trace, no echo of what was asked."""
    sentences = {
        400: gettext("What was sent cannot be read or kept. Please go back and type it anew."),
        404: gettext("There is no such page, or it is not yours to see."),
        413: gettext("What was sent is too large."),
        405: gettext("This page cannot be used that way. Please go back and use its buttons."),
    }
    code = error.code or 500
    said = sentences.get(code, gettext("This could not be done. Please go back and try again."))
    # Staff stay at their desk; when something is broken, nothing is asked of a store.
    is_at_desk = code < SERVER_ERROR and request.path.startswith(DESKS) and current_account() is not None
    return render_template("home/plain_desk.html" if is_at_desk else "home/plain.html", sentence=said), code


def _register_commands(app: Flask) -> Flask:
    for room in COMMANDS:
        room.register(app)
    return app


def _open_rooms(app: Flask) -> None:
    for room in (
        home.bp,
        metrics.bp,
        promise.bp,
        answering.bp,
        staff.bp,
        school.bp,
        bureau.bp,
        results.bp,
        assistance.family,
        assistance.bp,
    ):
        app.register_blueprint(room)
    _register_commands(app)
    surroundings.register(app)
