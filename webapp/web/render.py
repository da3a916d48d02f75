"""Pages and fragments: the same templates, the same markup; what Jinja is given globally."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app, make_response, redirect, request
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from jinja2_fragments.flask import render_block
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from webapp import clock, language
from webapp.config import Settings
from webapp.domain.phones import format_phone, tel
from webapp.web import languages, static_files
from webapp.web.context import settings_of, viewer
from webapp.web.wording import ago, local_day, local_time


def register(app: Flask, root: Path) -> None:
    """Set Jinja up: strict, with the macros as one global and hashed addresses of static files."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    static_files.register(app, root / "static")
    env.globals.update(asset=static_files.asset, site_name=settings_of(app).site_name, csrf_token=generate_csrf)
    env.globals["map_ground"] = map_ground(settings_of(app))
    env.filters.update(when=when, day=day, phone=format_phone, tel=tel, soft=soft)
    language.teach(env)
    env.globals["as_written"] = as_written
    for name in ("ui", "desk"):  # in this order: what is loaded sees what was loaded before it
        env.globals[name] = env.get_template(f"components/{name}.html").module
    app.context_processor(_for_every_page)


def _for_every_page() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "messages": take_messages(),
        "q": "",
        "language": language.present(),
        "languages": languages.choices(),
    }


def map_ground(settings: Settings) -> dict[str, str | None]:
    """What maps are drawn on: {tiles (None: an outline), words and url that say whose they are}."""
    words, url = settings.map_attribution
    return {"tiles": settings.map_tiles, "words": words, "url": url}


# -- filters ----------------------------------------------------------------------------------------------


def when(moment: datetime) -> Markup:
    """How long ago, or when, with the exact time for machines."""
    exact = local_time(moment)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), exact, ago(moment, clock.now())
    )


def day(moment: datetime) -> Markup:
    """A day in words."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), local_day(moment))


def soft(address: str) -> Markup:
    """An address that breaks at its marks where it is too long for its line, and inside its words nowhere before."""
    broken = escape(address)
    for mark in "@.":
        broken = broken.replace(mark, Markup("<wbr>") + mark)
    return broken


def as_written() -> Markup:
    """What a tag says that holds only a record's own words: their language, where the page speaks another one.

    A screen reader would else read them by the page's rules (WCAG 3.1.2).
    """
    is_same = language.present().locale.language == language.ENGLISH.locale.language
    return Markup("") if is_same else Markup(' lang="en"')


# -- pages ------------------------------------------------------------------------------------------------


def page(template: str, status: int = 200, fragment: str | None = None, **context: Any) -> Response:
    """A page, or only its block `fragment` where htmx asked for a part of a page."""
    if fragment and wants_fragment():
        return make_response(render_block(template, fragment, **context), status)
    return make_response(current_app.jinja_env.get_template(template).render(_full(context)), status)


def _full(context: dict[str, Any]) -> dict[str, Any]:
    full = dict(context)
    current_app.update_template_context(full)
    return full


def wants_fragment() -> bool:
    """Whether htmx asked for a part; boosted and history requests get the whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def go(where: str) -> Response:
    """To another page after a form was sent; htmx is told to go there, or it would put that page into this one."""
    if not wants_fragment():
        return redirect(where, 303)
    answer = Response(status=200)
    answer.headers["HX-Redirect"] = where
    return answer


# -- messages over a redirect -----------------------------------------------------------------------------


def say(text: str, category: str = "good", *, url: str = "", url_words: str = "") -> None:
    """A sentence for the next page, with a link behind it where there is a way on."""
    said = {"category": category, "text": text, **({"url": url, "url_words": url_words} if url else {})}
    cookie["say"] = [*cookie.get("say", []), said][-3:]


def take_messages() -> list[dict[str, str]]:
    """The sentences that wait, taken out of the cookie."""
    messages: list[dict[str, str]] = cookie.pop("say", []) if "say" in cookie else []
    return messages
