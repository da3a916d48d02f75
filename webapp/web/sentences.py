"""What becomes of a change in one sentence: why it is not applied yet, how it ended, what hides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp.web.wording import at_words, count_words, many, plural, span_words

Reasons = Iterable[tuple[str, Mapping[str, Any]]]


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def waiting_sentence(reasons: Reasons, now: datetime) -> str:
    """One sentence: what is missing, from whom, and when at the earliest.

    "Not applied yet: two more approvals, one of them from a trusted reviewer; at the earliest tomorrow at 14:10."
    """
    said = dict(reasons)
    parts = [*_votes(said), *_obstacles(said)]
    times = [
        _moment(said[code][key]) for code, key in (("too_early", "at"), ("paused_by_reject", "until")) if code in said
    ]
    if times:
        parts.append(f"at the earliest {at_words(max(times), now)}")
    parts += _rejected(said)
    return f"Not applied yet: {'; '.join(parts)}." if parts else "It applies as soon as it is looked at again."


def _rejected(said: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a rejection makes of it: a rest, and a higher threshold. Where moderators decide, that is said instead."""
    effects = [
        words
        for code, words in (
            ("paused_by_reject", "rests until then"),
            ("contested_margin", "needs more approvals than usual"),
        )
        if code in said and "contested" not in said
    ]
    return [f"somebody rejected it, so it {' and '.join(effects)}"] if effects else []


def _votes(said: Mapping[str, Mapping[str, Any]]) -> list[str]:
    missing = said.get("approvals_missing") or said.get("contested_margin")
    needs = {"trusted_missing": "a trusted reviewer", "moderator_missing": "a moderator"}
    people = [words for code, words in needs.items() if code in said]
    if "protected" in said:
        people = [
            {"trusted": "trusted people", "moderators": "moderators"}.get(str(said["protected"]["level"]), "moderators")
        ]
    if missing is None:
        return [f"an approval from {people[0]}"] if people else []
    count = int(missing["count"])
    words = f"{count_words(count)} more {'approval' if count == 1 else 'approvals'}"
    if not people:
        return [words]
    if "protected" in said or count == 1:
        return [f"{words} from {people[0]}"]
    return [f"{words}, one of them from {people[0]}"]


def _obstacles(said: Mapping[str, Mapping[str, Any]]) -> list[str]:
    words = {
        "reason_missing": "a reason for it",
        "conflicted": "the record has changed underneath it, so it must be fitted to the record as it is now",
        "record_closed": "the record is closed, so it waits until that is reopened",
        "contested": "people disagree, so a moderator decides",
        "objection": "whoever looks after the record objects, so a moderator decides",
        "rejudged": "votes on it were set aside, so a moderator looks first",
        "hidden": "it is hidden as possible spam until a moderator looks",
    }
    parts = [text for code, text in words.items() if code in said]
    if "escalated" in said and not parts:
        parts.append("moderators have been asked to look")
    return parts


def end_sentence(state: str, decided_by: str | None, votes: int, expire_after: timedelta) -> tuple[str, str]:
    """How a change ended, as a sentence and its tone; `expire_after` is of the policy that it was under."""
    by_hand = f"by {decided_by}, a moderator" if decided_by else None
    sentences = {
        "applied": (f"Applied {by_hand or 'by ' + plural(votes, 'vote')}.", "good"),
        "rejected": (f"Rejected {by_hand or 'by the votes'}. The record stays as it was.", "bad"),
        "withdrawn": ("Taken back by its author.", ""),
        "superseded": ("The record says so already, by another change.", "good"),
        "expired": (f"Nobody decided it in {span_words(expire_after)}, so it ended. It can be suggested again.", ""),
    }
    return sentences.get(state, ("", ""))


def flags_sentence(flags_to_hide: int) -> str:
    """What flags for spam bring about, by the number that the policy asks for."""
    hide = "hides" if flags_to_hide == 1 else "hide"
    return f"{many(flags_to_hide, 'flag').capitalize()} {hide} it until a moderator looks."
