"""Which language a page speaks, and the catalogues behind it.

Catalogues are written as .po files and compiled into the instance folder when the program starts, so that a
changed sentence needs no build step and no binary is kept under version control.
"""

from __future__ import annotations

import gettext
import io
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request, session, url_for
from flask_babel import Babel, Domain, get_locale, refresh
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from survey import whole_file
from survey.config import DEFAULT_LANGUAGE, LANGUAGES, Settings
from survey.within_reach import exists

CATALOGUES = Path(__file__).parent / "translations"
HEADERS_REMEMBERED = 500  # as browsers send them; few differ
DESK_BLUEPRINTS = ("staff", "school", "bureau", "assistance")


class _Words(Domain):
    """The catalogues; which of them a page speaks is found once, where flask_babel finds it for each sentence."""

    def get_translations(self) -> Any:
        if not g:
            return super().get_translations()
        said = g.get("_flask_babel")
        if getattr(said, "babel_translations", None) is None:
            found = super().get_translations()
            # Under this name flask_babel drops it when another language is chosen, forced or let go.
            g._flask_babel.babel_translations = found
            return found
        return said.babel_translations


def start_languages(app: Flask, settings: Settings) -> None:
    """Compile the catalogues and let each request choose its language.

    Raises OSError where the folder of the compiled ones cannot be used.
    """
    compiled = settings.instance / "translations"
    for source in CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
        _compile(source, compiled / source.relative_to(CATALOGUES).with_suffix(".mo"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled)
    babel = Babel(app, locale_selector=spoken, default_locale=DEFAULT_LANGUAGE)
    babel.domain_instance = words = _Words()

    @pass_context
    def said(context: Context, sentence: str, /, **values: object) -> str:
        translated = words.get_translations().gettext(sentence)
        return Markup(translated) % values if context.eval_ctx.autoescape else str(translated % values)

    # As jinja2 says it, which calls three functions by way of the page for each sentence.
    app.jinja_env.globals.update(gettext=said, _=said)
    for desk in DESK_BLUEPRINTS:
        app.before_request_funcs[desk].append(remember)


def remember() -> None:
    """Keep the language asked for in the address in the staff session. Respondents' pages set no cookie."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked


def asked_for() -> str:
    """The language asked for in the address, else the desk's own, else the browser's; the default outside any page."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    asked = request.args.get("lang")
    remembered = session.get("language") if request.blueprint in DESK_BLUEPRINTS else None
    return asked if asked in LANGUAGES else remembered or wanted(request.headers.get("Accept-Language"))


@lru_cache(maxsize=HEADERS_REMEMBERED)  # reading it takes a hundredth of a page
def wanted(header: str | None) -> str:
    """The language that a browser wants first, of those that there are; the default where there is none of them."""
    accepted = parse_accept_header(header, LanguageAccept)
    # «zh-Hans-CN» is Chinese too; a list that names English after it wants Chinese.
    tags = (tag.replace("_", "-").split("-")[0].lower() for tag in accepted.values())
    return next((tag for tag in tags if tag in LANGUAGES), DEFAULT_LANGUAGE)


def spoken() -> str:
    """The language of the current page; the default outside any."""
    return str(g.language)


def gap() -> str:
    """What stands between two sentences, or after a colon, in the language that is spoken just now."""
    locale = get_locale()
    found = LANGUAGES.get(locale.language) if locale else None
    return found.gap if found else " "


def in_a_row(*sentences: str) -> str:
    """Sentences one after the other; what is empty is left out."""
    return gap().join(str(each) for each in sentences if each)


def speak(language: str) -> str:
    """Use this language for the rest of the request; an unknown one changes nothing. Returns the one that is spoken."""
    if language not in LANGUAGES:
        return spoken()
    before, g.language = g.get("language"), language
    if before not in (None, language):  # else nothing has been said in another one
        refresh()
    return language


def same_page_in(language: str) -> str:
    """The address of the page in another language; of its first page, where what was sent cannot be sent again."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return f"{url_for('home.page')}?lang={language}"
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*asked, ('lang', language)])}"


def _compile(source: Path, target: Path) -> None:
    # Not «older than»: an installation may be copied, or put back from a backup, with a younger file of older words.
    written = source.stat().st_mtime_ns
    if exists(target) and target.stat().st_mtime_ns == written:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        catalogue = read_po(file)
    made = io.BytesIO()
    write_mo(made, catalogue)
    whole_file.put(target, made.getvalue())  # in one step: the web process and the mixer may both be starting
    os.utime(target, ns=(written, written))
    gettext.translation("messages", target.parents[2], languages=[target.parents[1].name])
