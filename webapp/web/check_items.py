"""Check items as reviewers meet them: one in place of the next change, answered, told of at once, and kept for them.

Its law: it looks like any other suggestion until something is done with it, whatever that is, and from then on nobody
but that person hears of it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.check_items import ANSWERS
from webapp.domain.diff import by_group, group_words
from webapp.domain.kinds import KINDS
from webapp.language import _, listed, mark, ngettext, number_words
from webapp.services import check_items as service
from webapp.storage.queries import check_items as queries
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.queue import Asked
from webapp.storage.queries.review import SuggestionPage
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, reading, storage, viewer
from webapp.web.judged import policy_now
from webapp.web.queue_asked import address, queue_in
from webapp.web.render import go, page, say

blueprint = Blueprint("check_items", __name__)
PAGE = "/account/checks"
NO_CHECK = "no_check"
"""In an address: the next one is to be no check, since one was skipped."""
YOU_SAID = {
    "approve": mark("You approved it."),
    "reject": mark("You rejected it."),
    "abstain": mark("You abstained."),
    "improve": mark("You wanted to improve it. That is looking with care; what you wrote is neither sent nor kept."),
    "ask": mark("You wrote about it. That is looking with care; what you wrote is neither sent nor kept."),
    "flag": mark("You flagged it as spam. No flag was set."),
}
RIGHT = {"approve": mark("Approving it is right."), "reject": mark("Rejecting it is right.")}
SHORT = {
    "approve": mark("You approved"),
    "reject": mark("You rejected"),
    "abstain": mark("You abstained"),
    "improve": mark("You wanted to improve it"),
    "ask": mark("You wrote about it"),
    "flag": mark("You flagged it"),
}
DECIDED = {"apply": "approve", "reject": "reject"}


# -- on the way from one to the next ------------------------------------------------------------------------


def check_ahead(asked: Asked, after: str, **more: str) -> str | None:
    """The check item that comes before the next change of a queue; None for the most part."""
    item = queries.due(reading(), policy_now(), person_id()) if allowed("cast_vote") else None
    return f"/suggestions/{item}?{urlencode({'next': address(asked), 'after': after, **more})}" if item else None


def planted(item_id: str) -> SuggestionPage | None:
    """A check item as the suggestion that it looks like, for who is to answer it."""
    if not viewer().may_review:
        return None
    return queries.as_suggestion(reading(), policy_now(), item_id, person_id(), clock.now())


def skip_url(asked: Asked | None, after: str) -> str:
    """To what comes after a suggestion that is left for another time: no check, or it would be the same one again."""
    return address(asked or Asked(), "/review/next", after=after, **{NO_CHECK: "1"})


def is_check(suggestion_id: object) -> bool:
    """Whether what looks like a suggestion is a check item, to somebody who may meet one."""
    return viewer().may_review and queries.is_item(reading(), str(suggestion_id))


def answer(item_id: str, choice: str) -> Response:
    """Keep what was done with it, and go where it is told what was right."""
    service.answer_check(storage(), person_id(), item_id, choice, clock.now())
    way = {name: request.args.get(name, "") for name in ("next", "after")}
    return go(f"{PAGE}?{urlencode({'answered': item_id, **way})}")


# -- for one's own eyes -------------------------------------------------------------------------------------


@blueprint.get(PAGE)
@allow("use_account")
def own() -> Response:
    """Whether one takes part, what one has just answered, and all that one answered."""
    rows = queries.own_answers(reading(), person_id())
    sums = queries.own_sums(reading(), person_id())
    shown = {
        "url": PAGE,
        "is_on": queries.takes_part(reading(), person_id()),
        "may_take_part": allowed("cast_vote") and viewer().may_review,
        "every_words": _every_words(policy_now().check_every),
        "answered": _answered(rows),
        "next_url": _next_url(),
        "sum_words": _sum_words(sums) if sums.answers else None,
        "rows": [_row(row) for row in rows],
    }
    return page("account/checks.html", page=shown)


def _every_words(every: int) -> str:
    if not every:
        return _("Nobody gets checks here until an administrator switches them on for the whole site.")
    return ngettext(
        "About one in %(num)s of what you review is a check then.",
        "About one in %(num)s of what you review is a check then.",
        every,
    )


def _answered(rows: list[Any]) -> dict[str, Any] | None:
    """The answer that led to this page: {is_right|None, said, right, why}."""
    row = next((row for row in rows if row.id == request.args.get("answered")), None)
    if row is None:
        return None
    is_right = row.choice == row.answer if row.choice in ANSWERS else None
    return {"is_right": is_right, "said": _(YOU_SAID[row.choice]), "right": _(RIGHT[row.answer]), "why": row.why}


def _next_url() -> str | None:
    if "answered" not in request.args:
        return None
    asked = queue_in(request.args.get("next", "")) or Asked()
    return address(asked, "/review/next", after=request.args.get("after", ""))


def _sum_words(sums: queries.Sums) -> str:
    return ngettext(
        "%(right)s of %(num)s answer was right.",
        "%(right)s of %(num)s answers were right.",
        sums.answers,
        right=number_words(sums.right),
    )


def _row(row: Any) -> dict[str, Any]:
    return {
        "title": row.name,
        "url": url_of(row.kind, row.slug),
        "at": row.answered_at,
        "what": what_of(row.kind, row.payload),
        "words": _(SHORT[row.choice]),
        "tone": "" if row.choice not in ANSWERS else "good" if row.choice == row.answer else "bad",
        "right": _(RIGHT[row.answer]),
        "why": row.why,
    }


def what_of(kind: str, payload: str) -> str:
    """What a check item alters, in the words of its field groups; blank where a mask has taken it."""
    groups = by_group(KINDS[kind], queries.edits_of(payload))
    return listed([group_words(KINDS[kind], group) for group in groups])


@blueprint.post(PAGE)
@allow("use_account")
def take_part() -> Response:
    """Switch checks on or off for oneself."""
    is_on = request.form.get("checks") == "on"
    service.take_part(storage(), person_id(), is_on=is_on, now=clock.now())
    say(_("Your choice is kept."))
    return redirect(PAGE, 303)
