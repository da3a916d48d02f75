"""A person's account in words: states of suggestions, what is missing for a role, which browser that is."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from webapp.domain.lifecycle import suggestion_state
from webapp.domain.roles import ROLE_NAMES, Role
from webapp.language import _, listed, mark, ngettext, number_words
from webapp.services.account_own import Prospects
from webapp.storage.queries.account import Mark, OwnSuggestion
from webapp.storage.queries.demo import SignIn
from webapp.web.resubmitting import resubmit_url
from webapp.web.wording import STATE_WORDS, at_words, count_words, label_of, title_words

TONES = {"open": "waiting", "applied": "good", "partly applied": "good", "superseded": "good", "rejected": "bad"}
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = mark({
    "Android": "Android", "iPhone": "an iPhone", "iPad": "an iPad", "CrOS": "a Chromebook", "Windows": "Windows",
    "Macintosh": "a Mac", "Linux": "Linux",
})  # fmt: skip
STEPS = mark({
    Role.REVIEWER: (
        "You have done all it takes to become a reviewer, who votes on suggestions. It is looked at once a day.",
        "To become a reviewer, who votes on suggestions, you need %(needs)s.",
        "To become a reviewer, who votes on suggestions, you need %(needs)s; at the earliest %(when)s.",
        "To become a reviewer, who votes on suggestions, you need a little more time; at the earliest %(when)s.",
    ),
    Role.TRUSTED: (
        "You have done all it takes to become a trusted reviewer. It is looked at once a day.",
        "To become a trusted reviewer, you need %(needs)s.",
        "To become a trusted reviewer, you need %(needs)s; at the earliest %(when)s.",
        "To become a trusted reviewer, you need a little more time; at the earliest %(when)s.",
    ),
})
"""Towards a role: all is done; more is needed; more, and time; only time."""


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


def bounded_words(number: int, most: int) -> str:
    """A number that was counted no further than to one more than `most`."""
    return number_words(number) if number <= most else _("more than %(number)s", number=number_words(most))


def role_words(person: SignIn, now: datetime) -> str:
    """The role of one of the demo's people, and their pause while it lasts."""
    name = _(ROLE_NAMES[person.role])
    is_paused = person.paused_until is not None and person.paused_until > now
    return _("%(role)s, paused", role=name) if is_paused else name


def row_view(suggestion: OwnSuggestion) -> dict[str, Any]:
    """One row of the own suggestions."""
    state = suggestion_state(change.state for change in suggestion.changes)
    first = suggestion.changes[0]
    return {
        "title": title_words(first.type, first.kind, suggestion.record_name),
        "url": f"/suggestions/{suggestion.id}",
        "state_words": _(STATE_WORDS[state]),
        "tone": TONES.get(state, ""),
        "sentence": _what_became(suggestion),
        "at": suggestion.created_at,
        "resubmits": [
            {"label": label_of(change), "url": url}
            for change in suggestion.changes
            if (url := resubmit_url(change, change.kind))
        ],
    }


def _what_became(suggestion: OwnSuggestion) -> str:
    """What it was about; where one part has ended and another has not, each by its state."""
    by_state: dict[str, dict[str, None]] = {}
    for change in suggestion.changes:
        by_state.setdefault(change.state, {})[label_of(change)] = None
    listing = {state: listed([*labels]) for state, labels in by_state.items()}
    if len(listing) == 1:
        sentences = [_("%(changes)s.", changes=words) for words in listing.values()]
    else:
        sentences = [_("%(state)s: %(changes)s.", state=_(STATE_WORDS[s]), changes=listing[s]) for s in listing]
    if any(change.is_escalated and change.state == "open" for change in suggestion.changes):
        sentences.append(_("Moderators have been asked to look."))
    return " ".join(sentences)


def next_role_words(may: Prospects, is_confirmed: bool, now: datetime) -> str | None:
    """What is missing for the next role, as one sentence; None where rules give no further one."""
    if not is_confirmed:
        return _("Open the link in our letter first: your suggestions count once your address is confirmed.")
    if may.next_role is None:
        return None
    done, needed, needed_and_time, time = STEPS[may.next_role]
    needs, when = listed(_counts(may)), at_words(may.earliest, now) if may.earliest else ""
    if needs:
        return _(needed_and_time, needs=needs, when=when) if when else _(needed, needs=needs)
    return _(time, when=when) if when else _(done)


def _counts(may: Prospects) -> list[str]:
    changes, records, people = (count_words(count) for count in (may.changes, may.records, may.approvers))
    words = (
        ngettext("%(count)s more applied change", "%(count)s more applied changes", may.changes, count=changes),
        ngettext("%(count)s more record changed", "%(count)s more records changed", may.records, count=records),
        ngettext(
            "%(count)s more person who approves of one",
            "%(count)s more people who approve of one",
            may.approvers,
            count=people,
        ),
    )
    wanted = (may.changes, may.records, may.approvers)
    return [part for part, count in zip(words, wanted, strict=True) if count]


def device_words(agent: str) -> str:
    """A browser as people know it: "Firefox on Android"."""
    browser = next((words for name, words in BROWSERS.items() if f"{name}/" in agent), None)
    system = next((words for name, words in SYSTEMS.items() if name in agent), None)
    if system is None:
        return browser or _("A browser that we don’t know")
    if browser is None:
        return _("A browser on %(system)s", system=_(system))
    return _("%(browser)s on %(system)s", browser=browser, system=_(system))
