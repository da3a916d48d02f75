"""From an outbox row to a letter: what it speaks of, read when it is about to be written. Its law: reads only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection

from webapp.config import Settings
from webapp.domain.kinds import KINDS
from webapp.domain.lists import quoted
from webapp.domain.roles import SOMEBODY_WORDS, Role, at_least
from webapp.language import ENGLISH, _
from webapp.services.account import language_of, token_hash
from webapp.services.notify.choice import stop_token
from webapp.services.notify.list_letter import list_context
from webapp.services.notify.names import ALWAYS, OF_STEWARDSHIP, TO_AUTHORS, WHILE_OPEN, NotSent, Payload, name_of
from webapp.services.notify.words import moment_words, named, one_line, record_url, things, written
from webapp.storage.queries import notices
from webapp.storage.queries import undone as undone_queries
from webapp.storage.queries.notices import Addressee, ToldChange
from webapp.storage.unit_of_work import Row

PAGES = {"finish": "reset"}
"""The page behind an account letter's link, where it has another name than the letter."""
TO_GIVEN = frozenset(("email", "restore"))
"""Account letters that go to the address they name: one that is not yet the person's, or no longer."""

Facts: TypeAlias = tuple[dict[str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it has a form: the template of its words, what they speak of, and whom they go to."""

    to: str
    template: str
    context: dict[str, Any]
    thread: str | None = None  # the suggestion that it belongs to
    stop_url: str | None = None  # where notices are turned off


def spoken_to(connection: Connection, row: Row) -> str:
    """The tag of the language that a letter is to be written in: its reader's; of a list, that in which it was sent."""
    if row.type == "list":
        return str(json.loads(row.payload).get("language", ENGLISH.tag))
    return language_of(connection, row.person_id)


def letter(connection: Connection, settings: Settings, row: Row, now: datetime) -> Letter:
    """The letter of an outbox row of type `mail`, `account` or `list`. NotSent when there is none to send."""
    payload = json.loads(row.payload)
    if row.type == "list":
        return Letter(str(payload["email"]), "mail/list.txt", list_context(connection, settings, payload, now))
    to = notices.addressee(connection, row.person_id) if row.person_id else None
    if to is None:
        raise NotSent("nobody to write to")
    if row.type == "account":
        return _account_letter(connection, settings, to, payload, now)
    what = name_of(payload)
    if to.email is None:
        raise NotSent("no address")
    if not (to.is_active and to.is_confirmed):
        raise NotSent("no confirmed address")
    if not (to.wants_notices or what in ALWAYS):
        raise NotSent("notices are turned off")
    context, thread = _FACTS[what](connection, settings, payload, to)
    context |= {"site": settings.site_name, "name": one_line(to.display_name), "part": payload["part"]}
    context["at"] = moment_words(datetime.fromisoformat(payload["at"]))
    stop = f"{settings.public_url}/account/notifications?token={stop_token(settings, to.id)}"
    return Letter(to.email, f"mail/{what}.txt", context, thread, None if what in ALWAYS else stop)


def _account_letter(
    connection: Connection, settings: Settings, to: Addressee, payload: Payload, now: datetime
) -> Letter:
    what = str(payload["what"])
    address = payload.get("email") if what in TO_GIVEN else to.email
    if address is None:
        raise NotSent("no address")
    context: dict[str, Any] = {"site": settings.site_name}
    if what == "already_here":
        context["link"] = f"{settings.public_url}/account/sign-in"
    else:
        token = str(payload.get("token", ""))
        find = notices.parked_ends if what == "guest" else notices.token_ends
        ends = find(connection, token_hash(token), now)
        if ends is None:
            raise NotSent("the link no longer works")
        link = f"{settings.public_url}/account/{PAGES.get(what, what)}/{token}"
        context |= {"link": link, "until": moment_words(ends)}
    return Letter(str(address), f"mail/{what}.txt", context)


# -- what a notice speaks of ------------------------------------------------------------------------------


def _about_changes(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    """One change or several of a suggestion; those that were overtaken by events are left out."""
    told = [notices.told_change(connection, id_) for id_ in payload.get("changes", [payload["change"]])]
    there = [change for change in told if change is not None]
    if not there:
        raise NotSent("the suggestion is gone")
    what = name_of(payload)
    changes = [change for change in there if what not in WHILE_OPEN or change.state == "open"]
    if what == "applied":  # what was undone since is live no more
        gone = undone_queries.undone_changes(connection, [change.id for change in changes])
        changes = [change for change in changes if change.id not in gone]
    if not changes:
        raise NotSent("overtaken by events")
    pauses = [change.paused_until for change in changes if change.paused_until]
    facts: dict[str, Any] = {**things(changes, payload["part"])}
    facts["notes"] = list(dict.fromkeys(quoted(change.note) for change in changes if change.note.strip()))
    link = _page_of(settings, what, changes)
    return {**facts, "link": link, "until": moment_words(max(pauses)) if pauses else None}, changes[0].suggestion_id


def _page_of(settings: Settings, what: str, changes: list[ToldChange]) -> str:
    """The record, where it is one and shows what was applied; else the suggestion."""
    records = {change.record for change in changes}
    record = changes[0].record
    if what == "applied" and record is not None and len(records) == 1:
        return record_url(settings, record)
    return f"{settings.public_url}/suggestions/{changes[0].suggestion_id}"


def _about_undone(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    """One thing by its name and its record's history; several by their number and the first few names; and why."""
    own, others = payload.get("own", 1), payload.get("others", 0)
    ids = payload.get("operations") or [payload["operation"]]  # as older letters have it
    undone = [notices.told_operation(connection, id_) for id_ in ids]
    changes = [notices.told_change(connection, one.change_id) if one and one.change_id else None for one in undone]
    by = notices.told_operation(connection, payload["by"]) if "by" in payload else None
    facts: dict[str, Any] = {"own": own, "others": others, "names": "", "why": quoted(by.reason) if by else ""}
    if own + others > 1:
        facts["names"] = named([change for change in changes if change], own + others)
        words = {"record": "", "change_type": "several", "thing": "", "thing_first": ""}
        return {**words, **facts, "link": f"{settings.public_url}/operations/{payload['by']}"}, None
    change = changes[0]
    record = change.record if change else undone_queries.written_record(connection, ids[0])
    told = things([change], payload["part"]) if change else written(record)
    link = f"{record_url(settings, record)}/history" if record else f"{settings.public_url}/changes"
    return {**told, **facts, "link": link}, change.suggestion_id if change else None


def _about_comment(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    comment = notices.told_comment(connection, payload["comment"])
    if comment is None or comment.change_id is None:
        raise NotSent("the comment is gone")
    change = notices.told_change(connection, comment.change_id)
    if change is None:
        raise NotSent("the suggestion is gone")
    parts = dict(notices.authors(connection, change.id))
    words = things([change], parts.get(to.id, "self"))
    link = f"{settings.public_url}/suggestions/{change.suggestion_id}#talk"
    return {**words, "by": one_line(comment.by), "link": link}, change.suggestion_id


def _about_report(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    record = notices.reported_record(connection, payload["report"])
    name = one_line(record.name) if record else _("a record")
    return {"record": name, "link": f"{settings.public_url}/moderate"}, None


def _about_stewardship(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    record = notices.named_record(connection, payload["record"])
    if record is None:
        raise NotSent("the record is gone")
    link = f"{settings.public_url}/{KINDS[record.kind].path}/{record.slug}/claim"
    return {"record": one_line(record.name), "link": link}, None


def _about_role(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    role = str(payload["role"])
    before = notices.newest_roles(connection, to.id)[1:]
    is_up = not before or not at_least(before[0], role)
    page = "review" if is_up and at_least(role, Role.REVIEWER) else "rules"
    link = f"{settings.public_url}/{page}"
    return {"role": role, "role_words": _(SOMEBODY_WORDS[role]), "is_up": is_up, "link": link}, None


def _about_conduct(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    until = moment_words(to.paused_until) if to.paused_until else None
    return {"until": until, "link": f"{settings.public_url}/account"}, None


_FACTS: dict[str, Callable[[Connection, Settings, Payload, Addressee], Facts]] = {
    **dict.fromkeys(TO_AUTHORS | {"renewed"}, _about_changes),
    **dict.fromkeys(("undone", "back"), _about_undone),
    **dict.fromkeys(("comment", "question", "mention"), _about_comment),
    "urgent_report": _about_report,
    **dict.fromkeys(OF_STEWARDSHIP, _about_stewardship),
    "role": _about_role,
    "warning": _about_conduct,
    "pause": _about_conduct,
}
