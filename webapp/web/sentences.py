"""What becomes of a change in one sentence: why it is not applied yet, how it ended, what hides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp.language import _, mark, ngettext, with_capital
from webapp.web.wording import at_words, count_words, span_words

Reasons = Iterable[tuple[str, Mapping[str, Any]]]
Said = Mapping[str, Mapping[str, Any]]


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def missing_words(reasons: Reasons, now: datetime) -> str:
    """What is missing, from whom, and when at the earliest, each a clause of its own; "" where nothing is.

    "two more approvals, one of them from a trusted reviewer; at the earliest tomorrow at 14:10"
    """
    said = dict(reasons)
    parts = [*_votes(said), *_obstacles(said)]
    times = [
        _moment(said[code][key]) for code, key in (("too_early", "at"), ("paused_by_reject", "until")) if code in said
    ]
    if times:
        parts.append(_("at the earliest %(when)s", when=at_words(max(times), now)))
    # Translators: stands between the clauses of a sentence
    return _("; ").join([*parts, *_rejected(said)])


def waiting_sentence(missing: str) -> str:
    """One sentence from what is missing: "Not applied yet: two more approvals; at the earliest tomorrow at 14:10."."""
    return _("Not applied yet: %(missing)s.", missing=missing) if missing else _nothing_missing()


def brief_sentence(missing: str) -> str:
    """The same where everything waits: "Two more approvals; at the earliest tomorrow at 14:10."."""
    return _("%(missing)s.", missing=with_capital(missing)) if missing else _nothing_missing()


def _nothing_missing() -> str:
    return _("It applies as soon as it is looked at again.")


def _rejected(said: Said) -> list[str]:
    """What a rejection makes of it: a rest, and a higher threshold. Where moderators decide, that is said instead."""
    rests, needs_more = "paused_by_reject" in said, "contested_margin" in said
    if "contested" in said or not (rests or needs_more):
        return []
    if rests and needs_more:
        return [_("somebody rejected it, so it rests until then and needs more approvals than usual")]
    if rests:
        return [_("somebody rejected it, so it rests until then")]
    return [_("somebody rejected it, so it needs more approvals than usual")]


def _votes(said: Said) -> list[str]:
    missing = said.get("approvals_missing") or said.get("contested_margin")
    person = _person(said)
    if missing is None:
        return [_(AN_APPROVAL[person])] if person else []
    count = int(missing["count"])
    approvals = ngettext("%(count)s more approval", "%(count)s more approvals", count, count=count_words(count))
    if not person:
        return [approvals]
    whose = APPROVALS if "protected" in said or count == 1 else ONE_OF_THEM
    return [_(whose[person], approvals=approvals)]


def _person(said: Said) -> str:
    """Who has to be among those who approve: "" is nobody in particular."""
    if "protected" in said:
        return "trusted people" if str(said["protected"]["level"]) == "trusted" else "moderators"
    return next((who for who in ("trusted", "moderator") if f"{who}_missing" in said), "")


AN_APPROVAL = {
    "trusted": mark("an approval from a trusted reviewer"),
    "moderator": mark("an approval from a moderator"),
    "trusted people": mark("an approval from trusted people"),
    "moderators": mark("an approval from moderators"),
}
APPROVALS = {
    "trusted": mark("%(approvals)s from a trusted reviewer"),
    "moderator": mark("%(approvals)s from a moderator"),
    "trusted people": mark("%(approvals)s from trusted people"),
    "moderators": mark("%(approvals)s from moderators"),
}
ONE_OF_THEM = {
    "trusted": mark("%(approvals)s, one of them from a trusted reviewer"),
    "moderator": mark("%(approvals)s, one of them from a moderator"),
}
OBSTACLES = {
    "reason_missing": mark("a reason for it"),
    "conflicted": mark("the record has changed underneath it, so it must be fitted to the record as it is now"),
    "record_closed": mark("the record is closed, so it waits until that is reopened"),
    "contested": mark("people disagree, so a moderator decides"),
    "objection": mark("whoever looks after the record objects, so a moderator decides"),
    "rejudged": mark("votes on it were set aside, so a moderator looks first"),
    "hidden": mark("it is hidden until a moderator looks"),
}


def _obstacles(said: Said) -> list[str]:
    parts = [_(text) for code, text in OBSTACLES.items() if code in said]
    if "escalated" in said and not parts:
        parts.append(_("moderators have been asked to look"))
    return parts


def end_sentence(state: str, decided_by: str | None, votes: int, expire_after: timedelta) -> tuple[str, str]:
    """How a change ended, as a sentence and its tone; `expire_after` is of the policy that it was under."""
    if state == "applied":
        return _applied(decided_by, votes), "good"
    if state == "rejected":
        return _turned_down(decided_by), "bad"
    if state == "withdrawn":
        return _("Taken back by its author."), ""
    if state == "superseded":
        return _("The record says so already, by another change."), "good"
    if state == "expired":
        span = span_words(expire_after)
        return _("Nobody decided it in %(span)s, so it ended. It can be suggested again.", span=span), ""
    return "", ""


def _applied(decided_by: str | None, votes: int) -> str:
    if decided_by:
        return _("Applied by %(name)s, a moderator.", name=decided_by)
    return ngettext("Applied by %(num)s vote.", "Applied by %(num)s votes.", votes)


def _turned_down(decided_by: str | None) -> str:
    if decided_by:
        return _("Rejected by %(name)s, a moderator. The record stays as it was.", name=decided_by)
    return _("Rejected by the votes. The record stays as it was.")


def flags_sentence(flags_to_hide: int) -> str:
    """What flags for spam bring about, by the number that the policy asks for."""
    sentence = ngettext(
        "%(count)s flag hides it until a moderator looks.",
        "%(count)s flags hide it until a moderator looks.",
        flags_to_hide,
        count=count_words(flags_to_hide),
    )
    return with_capital(sentence)
