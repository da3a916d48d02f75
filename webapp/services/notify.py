"""What goes by mail: whom a notice concerns, and what each letter to them says. Nothing is sent from here.

Its law: a letter goes to one person and names no other person's address. Who has no confirmed address, is banned
or was erased gets account letters only. Account letters carry nothing that their asker has typed, so that nobody
can write to a stranger through them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, insert, update

from webapp.config import Settings
from webapp.domain.diff import group_label
from webapp.domain.hours import LONDON
from webapp.domain.kinds import KINDS
from webapp.services.account import token_hash
from webapp.storage import Storage
from webapp.storage.models import Subscription
from webapp.storage.queries import notices
from webapp.storage.queries.notices import Addressee, NamedRecord, ToldChange
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

NEWS_LASTS = timedelta(days=14)
"""A notice that could not go out for so long is no news any more."""
NAMES = {"reject": "rejected", "escalate": "escalated", "expire": "expired"}
"""Outcomes of a decision by the name of their letter."""
TO_AUTHORS = frozenset(
    ("applied", "rejected", "expired", "escalated", "conflicted", "superseded", "moved", "first_reject")
)
TO_MODERATORS = frozenset(("escalated", "urgent_report"))
WHILE_OPEN = frozenset(("renewed", "first_reject", "conflicted", "escalated"))
"""These ask for something that only an open change has a use for."""
TO_ONE = frozenset(("role", "warning", "pause", "renewed", "comment"))
ALWAYS = frozenset(("warning", "pause"))
"""These come although somebody has turned notices off: their account depends on it."""
NOTICES = TO_AUTHORS | TO_MODERATORS | TO_ONE | {"undone"}
ACCOUNT = frozenset(("confirm", "already_here", "email", "reset", "finish", "guest"))
PAGES = {"finish": "reset"}
"""The page behind an account letter's link, where it has another name than the letter."""
RECORD_PAGES = frozenset(("service", "organization", "location", "guide"))
ROLES = {
    "volunteer": "a volunteer",
    "reviewer": "a reviewer",
    "trusted": "a trusted reviewer",
    "moderator": "a moderator",
    "administrator": "an administrator",
}
LADDER = tuple(ROLES)

Payload: TypeAlias = Mapping[str, Any]


class NotSent(Exception):
    """There is nothing to send, and never will be; the text says why, without naming anybody."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it has a form: the template of its words, what they speak of, and whom they go to."""

    to: str
    template: str
    context: dict[str, Any]
    thread: str | None = None  # the suggestion that it belongs to
    stop_url: str | None = None  # where notices are turned off


# -- from a notice to the people it concerns --------------------------------------------------------------


def address(uow: UnitOfWork, row: Row) -> int:
    """Promise one mail to each person whom an outbox row of type `notice` concerns; gives how many.

    Each mail has a row of its own, so that one that fails is tried again by itself. NotSent when it is too late.
    """
    if uow.now - row.created_at > NEWS_LASTS:
        raise NotSent("too old to be news")
    payload = json.loads(row.payload)
    concerned = whom(uow.connection, payload, row.person_id)
    for person_id, part in concerned.items():
        told = {**payload, "part": part, "at": row.created_at.isoformat()}
        uow.outbox("mail", f"mail:{row.id}:{person_id}", told, person_id)
    return len(concerned)


def whom(connection: Connection, payload: Payload, person_id: str | None = None) -> dict[str, str]:
    """Whom a notice concerns, by id, with their part in it: author, coauthor, supporter, voter, moderator, self."""
    what = name_of(payload)
    found: dict[str, str] = {}
    if what == "undone":
        return _whom_undone(connection, payload)
    if person_id is not None:
        return _whom_alone(connection, what, payload, person_id)
    if what in TO_AUTHORS:
        found |= dict(notices.authors(connection, payload["change"]))
    if what in TO_MODERATORS:
        found |= {id_: "moderator" for id_ in notices.moderators(connection) if id_ not in found}
    return found


