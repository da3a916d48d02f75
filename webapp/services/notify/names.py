"""The names of letters, and what each is: whom it goes to, whether it can be turned off. Its law: data, no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

NAMES = {"reject": "rejected", "escalate": "escalated", "expire": "expired"}
"""Outcomes of a decision by the name of their letter."""
TO_AUTHORS = frozenset(
    ("applied", "rejected", "expired", "escalated", "conflicted", "superseded", "moved", "first_reject")
)
TO_MODERATORS = frozenset(("escalated", "urgent_report"))
WHILE_OPEN = frozenset(("renewed", "first_reject", "conflicted", "escalated"))
"""These ask for something that only an open change has a use for."""
OF_STEWARDSHIP = frozenset(("claim_granted", "claim_refused", "stewardship_ended"))
TO_ONE = frozenset(("role", "warning", "pause", "renewed", "comment", "question", "mention")) | OF_STEWARDSHIP
ALWAYS = frozenset(("warning", "pause"))
"""These come although somebody has turned notices off: their account depends on it."""
NOTICES = TO_AUTHORS | TO_MODERATORS | TO_ONE | {"undone", "back"}
OF_CHANGES = TO_AUTHORS | {"renewed"}
"""These speak of changes: several of one suggestion go into one letter."""
ACCOUNT = frozenset(("confirm", "already_here", "email", "restore", "reset", "finish", "guest"))
LISTS = frozenset(("list",))
"""These go to an address that somebody typed who knows it; nobody needs an account for it."""

Payload: TypeAlias = Mapping[str, Any]


class NotSent(Exception):
    """There is nothing to send, and never will be; the text says why, without naming anybody."""


def name_of(payload: Payload) -> str:
    """The name of a payload's letter."""
    what = str(payload["what"])
    return NAMES.get(what, what)
