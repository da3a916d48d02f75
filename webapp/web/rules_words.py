"""The parts of the rules in the order of their page, each told in plain words from the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.policy import Policy
from webapp.web import rules_changes, rules_people


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its name among the contents, its heading, and points that stand by themselves."""

    id: str
    name: str
    heading: str
    points: tuple[str, ...]


_PARTS: tuple[tuple[str, str, str, Callable[[Policy], list[str]]], ...] = (
    ("classes", "Classes", "Which class a change has", rules_changes.classes),
    ("votes", "Votes", "Who votes, and which votes count", rules_changes.votes),
    ("rejects", "Rejects", "When somebody rejects", rules_changes.rejects),
    ("silence", "Silence", "Silence never publishes", rules_changes.silence),
    ("few", "Few people", "When few people take part", rules_changes.few),
    ("meanwhile", "Meanwhile", "When things change meanwhile", rules_changes.meanwhile),
    ("roles", "Roles", "How roles are earned", rules_people.roles),
    ("limits", "Limits", "How much at once", rules_people.limits),
    ("spam", "Spam and bans", "Spam, pauses and bans", rules_people.spam_and_bans),
    ("moderators", "Moderators", "What moderators may do alone", rules_people.moderators),
    ("protection", "Protection", "Protected records", rules_people.protection),
    ("undo", "Undoing", "Everything can be undone", rules_people.undo),
    ("versions", "Versions", "How these rules change", rules_people.versions),
)


def sections(policy: Policy) -> list[Section]:
    """The whole of the rules but for what each class needs, in the order of the page."""
    return [Section(id_, name, heading, tuple(say(policy))) for id_, name, heading, say in _PARTS]
