"""The moderators' desk for people: who is paused or banned, one person's record, and pausing, banning, lifting.

Each is a page of its own that says what follows before anything is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.domain.permissions import Subject
from webapp.domain.roles import Role
from webapp.language import _, mark, ngettext
from webapp.services import recount, sanction
from webapp.storage.queries import people_desk as queries
from webapp.web.access import allow
from webapp.web.account_views import ROLE_NAMES
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.people_words import ban_sentences, lift_sentences, pause_sentences
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import refusal_words, why_words

blueprint = Blueprint("people_desk", __name__)
PAGE = "/moderate/people"
PERSON = PAGE + "/<handle>"
MOST_NOTE = 500
TYPES = {"ban": mark("Banned"), "pause": mark("Paused"), "no_flags": mark("Lost the right to flag")}
BY_RULE = mark("By the rules")
OWN_REASONS = mark({
    "account made": "The account was made",
    "by the rules": "By the rules",
    "too many rejected suggestions": "Too many rejected suggestions",
})
"""Reasons that nobody wrote: the site's own."""


def desk_url(handle: str) -> str:
    """A person's page of the desk."""
    return f"{PAGE}/{handle}"


def find_person(handle: str) -> Any:
    """Somebody with a confirmed address, by handle. NotFound."""
    row = queries.person_at(reading(), handle)
    if row is None:
        raise NotFound(what="person")
    return row


def subject_of(row: Any) -> Subject:
    """The person as the permission table asks about them."""
    return Subject(person_id=row.id, person_role=Role(row.role))


# -- who is paused or banned ------------------------------------------------------------------------------


@blueprint.get(PAGE)
@allow("view_moderation")
def people() -> Response:
    """Who is paused or banned, the latest first; or the way to a person whose handle was typed."""
    handle = request.args.get("handle", "").strip().rstrip("/").rpartition("/")[2].removeprefix("@").lower()
    found = queries.person_at(reading(), handle) if handle else None
    if found is not None:
        return redirect(desk_url(found.handle), 303)
    rows = queries.standing_sanctions(reading(), clock.now(), request.args.get("before"))
    shown = rows[: queries.PAGE]
    about = {
        "handle": handle,
        "problem": _("Nobody here has that handle. It stands in the address of their page.") if handle else None,
        "rows": [{**_told(row), "who": row.display_name, "url": desk_url(row.handle)} for row in shown],
        "next_url": f"{PAGE}?before={shown[-1].id}" if len(rows) > len(shown) else None,
    }
    return page("moderate/people.html", 404 if handle else 200, page=about)


def _reason(row: Any) -> str:
    return _(OWN_REASONS[row.reason]) if row.by is None and row.reason in OWN_REASONS else str(row.reason)


def _told(row: Any) -> dict[str, Any]:
    """A sanction as it is told: what, why, by whom, since when, until when."""
    return {
        "what": _(TYPES[row.type]),
        "reason": _reason(row),
        "by": row.by or _(BY_RULE),
        "since": row.since,
        "until": row.until,
    }


# -- one person -------------------------------------------------------------------------------------------


@blueprint.get(PERSON)
@allow("view_moderation")
def person(handle: str) -> Response:
    """What was done about somebody, and what can be done."""
    return person_page(find_person(handle))


def person_page(row: Any, problem: str | None = None, status: int = 200) -> Response:
    """A person's page of the desk; after a refusal with what was typed."""
    base, subject = desk_url(row.handle), subject_of(row)
    is_paused = row.paused_until is not None and row.paused_until > clock.now()
    acts = [
        ("pause_person", "pause", _("Pause"), row.state == "active" and not is_paused),
        ("ban_person", "ban", _("Ban"), row.state == "active"),
        ("lift_sanction", "lift", _("Lift the ban") if row.state == "banned" else _("Lift the pause"),
         is_paused or row.state == "banned"),
    ]  # fmt: skip
    about = {
        "name": row.display_name,
        "url": base,
        "profile_url": f"/people/{row.handle}",
        "problem": problem,
        "role_words": _(ROLE_NAMES[row.role]),
        "is_banned": row.state == "banned",
        "paused_until": row.paused_until if is_paused and row.state != "banned" else None,
        "acts": [
            {"url": f"{base}/{act}", "words": words}
            for action, act, words, fits in acts
            if fits and allowed(action, subject)
        ],
        "roles": roles_for(row),
        "role": request.form.get("role", ""),
        "note": request.form.get("note", ""),
        "most": MOST_NOTE,
        "sanctions": [
            {**_told(one), "lifted_at": one.lifted_at, "lifter": one.lifter}
            for one in queries.sanctions_of(reading(), row.id)
        ],
        "grants": [
            {"role": _(ROLE_NAMES[one.role]), "by": one.by, "reason": _reason(one), "since": one.since}
            for one in queries.grants_of(reading(), row.id)
        ],
    }
    return page("moderate/person.html", status, page=about)