def _whom_alone(connection: Connection, what: str, payload: Payload, person_id: str) -> dict[str, str]:
    """The one person whom a service named, with their part; nobody, where they did it themselves."""
    if what == "renewed":
        is_own = notices.newest_hand(connection, payload["change"]) == person_id
        return {} if is_own else {person_id: "voter"}
    authors = dict(notices.authors(connection, payload["change"])) if "change" in payload else {}
    return {person_id: authors.get(person_id, "self")}


def _whom_undone(connection: Connection, payload: Payload) -> dict[str, str]:
    """Author and voters of a change that was undone, or who did what was undone; never who undid it."""
    undone = notices.told_operation(connection, payload["operation"])
    by = notices.told_operation(connection, payload["by"])
    if undone is None:
        return {}
    if undone.change_id is None:
        found = {undone.actor_id: "author"} if undone.actor_id else {}
    else:
        voters = dict.fromkeys(notices.voters(connection, undone.change_id), "voter")
        found = {**voters, **dict(notices.authors(connection, undone.change_id))}
    if by is not None and by.actor_id:
        found.pop(by.actor_id, None)
    return found


def name_of(payload: Payload) -> str:
    """The name of a payload's letter."""
    what = str(payload["what"])
    return NAMES.get(what, what)


# -- from an outbox row to a letter -----------------------------------------------------------------------


def letter(connection: Connection, settings: Settings, row: Row, now: datetime) -> Letter:
    """The letter of an outbox row of type `mail` or `account`. NotSent when there is none to send."""
    payload = json.loads(row.payload)
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
    context["at"] = when_words(datetime.fromisoformat(payload["at"]))
    stop = f"{settings.public_url}/account/notifications?token={stop_token(settings, to.id)}"
    return Letter(to.email, f"mail/{what}.txt", context, thread, None if what in ALWAYS else stop)


def _account_letter(
    connection: Connection, settings: Settings, to: Addressee, payload: Payload, now: datetime
) -> Letter:
    what = str(payload["what"])
    address = payload.get("email") if what == "email" else to.email  # a new address is confirmed where it is
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
        context |= {"link": f"{settings.public_url}/account/{PAGES.get(what, what)}/{token}", "until": when_words(ends)}
    return Letter(str(address), f"mail/{what}.txt", context)


Facts: TypeAlias = tuple[dict[str, Any], str | None]


