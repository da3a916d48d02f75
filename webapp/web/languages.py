"""Which language a page is in: what its visitor chose, else what the browser asks for, else British English.

Whoever is signed in makes the choice by a form, for it is kept with their account: letters come in it, too.
A language is offered as soon as its catalogue lies in `translations/` or in the instance's own folder of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask_babel import Babel, get_locale, get_translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from webapp import clock, language
from webapp.services import account
from webapp.web.access import allow
from webapp.web.addresses import local_path
from webapp.web.context import person_id, settings_of, storage

blueprint = Blueprint("languages", __name__)
COOKIE = "language"
KEPT_FOR = 365 * 24 * 3600  # seconds: a year


def register(app: Flask) -> None:
    """Find out which languages there are, and speak one of them in each request. Comes before every other guard."""
    folders = language.folders(settings_of(app).instance)
    Babel(
        app,
        configure_jinja=False,
        default_locale=str(language.ENGLISH.locale),
        default_translation_directories=";".join(map(str, folders)),
        locale_selector=lambda: str(choice()),
    )
    app.extensions["languages"] = language.offered(folders)
    app.extensions["spoken"] = {}
    app.before_request(_speak)
    app.teardown_request(_stop)


def offered(app: Flask | None = None) -> dict[str, Locale]:
    """The languages to choose from, by their tags: {"en-GB": …, "cy": …}, English first."""
    found: dict[str, Locale] = (app or current_app).extensions["languages"]
    return found


def choice() -> Locale:
    """The language for this request: that of its cookie, else the one that its browser likes best."""
    languages = offered()
    wanted = request.cookies.get(COOKIE, "")
    return languages[wanted] if wanted in languages else liked(languages, request.environ)


def liked(languages: Mapping[str, Locale], environ: Mapping[str, Any]) -> Locale:
    """The one of several languages that a browser likes best, by its headers; English where it likes none."""
    if len(languages) == 1:
        return language.ENGLISH.locale
    asked = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
    by_tag = {**languages, "en": language.ENGLISH.locale}  # whoever asks for English has asked for ours
    return by_tag[asked.best_match(by_tag) or "en"]


def choices() -> list[dict[str, Any]]:
    """For the foot of a page, where there is a choice: [{tag, name, url, is_present, back}].

    The name is in its own language; `back` is the page that is asked for now.
    """
    if len(offered()) == 1:
        return []
    back = request.full_path.rstrip("?") if request.method == "GET" and request.endpoint else "/"
    return [
        {
            "tag": tag,
            "name": locale.get_language_name(locale),
            "url": url_for("languages.choose", tag=tag, next=back),
            "is_present": tag == language.present().tag,
            "back": back,
        }
        for tag, locale in offered().items()
    ]


def _speak() -> None:
    locale = get_locale() or language.ENGLISH.locale
    spoken: dict[Locale, language.Language] = current_app.extensions["spoken"]
    if locale not in spoken:
        spoken[locale] = language.Language(locale, get_translations())
    language.speak(spoken[locale])


def _stop(_error: BaseException | None) -> None:
    language.speak(language.ENGLISH)


@blueprint.get("/language/<tag>")
@allow("read_rules")
def choose(tag: str) -> Response:
    """Keep a visitor's choice for a year, and go back to the page it was made on."""
    return _chosen(tag, request.args.get("next"))


@blueprint.post("/language")
@allow("use_account")
def keep() -> Response:
    """The same of somebody who is signed in; their account keeps it too, for letters."""
    tag = request.form.get("tag", "")
    response = _chosen(tag, request.form.get("next"))
    account.set_language(storage(), person_id(), tag, clock.now())
    return response


def _chosen(tag: str, back: str | None) -> Response:
    if tag not in offered():
        abort(404)
    response = redirect(local_path(back) or "/", 303)
    response.set_cookie(
        COOKIE, tag, max_age=KEPT_FOR, secure=settings_of().is_https, httponly=True, samesite="Lax"
    )
    return response