def roles_for(row: Any) -> list[tuple[str, str]]:
    """The roles that whoever looks may give this person, in order; none to somebody who is banned."""
    if row.state != "active":
        return []
    subject = subject_of(row)
    return [
        (str(role), _(ROLE_NAMES[role]))
        for role in Role
        if role in sanction.GRANTED
        and role != row.role
        and allowed(sanction.grant_action(role, row.role), subject)
    ]


# -- pausing, banning, lifting ----------------------------------------------------------------------------


@blueprint.get(PERSON + "/pause")
@allow("pause_person")
def pause_form(handle: str) -> Response:
    """What a pause does, and the form."""
    return _pause(find_person(handle))


def _pause(row: Any, problems: Sequence[dict[str, str]] = (), status: int = 200) -> Response:
    return _form(row, "pause", pause_sentences(), problems, status)


@blueprint.post(PERSON + "/pause")
@allow("pause_person")
def pause(handle: str) -> Response:
    """Pause somebody for some days."""
    row = find_person(handle)
    days, most = request.form.get("days", 0, type=number_of), sanction.LONGEST_PAUSE
    problems = _note_problems()
    if not 1 <= days <= most:
        words = ngettext("Say for how many days: %(num)s at most.", "Say for how many days: %(num)s at most.", most)
        problems = [{"id": "days", "text": words}, *problems]
    if problems:
        return _pause(row, problems, 422)
    command = sanction.PausePerson(row.id, person_id(), days, _note())
    return _done(
        row, _pause, lambda: sanction.pause_person(storage(), command, clock.now()), _("Paused. It is in the log.")
    )


@blueprint.get(PERSON + "/ban")
@allow("ban_person")
def ban_form(handle: str) -> Response:
    """What a ban does, in numbers, and the form."""
    return _ban(find_person(handle))


def _ban(row: Any, problems: Sequence[dict[str, str]] = (), status: int = 200) -> Response:
    return _form(row, "ban", ban_sentences(recount.follows_ban(reading(), row.id, clock.now())), problems, status)


@blueprint.post(PERSON + "/ban")
@allow("ban_person")
def ban(handle: str) -> Response:
    """Ban somebody."""
    row, problems = find_person(handle), _note_problems()
    if problems:
        return _ban(row, problems, 422)
    command = sanction.BanPerson(row.id, person_id(), _note())
    return _done(
        row, _ban, lambda: sanction.ban_person(storage(), command, clock.now()), _("Banned. It is in the log.")
    )


@blueprint.get(PERSON + "/lift")
@allow("lift_sanction")
def lift_form(handle: str) -> Response:
    """What comes back, and the form."""
    return _lift(find_person(handle))


def _lift(row: Any, problems: Sequence[dict[str, str]] = (), status: int = 200) -> Response:
    is_banned = row.state == "banned"
    follows = recount.follows_lift(reading(), row.id, clock.now()) if is_banned else None
    return _form(row, "lift", lift_sentences(is_banned=is_banned, follows=follows), problems, status)


@blueprint.post(PERSON + "/lift")
@allow("lift_sanction")
def lift(handle: str) -> Response:
    """Lift a pause or a ban."""
    row, problems = find_person(handle), _note_problems()
    if problems:
        return _lift(row, problems, 422)
    command = sanction.BanPerson(row.id, person_id(), _note())
    return _done(row, _lift, lambda: sanction.lift_ban(storage(), command, clock.now()), _("Lifted. It is in the log."))


def _form(row: Any, act: str, sentences: list[str], problems: Sequence[dict[str, str]], status: int) -> Response:
    titles = {
        "pause": _("Pause %(name)s", name=row.display_name),
        "ban": _("Ban %(name)s", name=row.display_name),
        "lift": _("Lift what stands against %(name)s", name=row.display_name),
    }
    buttons = {"pause": _("Pause them"), "ban": _("Ban them"), "lift": _("Lift it")}
    about = {
        "title": titles[act],
        "button": buttons[act],
        "act": act,
        "name": row.display_name,
        "url": desk_url(row.handle),
        "sentences": sentences,
        "days": request.form.get("days", "7"),
        "note": request.form.get("note", ""),
        "most": MOST_NOTE,
    }
    return page("moderate/sanction.html", status, page=about, problems=problems)


def _note() -> str:
    return request.form.get("note", "").strip()


def _note_problems() -> list[dict[str, str]]:
    """A reason has to be given: it stands in the moderation log."""
    if 0 < len(_note()) <= MOST_NOTE:
        return []
    return [{"id": "note", "text": why_words(MOST_NOTE)}]


def _done(row: Any, again: Callable[..., Response], act: Callable[[], object], words: str) -> Response:
    """Act and go to the person's page; or the same form again, with what stands in the way."""
    try:
        act()
    except WellkeptError as error:
        if status_of(error) not in (409, 422):
            raise
        return again(row, [{"id": "", "text": refusal_words(error)}], status_of(error))
    say(words)
    return redirect(desk_url(row.handle), 303)
