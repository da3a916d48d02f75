"""Making many people reviewers at once: each by a transaction of their own, and each with an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webapp.domain.errors import NotAllowed, NotEligible
from webapp.domain.roles import Role
from webapp.services.sanction import GrantRole, grant_role
from webapp.storage import Storage
from webapp.storage.queries.people_desk import by_handles

MOST = 100  # people at once
Outcome = Literal["granted", "already", "unknown", "refused"]


@dataclass(frozen=True, slots=True)
class GrantMany:
    """Make these people reviewers; `typed` holds a handle a line, or with commas or spaces between."""

    actor_id: str
    typed: str
    note: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of one that was typed: the words as typed, and why where it was refused."""

    typed: str
    outcome: Outcome
    code: str = ""


def handles_in(typed: str) -> tuple[str, ...]:
    """What was typed, each once and in its order; without an @ before it, and of an address its last part."""
    words = (word.rstrip("/").rpartition("/")[2].removeprefix("@") for word in re.split(r"[\s,;]+", typed))
    return tuple(dict.fromkeys(word for word in words if word))


def grant_many(storage: Storage, command: GrantMany, now: datetime) -> Sequence[Granted]:
    """Make everybody who can be found a reviewer, unless they are one or more already; nobody is made less.

    Gives an answer for each. What stands against one stands in nobody else's way.
    """
    typed = handles_in(command.typed)[:MOST]
    with storage.read() as connection:
        found = by_handles(connection, [word.lower() for word in typed])
    return [_grant(storage, command, word, found.get(word.lower()), now) for word in typed]


def _grant(storage: Storage, command: GrantMany, typed: str, person_id: str | None, now: datetime) -> Granted:
    if person_id is None:
        return Granted(typed, "unknown")
    wish = GrantRole(person_id, command.actor_id, Role.REVIEWER, command.note, only_up=True)
    try:
        return Granted(typed, "granted" if grant_role(storage, wish, now) else "already")
    except (NotAllowed, NotEligible) as error:
        return Granted(typed, "refused", error.code)
