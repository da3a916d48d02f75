"""Every number of the rules as a field of a form, in the parts of the page that tells them. Law: each stands here once.

A span is two fields: how many, and of what. What is typed goes as it is to `domain.policy`, which alone refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy, to_data, value_at
from webapp.language import _, mark, number_words, without_capital
from webapp.web.wording import count_words, span_words

Sort = Literal["number", "against", "percent", "flag", "span"]
UNITS = (("m", mark("minutes")), ("h", mark("hours")), ("d", mark("days")))
UNIT = ".unit"  # what the name of a span's second field ends with
CLASS_NAMES = {
    Risk.LOW: mark("Everyday changes"),
    Risk.HIGH: mark("Careful changes"),
    Risk.DESTRUCTIVE: mark("Grave changes"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One number, span or yes-or-no of the rules: where it stands in a policy, and what the form calls it."""

    path: str
    label: str

    @property
    def sort(self) -> Sort:
        """How it is typed; "against" is kept below nothing, and typed as a plain number."""
        value = value_at(DEFAULT, self.path)
        if isinstance(value, bool):
            return "flag"
        if isinstance(value, timedelta):
            return "span"
        if self.path.endswith("_percent"):
            return "percent"
        return "against" if value < 0 else "number"

    def said(self, policy: Policy) -> str:
        """What a policy has there, in words."""
        return self.worded(value_at(policy, self.path))

    def worded(self, value: Any) -> str:
        """Such a value in words."""
        words: dict[Sort, Callable[[Any], str]] = {
            "flag": lambda one: _("yes") if one else _("no"),
            "span": span_words,
            "percent": lambda one: _("%(number)s %%", number=number_words(one)),
            "against": lambda one: count_words(-one),
            "number": count_words,
        }
        return words[self.sort](value)


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that belong together; the heading is that of the page that tells the rules."""

    id: str
    heading: str
    entries: tuple[Entry, ...]


def _entries(where: str, *told: tuple[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(where + name, label) for name, label in told)


def _of_class(risk: Risk) -> Part:
    return Part(
        risk.value,
        CLASS_NAMES[risk],
        (
            Entry(f"rules.{risk}.threshold", mark("Approvals needed")),
            Entry(f"rules.{risk}.needs_trusted", mark("One of them from a trusted reviewer")),
            Entry(f"rules.{risk}.needs_moderator", mark("One of them from a moderator")),
            Entry(f"rules.{risk}.needs_reason", mark("A reason needed")),
            Entry(f"rules.{risk}.earliest", mark("Waits at least")),
            Entry(f"reduced.{risk}.threshold", mark("Approvals needed while few people take part")),
            Entry(f"reduced.{risk}.needs_moderator", mark("One from a moderator while few people take part")),
            Entry(f"self_decision.{risk}", mark("How long a moderator’s own one waits for other people")),
        ),
    )


PARTS: tuple[Part, ...] = (
    *(_of_class(risk) for risk in Risk),
    Part(
        "rejects",
        mark("When somebody rejects"),
        _entries(
            "",
            ("first_reject_pause", mark("Rest after the first reject")),
            ("contested_margin", mark("More approvals needed while somebody rejects")),
            ("reject_at", mark("More rejections than approvals, to reject it")),
            ("escalate_contested_after", mark("Moderators are asked after the first reject, in")),
        ),
    ),
    Part(
        "silence",
        mark("Silence never publishes"),
        _entries(
            "",
            ("escalate_after", mark("Moderators are asked after")),
            ("expire_after", mark("The change ends after")),
        ),
    ),
    Part(
        "votes",
        mark("Who votes, and which votes count"),
        _entries(
            "",
            ("hides_votes", mark("The votes of others show only after one’s own")),
            ("check_every", mark("Votes between two checks, for people who take part; 0 for no checks")),
            ("caps.votes_a_day", mark("Suggestions that one person can vote on in a day")),
            ("caps.author_share_percent", mark("Share of a person’s votes that may go to one author, of 100")),
            ("caps.author_share_from", mark("The share is looked at from this vote on")),
            ("caps.author_share_window", mark("The share is that of the votes of the last")),
        ),
    ),
    Part(
        "few",
        mark("When few people take part"),
        _entries(
            "standing.",
            ("active_window", mark("A reviewer is active after a vote in the last")),
            ("reduced_below", mark("Few people: fewer active reviewers than")),
            ("full_from", mark("Enough again: active reviewers from")),
        ),
    ),
    Part(
        "meanwhile",
        mark("When things change meanwhile"),
        _entries("caps.", ("amends", mark("How often an author can alter an open change"))),
    ),
    Part(
        "roles",
        mark("How roles are earned"),
        _entries(
            "standing.",
            ("reviewer_after", mark("Reviewer: age of the account")),
            ("reviewer_changes", mark("Reviewer: applied changes")),
            ("reviewer_approvers", mark("Reviewer: different people who approved them")),
            ("trusted_changes", mark("Trusted: applied changes")),
            ("trusted_records", mark("Trusted: different records")),
            ("trusted_approvers", mark("Trusted: different people who approved them")),
            ("lost_percent", mark("Trust is lost: more than this share reverted, of 100")),
            ("lost_reverts", mark("Trust is lost: at least so many reverted")),
            ("lost_window", mark("Trust is lost: counted over the last")),
        ),
    ),
    Part(
        "limits",
        mark("How much at once"),
        _entries(
            "caps.",
            ("open_newcomer", mark("Open suggestions before the first applied change")),
            ("open_volunteer", mark("Open suggestions of a volunteer")),
            ("open_reviewer", mark("Open suggestions of a reviewer")),
            ("open_trusted", mark("Open suggestions of a trusted reviewer")),
            ("open_import", mark("Open suggestions of an import")),
            ("changes_a_suggestion", mark("Changes in one suggestion")),
            ("confirms_a_day", mark("Records that one person can confirm in a day")),
        ),
    ),
    Part(
        "spam",
        mark("Spam, pauses and bans"),
        _entries(
            "spam.",
            ("flags_to_hide", mark("Flags that hide a change")),
            ("wrong_flag_costs", mark("No flags after a wrong one for")),
            ("warning_score", mark("Rejected changes before a warning")),
            ("pause_score", mark("Rejected changes before a pause")),
            ("score_window", mark("Rejected changes are counted over the last")),
            ("pause_for", mark("A pause lasts")),
        ),
    ),
    Part(
        "moderators",
        mark("What moderators may do alone"),
        (Entry("redact_alone_after", mark("An administrator alone can make a redaction final after")),),
    ),
    Part(
        "protection",
        mark("Protected records"),
        _entries(
            "spam.",
            ("reverts_to_protect", mark("Reverts that protect a record")),
            ("revert_window", mark("These reverts lie within")),
            ("protect_for", mark("It is then protected for")),
        ),
    ),
)
PLACES: Mapping[str, tuple[Part, Entry]] = {entry.path: (part, entry) for part in PARTS for entry in part.entries}
"""Each number's part and field, by its path."""


