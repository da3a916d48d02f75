"""What nobody finds: counted beside the search page, and shown to moderators, who know what could be missing."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.unfound import LEAST, MONTHS
from webapp.gazetteer import Place
from webapp.language import _, ngettext, present
from webapp.services.unfound import Waiting
from webapp.storage.queries.unfound import SEVERAL, Looked, often_unfound, unfound_in_all
from webapp.web.access import allow
from webapp.web.context import allowed, reading
from webapp.web.render import page
from webapp.web.wording import count_words

blueprint = Blueprint("unfound", __name__)


@blueprint.record_once
def _begin(state: BlueprintSetupState) -> None:
    state.app.extensions["unfound"] = Waiting(state.app.extensions["storage"])


def _waiting() -> Waiting:
    found: Waiting = current_app.extensions["unfound"]
    return found


def note(words: str, place: Place | None) -> None:
    """A search has found nothing: count its words and the council area of the place that was asked for.

    Those of moderators, who look it up again, do not count.
    """
    if not allowed("view_unfound"):
        _waiting().note(words, (place.council if place else None) or "", clock.now())


@blueprint.after_app_request
def write_when_due(response: Response) -> Response:
    """Once the answer has gone out, write what waits: nobody waits for it."""
    waiting, now = _waiting(), clock.now()
    if waiting.is_due(now):
        response.call_on_close(lambda: waiting.write(now))
    return response


@blueprint.get("/moderate/unfound")
@allow("view_unfound")
def listed() -> Response:
    """This month, and the months before."""
    rows, totals = often_unfound(reading()), unfound_in_all(reading())
    months = [
        _month(month, [row for row in rows if row.month == month], totals[month])
        for month in sorted(totals, reverse=True)
    ]
    least = ngettext(
        "Words are shown from %(count)s time a month on. Fewer may be one person.",
        "Words are shown from %(count)s times a month on. Fewer may be one person.",
        LEAST,
        count=count_words(LEAST),
    )
    kept = ngettext("After %(num)s month a count is deleted.", "After %(num)s months a count is deleted.", MONTHS)
    return page("moderate/unfound.html", page={"months": months, "least": least, "kept": kept})


def _month(month: str, rows: list[Looked], total: int) -> dict[str, Any]:
    rest = total - sum(row.times for row in rows)
    return {
        "id": month,
        "name": month_name(month),
        "rows": [_row(row) for row in rows],
        "rest": _rest_words(rest, are_others=bool(rows)) if rest else "",
    }


def month_name(month: str) -> str:
    """ "November 2026" of "2026-11"."""
    return str(format_date(date.fromisoformat(month + "-01"), "LLLL y", locale=present().locale))


def _rest_words(searches: int, *, are_others: bool) -> str:
    if are_others:
        return ngettext(
            "And %(num)s search with other words that are not shown.",
            "And %(num)s searches with other words that are not shown.",
            searches,
        )
    return ngettext(
        "%(num)s search with words that are not shown.", "%(num)s searches with words that are not shown.", searches
    )


def _row(row: Looked) -> dict[str, str]:
    near = row.area if row.area != SEVERAL else ""
    return {
        "words": row.words,
        "where": _where(row.area),
        "times": ngettext("%(num)s time", "%(num)s times", row.times),
        "url": "/search?" + urlencode({"q": row.words} | ({"near": near} if near else {})),
    }


def _where(area: str) -> str:
    if area == SEVERAL:
        return _("in several areas, a few times in each")
    return _("in %(area)s", area=area) if area else _("no place named")
