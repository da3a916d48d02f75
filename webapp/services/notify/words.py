"""The words that letters share: what a change is called to its reader, moments, addresses of pages. Its law: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from webapp.config import Settings
from webapp.domain.diff import group_label
from webapp.domain.hours import LONDON
from webapp.domain.kinds import KINDS
from webapp.storage.queries.notices import NamedRecord, ToldChange

RECORD_PAGES = frozenset(("service", "organization", "location", "guide"))
ROLES = {
    "volunteer": "a volunteer",
    "reviewer": "a reviewer",
    "trusted": "a trusted reviewer",
    "moderator": "a moderator",
    "administrator": "an administrator",
}
LADDER = tuple(ROLES)
MOST_NAMED = 4
"""Of more changes than these, a letter says how many more there are."""
TYPES = {"create": "a new record", "close": "closing it", "reopen": "reopening it", "merge": "merging it"}


def things(changes: Sequence[ToldChange], part: str) -> dict[str, str]:
    """One or several changes as their author, a supporter, a voter or a moderator would say it."""
    if len(changes) == 1:
        return _thing(changes[0], part)
    names = list(dict.fromkeys(one_line(change.name) or "a record" for change in changes))
    types = {change.type for change in changes}
    words = f"suggestion for {_listed(names, 1)} ({_listed(list(dict.fromkeys(map(_about, changes))), MOST_NAMED)})"
    return {
        "record": names[0],
        "change_type": types.pop() if len(types) == 1 else "several",
        **_as_said_by(words, part),
    }


def _thing(change: ToldChange, part: str) -> dict[str, str]:
    name = one_line(change.name) or "a record"
    words = {
        "edit": f"change to {name} ({_about(change)})",
        "create": f"new record, {name}",
        "close": f"suggestion to close {name}",
        "reopen": f"suggestion to reopen {name}",
        "merge": f"suggestion to merge {name} into another record",
    }.get(change.type, f"change to {name}")
    return {"record": name, "change_type": change.type, **_as_said_by(words, part)}


def _about(change: ToldChange) -> str:
    if change.type != "edit":
        return TYPES.get(change.type, "a change")
    label = group_label(KINDS[change.kind], change.group).rpartition(": ")[2]  # "Opening times", whatever they are in
    return label[:1].lower() + label[1:]


def _listed(words: Sequence[str], most: int) -> str:
    """ "cost, ages and languages"; beyond `most`, "cost and 3 more"."""
    shown = [*words[:most], f"{len(words) - most} more"] if len(words) > most else list(words)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def written(record: NamedRecord | None) -> dict[str, str]:
    """What somebody wrote without a suggestion, such as a revert."""
    name = one_line(record.name) if record else "several records"
    return {"record": name, "change_type": "edit", **_as_said_by(f"change to {name}", "author")}


def _as_said_by(words: str, part: str) -> dict[str, str]:
    owner = "your" if part in ("author", "coauthor") else "the"
    added = {"supporter": " that you backed", "voter": " that you voted on"}.get(part, "")
    return {"thing": f"{owner} {words}{added}", "thing_first": f"{owner.capitalize()} {words}{added}"}


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, fit for a subject."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def when_words(moment: datetime) -> str:
    """A moment as pages say it, in London's time, with its weekday: "Monday 2 March 2026 at 09:05"."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"


def record_url(settings: Settings, record: NamedRecord) -> str:
    """The absolute address of a record's page."""
    if record.kind in RECORD_PAGES:
        return f"{settings.public_url}/{KINDS[record.kind].path}/{record.slug}"
    return f"{settings.public_url}/id/{record.id}"