def named(path: str) -> str:
    """A number's part and name, as a sentence begins with them: "Everyday changes, approvals needed"."""
    part, entry = PLACES[path]
    return _("%(part)s, %(what)s", part=_(part.heading), what=without_capital(_(entry.label)))


# -- what stands in the form, and what came of it -----------------------------------------------------------


def typed_of(policy: Policy) -> dict[str, str]:
    """A policy as it stands in the form, by the names of fields; what is unticked is left out."""
    data, typed = to_data(policy), {}
    for _part, entry in PLACES.values():
        value = _within(data, entry.path)
        if entry.sort == "span":
            typed[entry.path], typed[entry.path + UNIT] = value[:-1], value[-1]
        elif entry.sort != "flag":
            typed[entry.path] = str(-value if entry.sort == "against" else value)
        elif value:
            typed[entry.path] = "1"
    return typed


def rules_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """The nested plain values that were typed, sound or not."""
    data: dict[str, Any] = {}
    for path, (_part, entry) in PLACES.items():
        *within, name = path.split(".")
        table = data
        for step in within:
            table = table.setdefault(step, {})
        table[name] = _value(entry.sort, typed.get(path, "").strip(), typed.get(path + UNIT, ""))
    return data


def _value(sort: Sort, text: str, unit: str) -> Any:
    if sort == "flag":
        return bool(text)
    if sort == "span":
        return text + unit
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return text
    return -int(text) if sort == "against" else int(text)


def _within(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for step in path.split("."):
        value = value[step]
    return value


def shown(typed: Mapping[str, str], errors: Mapping[str, str], moved: set[str]) -> Iterator[dict[str, Any]]:
    """The parts of the form: {id, heading, is_open, fields [control of `ui.control`, with `unit` and `units`]}."""
    for part in PARTS:
        fields = [_control(entry, typed, errors.get(entry.path)) for entry in part.entries]
        paths = {entry.path for entry in part.entries}
        is_open = bool(paths & (moved | errors.keys())) or part.heading in CLASS_NAMES.values()
        yield {"id": part.id, "heading": _(part.heading), "is_open": is_open, "fields": fields}


def _control(entry: Entry, typed: Mapping[str, str], error: str | None) -> dict[str, Any]:
    return {
        "name": entry.path,
        "id": entry.path,
        "label": _(entry.label),
        "type": "flag" if entry.sort == "flag" else "integer",
        "hint": "",
        "value": typed.get(entry.path, ""),
        "error": error,
        "doubt": None,
        "required": False,
        "max_length": 9,
        "autocomplete": "",
        "unit": typed.get(entry.path + UNIT, "h") if entry.sort == "span" else None,
        "units": [(letter, _(words)) for letter, words in UNITS],
    }
