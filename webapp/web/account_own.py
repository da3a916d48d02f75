"""The pages of somebody's own account: what they suggested, where they are signed in; and anybody's public profile.

Law: nothing here takes another person's id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound
from webapp.domain.roles import ROLE_NAMES
from webapp.language import _, ngettext, number_words
from webapp.services import account, account_own
from webapp.storage.queries import account as queries
from webapp.storage.queries.account import PAGE, Mark
from webapp.web import session
from webapp.web.access import allow
from webapp.web.account_views import (
    NotAMark,
    bounded_words,
    device_words,
    mark_text,
    next_role_words,
    read_mark,
    row_view,
)
from webapp.web.context import person_id, reading, storage
from webapp.web.incident_url import incident_url
from webapp.web.render import page, say
from webapp.web.steward import ties_view
from webapp.web.wording import label_of, title_words

blueprint = Blueprint("own", __name__)
OPEN = "sign_in"  # the table's action for coming, which is open to everybody


def _mark() -> Mark | None:
    try:
        return read_mark(request.args.get("before"))
    except NotAMark:
        raise NotFound(what="page") from None


def _older(here: str, rows: list[Any], at: datetime | None) -> str | None:
    """The address of the next page, when this one is full."""
    if len(rows) < PAGE or at is None:
        return None
    return f"{here}?before={mark_text(Mark(at, rows[-1].id))}"


# -- what is one's own ------------------------------------------------------------------------------------


@blueprint.get("/account")
@allow("use_account")
def own() -> Response:
    """One's suggestions, how many one may have open, and what is missing for the next role."""
    row = current_user.row
    found = queries.own_suggestions(reading(), row.id, _mark())
    may = account_own.prospects(storage(), row, clock.now())
    shown = {
        "display_name": row.display_name,
        "handle": row.handle,
        "email": row.email,
        "is_confirmed": row.confirmed_at is not None,
        "role_words": _(ROLE_NAMES[row.role]),
        "profile_url": f"/people/{row.handle}",
        "next_role_words": next_role_words(may, row.confirmed_at is not None, clock.now()),
        "allowance_words": ngettext(
            "%(open)s open, of %(num)s that you may have open at once.",
            "%(open)s open, of %(num)s that you may have open at once.",
            may.cap,
            open=number_words(may.open_now),
        ),
        "suggestions": [row_view(suggestion) for suggestion in found],
        "next_url": _older("/account", found, found[-1].created_at if found else None),
        "sign_out_url": "/account/sign-out",
    }
    return page("account/account.html", page=shown)


@blueprint.get("/people/<handle>")
@allow("read_history")
def profile(handle: str) -> Response:
    """What everybody may see of somebody."""
    person = queries.profile(reading(), handle) if handle.isprintable() else None
    if person is None:
        raise NotFound(what="person")
    rows = queries.applied_lately(reading(), person.id)
    sums = (
        (_("Changes applied"), person.applied),
        (_("Votes"), person.votes),
        (_("Confirmed"), person.confirmations),
    )
    shown = {
        "display_name": person.display_name,
        "handle": person.handle,
        "role_words": _("May not take part any more") if person.is_banned else _(ROLE_NAMES[person.role]),
        "since": person.since,
        "about": person.about or None,
        "sums": [{"label": label, "number": bounded_words(number, queries.MOST_COUNTED)} for label, number in sums],
        "contributions_url": f"/people/{person.handle}/contributions",
        "ties": [] if person.is_banned else ties_view(person.id),
        "recent": [
            {
                "title": title_words(row.type, row.kind, row.record_name),
                "url": f"/suggestions/{row.suggestion_id}",
                "sentence": label_of(row),
                "at": row.closed_at,
            }
            for row in rows
        ],
        "roll_back_url": incident_url(person.handle, "", "") if person.applied else None,
    }
    return page("account/profile.html", page=shown)


# -- sessions ---------------------------------------------------------------------------------------------


@blueprint.get("/account/sessions")
@allow("manage_sessions")
def sessions() -> Response:
    """Where one is signed in."""
    here = account.token_hash(current_user.token)
    rows = [
        {
            "id": row.token_hash,
            "device": device_words(row.device),
            "since": row.created_at,
            "seen_at": row.seen_at,
            "is_here": row.token_hash == here,
        }
        for row in queries.sessions(reading(), person_id(), clock.now())
    ]
    return page("account/sessions.html", page={"rows": rows, "has_others": len(rows) > 1})


@blueprint.post("/account/sessions/end")
@allow("manage_sessions")
def end_sessions() -> Response:
    """End one session, or all but this one."""
    which = request.form.get("session", "")
    if which == "others":
        ended = account_own.end_other_sessions(storage(), person_id(), current_user.token, clock.now())
        said = ngettext(
            "%(num)s other session ended. You are still signed in here.",
            "%(num)s other sessions ended. You are still signed in here.",
            ended,
        )
        say(said)
    elif which == account.token_hash(current_user.token):
        session.end()
        return redirect("/", 303)
    else:
        account.end_session(storage(), person_id(), which if which.isalnum() else "", clock.now())
        say(_("You are signed out there."))
    return redirect(url_for("account.own.sessions"), 303)