def _about_change(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    change = notices.told_change(connection, payload["change"])
    if change is None:
        raise NotSent("the suggestion is gone")
    what = name_of(payload)
    if what in WHILE_OPEN and change.state != "open":
        raise NotSent("overtaken by events")
    link = f"{settings.public_url}/suggestions/{change.suggestion_id}"
    if what == "applied" and change.record is not None:
        link = record_url(settings, change.record)
    until = when_words(change.paused_until) if change.paused_until else None
    return {**_thing(change, payload["part"]), "link": link, "until": until}, change.suggestion_id


def _about_undone(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    undone = notices.told_operation(connection, payload["operation"])
    change = notices.told_change(connection, undone.change_id) if undone and undone.change_id else None
    records = payload["records"]
    record = change.record if change else notices.named_record(connection, records[0]) if len(records) == 1 else None
    words = _thing(change, payload["part"]) if change else _edit_of(record)
    link = f"{record_url(settings, record)}/history" if record else f"{settings.public_url}/changes"
    return {**words, "link": link}, change.suggestion_id if change else None


def _about_comment(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    comment = notices.told_comment(connection, payload["comment"])
    if comment is None or comment.change_id is None:
        raise NotSent("the comment is gone")
    change = notices.told_change(connection, comment.change_id)
    if change is None:
        raise NotSent("the suggestion is gone")
    parts = dict(notices.authors(connection, change.id))
    words = _thing(change, parts.get(to.id, "self"))
    link = f"{settings.public_url}/suggestions/{change.suggestion_id}"
    return {**words, "by": one_line(comment.by), "link": link}, change.suggestion_id


def _about_report(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    record = notices.reported_record(connection, payload["report"])
    name = one_line(record.name) if record else "a record"
    return {"record": name, "link": f"{settings.public_url}/moderate"}, None


def _about_role(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    role = str(payload["role"])
    before = notices.newest_roles(connection, to.id)[1:]
    is_up = not before or before[0] not in LADDER or LADDER.index(role) > LADDER.index(before[0])
    page = "review" if is_up and role in LADDER[1:] else "rules"
    return {"role": role, "role_words": ROLES[role], "is_up": is_up, "link": f"{settings.public_url}/{page}"}, None


def _about_conduct(connection: Connection, settings: Settings, payload: Payload, to: Addressee) -> Facts:
    until = when_words(to.paused_until) if to.paused_until else None
    return {"until": until, "link": f"{settings.public_url}/account"}, None


_FACTS: dict[str, Callable[[Connection, Settings, Payload, Addressee], Facts]] = {
    **dict.fromkeys(TO_AUTHORS | {"renewed"}, _about_change),
    "undone": _about_undone,
    "comment": _about_comment,
    "urgent_report": _about_report,
    "role": _about_role,
    "warning": _about_conduct,
    "pause": _about_conduct,
}


# -- words ------------------------------------------------------------------------------------------------


def _thing(change: ToldChange, part: str) -> dict[str, str]:
    """A change as its author, a supporter, a voter or a moderator would say it."""
    name = one_line(change.name) or "a record"
    label = group_label(KINDS[change.kind], change.group) if change.type == "edit" else ""
    words = {
        "edit": f"change to {name} ({label[:1].lower()}{label[1:]})",
        "create": f"new entry, {name}",
        "close": f"suggestion to close {name}",
        "reopen": f"suggestion to reopen {name}",
        "merge": f"suggestion to merge {name} into another entry",
    }.get(change.type, f"change to {name}")
    return {"record": name, "change_type": change.type, **_as_said_by(words, part)}


def _edit_of(record: NamedRecord | None) -> dict[str, str]:
    """What somebody wrote without a suggestion, such as a revert."""
    name = one_line(record.name) if record else "several records"
    return {"record": name, "change_type": "edit", **_as_said_by(f"change to {name}", "author")}


def _as_said_by(words: str, part: str) -> dict[str, str]:
    owner = "your" if part in ("author", "coauthor") else "the"
    added = {"supporter": " that you backed", "voter": " that you voted on"}.get(part, "")
    return {"thing": f"{owner} {words}{added}", "thing_first": f"{owner.capitalize()} {words}{added}"}


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, fit for a subject."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def when_words(moment: datetime) -> str:
    """A moment in British words and in London's time: "Monday 2 March 2026 at 9:05am"."""
    local = moment.astimezone(LONDON)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.day} {local:%B %Y} at {local.hour % 12 or 12}:{local:%M}{half}"


def record_url(settings: Settings, record: NamedRecord) -> str:
    """The absolute address of a record's page."""
    if record.kind in RECORD_PAGES:
        return f"{settings.public_url}/{KINDS[record.kind].path}/{record.slug}"
    return f"{settings.public_url}/id/{record.id}"


# -- turning notices off and on ---------------------------------------------------------------------------


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="notices")


def stop_token(settings: Settings, person_id: str) -> str:
    """A signed token that lets whoever holds a person's mail turn that person's notices off, and nothing else."""
    return str(_signer(settings).dumps(person_id))


def person_of_token(settings: Settings, token: str) -> str | None:
    """Whose notices a token turns off; None for one that was not signed here."""
    try:
        return str(_signer(settings).loads(token))
    except BadSignature:
        return None


def choose_notices(storage: Storage, person_id: str, wanted: bool, now: datetime) -> None:
    """Turn a person's notices on or off; letters about their account and its standing come all the same."""
    rhythm = "at_once" if wanted else notices.OFF

    def work(uow: UnitOfWork) -> None:
        moved = uow.run(
            update(Subscription)
            .where(
                Subscription.person_id == person_id, Subscription.topic == notices.TOPIC, Subscription.target == ""
            )
            .values(rhythm=rhythm, since=uow.now, ended_at=None)
        )
        if not moved.rowcount:
            values = {"person_id": person_id, "topic": notices.TOPIC, "target": "", "rhythm": rhythm}
            uow.run(insert(Subscription), {"id": new_id(), **values, "since": uow.now, "ended_at": None})

    storage.transact(work, now)
