"""The areas and topics that somebody looks after in the queue. Law: nobody is shown another person's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import CapReached
from webapp.language import _
from webapp.services import interests as choosing
from webapp.storage.queries.interests import interests
from webapp.web.access import allow
from webapp.web.area_names import by_nation
from webapp.web.context import person_id, reading, storage
from webapp.web.forms.links import sections
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("interests", __name__)
PAGE = "/account/interests"


@blueprint.get(PAGE)
@allow("use_account")
def chosen() -> Response:
    """What there is to choose, and what is chosen."""
    return _page(interests(reading(), person_id()))


@blueprint.post(PAGE)
@allow("use_account")
def choose() -> Response:
    """These from now on, in place of those before."""
    areas, topics = (frozenset(request.form.getlist(name)) for name in ("area", "topic"))
    try:
        choosing.choose_interests(storage(), choosing.ChooseInterests(person_id(), areas, topics), clock.now())
    except CapReached as error:
        return _page(areas | topics, 422, refusal_words(error))
    say(_("Your areas and topics are kept."))
    return redirect(PAGE, 303)


def _page(chosen: Collection[str], status: int = 200, problem: str = "") -> Response:
    topics = sections(reading())
    view = {
        "areas": [_section(name, areas, chosen) for name, areas in by_nation()],
        "topics": [_section(name, choices, chosen) for name, choices in topics],
        "most": choosing.MOST,
        "problem": problem,
    }
    return page("account/interests.html", status, page=view)


def _section(name: str, choices: Iterable[tuple[str, str]], chosen: Collection[str]) -> dict[str, Any]:
    """{name, choices [(code, words, is_chosen)], number: of those that are chosen}."""
    found = [(code, words, code in chosen) for code, words in choices]
    return {"name": name, "choices": found, "number": sum(is_chosen for _code, _words, is_chosen in found)}
