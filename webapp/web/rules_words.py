"""The parts of the rules in the order of their page, each told in plain words from the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.policy import Policy
from webapp.language import _, mark
from webapp.web import rules_changes, rules_people


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its name among the contents, its heading, and points that stand by themselves."""

    id: str
    name: str
    heading: str
    points: tuple[str, ...]


_PARTS: tuple[tuple[str, str, str, Callable[[Policy], list[str]]], ...] = (
    ("classes", mark("Classes"), mark("Which class a change has"), rules_changes.classes),
    ("votes", mark("Votes"), mark("Who votes, and which votes count"), rules_changes.votes),
    ("rejects", mark("Rejects"), mark("When somebody rejects"), rules_changes.rejects),
    ("silence", mark("Silence"), mark("Silence never publishes"), rules_changes.silence),
    ("few", mark("Few people"), mark("When few people take part"), rules_changes.few),
    ("meanwhile", mark("Meanwhile"), mark("When things change meanwhile"), rules_changes.meanwhile),
    ("roles", mark("Roles"), mark("How roles are earned"), rules_people.roles),
    ("limits", mark("Limits"), mark("How much at once"), rules_people.limits),
    ("spam", mark("Spam and bans"), mark("Spam, pauses and bans"), rules_people.spam_and_bans),
    ("moderators", mark("Moderators"), mark("What moderators may do alone"), rules_people.moderators),
    ("protection", mark("Protection"), mark("Protected records"), rules_people.protection),
    ("undo", mark("Undoing"), mark("Everything can be undone"), rules_people.undo),
    ("versions", mark("Versions"), mark("How these rules change"), rules_people.versions),
)


def sections(policy: Policy) -> list[Section]:
    """The whole of the rules but for what each class needs, in the order of the page."""
    return [Section(id_, _(name), _(heading), tuple(say(policy))) for id_, name, heading, say in _PARTS]
