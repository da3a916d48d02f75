"""From a notice to the people it concerns. Its law: one mail a person, for all that happened to one suggestion alike.

What befalls several changes of a suggestion within a few minutes, vote by vote, is one piece of news to its author.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from webapp.services.notify.names import OF_CHANGES, TO_AUTHORS, TO_MODERATORS, NotSent, Payload, name_of
from webapp.services.notify.words import MOST_NAMED
from webapp.storage.models import Change, Outbox
from webapp.storage.queries import notices, undone
from webapp.storage.unit_of_work import Row, UnitOfWork

NEWS_LASTS = timedelta(days=14)
"""A notice that could not go out for so long is no news any more."""
REST = timedelta(minutes=5)
"""A notice about one of several changes waits so long for what happens to the others."""
PARTS = ("author", "coauthor", "supporter", "self", "voter", "moderator")
"""Whoever has several parts in a suggestion is written to by the first of these."""
SIZE = select(func.count()).select_from(Change).where(Change.suggestion_id == bindparam("suggestion"))
PENDING = (
    select(Outbox)
    .where(
        Outbox.type == "notice",
        Outbox.done_at.is_(None),
        or_(Outbox.leased_until.is_(None), Outbox.leased_until <= bindparam("now")),
        Outbox.payload.like(bindparam("mark")),
    )
    .order_by(Outbox.created_at, Outbox.id)
    .with_for_update(skip_locked=True)
)


def rests_until(uow: UnitOfWork, row: Row) -> datetime | None:
    """Until when a notice waits, for others of its suggestion or for the end of its roll back; None where it goes."""
    payload = json.loads(row.payload)
    if name_of(payload) == "undone" and undone.is_running(uow.connection, payload["by"]):
        return uow.now + REST
    end: datetime = row.created_at + REST
    if name_of(payload) not in OF_CHANGES or "suggestion" not in payload or end <= uow.now:
        return None
    return end if int(uow.value(SIZE, {"suggestion": payload["suggestion"]}) or 0) > 1 else None


def address(uow: UnitOfWork, row: Row) -> list[Row]:
    """Promise one mail to each person whom an outbox row of type `notice` concerns.

    Each mail has a row of its own, so that one that fails is tried again by itself. It tells of what befell other
    changes of the suggestion too: gives all the rows that it tells of. NotSent when it is too late.
    """
    if uow.now - row.created_at > NEWS_LASTS:
        raise NotSent("too old to be news")
    if name_of(json.loads(row.payload)) == "undone":
        _address_undone(uow, row)
        return [row]
    rows = [row, *_alike(uow, row)]
    told = {"at": max(each.created_at for each in rows).isoformat()}
    for person_id, (part, changes) in _concerned(uow.connection, rows).items():
        payload = {**json.loads(row.payload), **told, "part": part}
        if changes:
            payload |= {"change": changes[0], "changes": changes}
        uow.outbox("mail", f"mail:{row.id}:{person_id}", payload, person_id)
    return rows


def _alike(uow: UnitOfWork, row: Row) -> list[Row]:
    """The other notices that wait and say the same of other changes of the suggestion."""
    payload = json.loads(row.payload)
    if name_of(payload) not in OF_CHANGES or "suggestion" not in payload:
        return []
    waiting = uow.all(PENDING, {"now": uow.now, "mark": f'%"suggestion":"{payload["suggestion"]}"%'})
    return [
        other
        for other in waiting
        if other.id != row.id
        and json.loads(other.payload)["what"] == payload["what"]
        and uow.now - other.created_at <= NEWS_LASTS
    ]


def _concerned(connection: Connection, rows: Iterable[Row]) -> dict[str, tuple[str, list[str]]]:
    """By person: their part, and the changes that they are told of, each once."""
    found: dict[str, tuple[str, list[str]]] = {}
    for row in rows:
        payload = json.loads(row.payload)
        for person_id, part in whom(connection, payload, row.person_id).items():
            before, changes = found.get(person_id, (part, []))
            new = [payload["change"]] if "change" in payload and payload["change"] not in changes else []
            found[person_id] = (min(before, part, key=PARTS.index), [*changes, *new])
    return found


def whom(connection: Connection, payload: Payload, person_id: str | None = None) -> dict[str, str]:
    """Whom a notice concerns, by id, with their part in it: one of PARTS."""
    what = name_of(payload)
    found: dict[str, str] = {}
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


# -- what was undone --------------------------------------------------------------------------------------


def _address_undone(uow: UnitOfWork, row: Row) -> None:
    """One mail to each person for all that one operation undid, and one for all that came back by it: how much of it
    was theirs, and how much they backed or voted on. Whoever undid it is not told; a change of which somebody is both
    author and voter is theirs.
    """
    by = json.loads(row.payload)["by"]
    undoer = notices.told_operation(uow.connection, by)
    told: dict[tuple[str, str], dict[str, str]] = {}  # by person and letter: their part, by what was undone
    for one in undone.undone_parts(uow.connection, by):
        parts = told.setdefault((one.person_id, "back" if one.is_back else "undone"), {})
        parts[one.operation_id] = min(parts.get(one.operation_id, one.part), one.part, key=PARTS.index)
    for (person_id, what), parts in told.items():
        if undoer is None or person_id != undoer.actor_id:
            key = f"mail:{what}:{by}:{person_id}:{len(parts)}"  # once more, where more of theirs is undone by now
            uow.outbox("mail", key, _undone_payload(what, by, parts, row), person_id)


def _undone_payload(what: str, by: str, parts: Mapping[str, str], row: Row) -> dict[str, Any]:
    """What a mail tells of what was undone or is back: the first few by name, the others by their number."""
    order = sorted(parts, key=lambda operation_id: (PARTS.index(parts[operation_id]), operation_id))
    own = sum(part in ("author", "coauthor") for part in parts.values())
    return {
        "what": what,
        "at": row.created_at.isoformat(),
        "by": by,
        "part": parts[order[0]],
        "own": own,
        "others": len(parts) - own,
        "operations": order[:MOST_NAMED],
    }
