"""A person's account in words: states of suggestions, what is missing for a role, which browser that is."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from webapp.domain.diff import group_label
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import suggestion_state
from webapp.domain.roles import Role
from webapp.services.account_own import Prospects
from webapp.storage.queries.account import Mark, OwnSuggestion
from webapp.web.wording import STATE_WORDS, at_words, count_words

TONES = {"open": "waiting", "applied": "good", "partly applied": "good", "superseded": "good", "rejected": "bad"}
TYPES = {"create": "A new entry", "close": "To close it", "reopen": "To open it again", "merge": "To merge it"}
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "an iPhone", "iPad": "an iPad", "CrOS": "a Chromebook", "Windows": "Windows",
    "Macintosh": "a Mac", "Linux": "Linux",
}  # fmt: skip


class NotAMark(Exception):
    """Not an address that a list of ours leads to."""


def mark_text(mark: Mark) -> str:
    """A mark for an address."""
    return f"{mark.at:%Y%m%dT%H%M%S%f}.{mark.id}"


def read_mark(text: str | None) -> Mark | None:
    """The mark in an address; None where there is none. NotAMark."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{8}T\d{12})\.([0-9a-f-]{36})", text, re.ASCII)
    if found is None:
        raise NotAMark
    try:
        return Mark(datetime.strptime(found[1] + "+0000", "%Y%m%dT%H%M%S%f%z"), found[2])
    except ValueError:
        raise NotAMark from None


def row_view(suggestion: OwnSuggestion) -> dict[str, Any]:
    """One row of the own suggestions."""
    state = suggestion_state(change.state for change in suggestion.changes)
    words = dict.fromkeys(change_words(change.type, change.kind, change.group) for change in suggestion.changes)
    sentence = ", ".join(words)
    if state == "open" and any(change.is_escalated and change.state == "open" for change in suggestion.changes):
        sentence += ". Moderators have been asked to look"
    return {
        "title": suggestion.title,
        "url": f"/suggestions/{suggestion.id}",
        "state_words": STATE_WORDS[state],
        "tone": TONES.get(state, ""),
        "sentence": sentence + ".",
        "at": suggestion.created_at,
    }


def change_words(type_: str, kind: str, group: str) -> str:
    """What a change is about, in a few words."""
    if type_ in TYPES:
        return TYPES[type_]
    try:
        return group_label(KINDS[kind], group)
    except KeyError:
        return "A change"  # of a group that the kind no longer has


def next_role_words(may: Prospects, is_confirmed: bool, now: datetime) -> str | None:
    """What is missing for the next role, as one sentence; None where rules give no further one."""
    if not is_confirmed:
        return "Open the link in our letter first: your suggestions count once your address is confirmed."
    if may.next_role is None:
        return None
    name = "a reviewer, who votes on suggestions" if may.next_role is Role.REVIEWER else "a trusted reviewer"
    missing = _counts(may)
    if not missing and may.earliest is None:
        return f"You have done all it takes to become {name}. It is looked at once a day."
    time = f"at the earliest {at_words(may.earliest, now)}" if may.earliest else ""
    needs = f"you need {_listed(missing)}" if missing else "you need a little more time"
    return f"To become {name}, {needs}{'; ' if time else ''}{time}."


def _counts(may: Prospects) -> list[str]:
    words = (
        (may.changes, "more applied change", "more applied changes"),
        (may.records, "more record changed", "more records changed"),
        (may.approvers, "more person who approves of one", "more people who approve of one"),
    )
    return [f"{count_words(count)} {one if count == 1 else many}" for count, one, many in words if count]


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def device_words(agent: str) -> str:
    """A browser as people know it: "Firefox on Android"."""
    browser = next((words for name, words in BROWSERS.items() if f"{name}/" in agent), None)
    system = next((words for name, words in SYSTEMS.items() if name in agent), None)
    if browser is None:
        return f"A browser on {system}" if system else "A browser that we don’t know"
    return f"{browser} on {system}" if system else browser
