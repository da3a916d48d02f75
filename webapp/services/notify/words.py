"""The words that letters share: what a change is called to its reader, moments, addresses of pages. Its law: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from webapp.config import Settings
from webapp.domain.diff import group_label
from webapp.domain.hours import LONDON, date_words, day_names
from webapp.domain.kinds import KINDS
from webapp.language import _, listed, mark, ngettext, with_capital, without_capital
from webapp.storage.queries.notices import NamedRecord, ToldChange

RECORD_PAGES = frozenset(("service", "organization", "location", "guide"))
MOST_NAMED = 4
"""Of more changes than these, a letter says how many more there are."""
WHOLE_PHRASES = mark({
    "create": "a new record",
    "close": "closing it",
    "reopen": "reopening it",
    "merge": "merging it",
    "other": "a change",
})
OWN = mark({
    "edit": "your change to %(name)s (%(about)s)",
    "create": "your new record, %(name)s",
    "close": "your suggestion to close %(name)s",
    "reopen": "your suggestion to reopen %(name)s",
    "merge": "your suggestion to merge %(name)s into another record",
    "several": "your suggestion for %(name)s (%(about)s)",
    "other": "your change to %(name)s",
})
"""What a change is called to its author; below, to others. Whole phrases, so that each can be turned round."""
BACKED = mark({
    "edit": "the change to %(name)s (%(about)s) that you backed",
    "create": "the new record, %(name)s that you backed",
    "close": "the suggestion to close %(name)s that you backed",
    "reopen": "the suggestion to reopen %(name)s that you backed",
    "merge": "the suggestion to merge %(name)s into another record that you backed",
    "several": "the suggestion for %(name)s (%(about)s) that you backed",
    "other": "the change to %(name)s that you backed",
})
VOTED_ON = mark({
    "edit": "the change to %(name)s (%(about)s) that you voted on",
    "create": "the new record, %(name)s that you voted on",
    "close": "the suggestion to close %(name)s that you voted on",
    "reopen": "the suggestion to reopen %(name)s that you voted on",
    "merge": "the suggestion to merge %(name)s into another record that you voted on",
    "several": "the suggestion for %(name)s (%(about)s) that you voted on",
    "other": "the change to %(name)s that you voted on",
})
OTHERS = mark({
    "edit": "the change to %(name)s (%(about)s)",
    "create": "the new record, %(name)s",
    "close": "the suggestion to close %(name)s",
    "reopen": "the suggestion to reopen %(name)s",
    "merge": "the suggestion to merge %(name)s into another record",
    "several": "the suggestion for %(name)s (%(about)s)",
    "other": "the change to %(name)s",
})
BY_PART = {"author": OWN, "coauthor": OWN, "supporter": BACKED, "voter": VOTED_ON}


def things(changes: Sequence[ToldChange], part: str) -> dict[str, str]:
    """One or several changes as their author, a supporter, a voter or a moderator would say it."""
    names = list(dict.fromkeys(_name(change) for change in changes))
    types = {change.type for change in changes}
    kind = "several" if len(changes) > 1 else changes[0].type
    about = _listed(list(dict.fromkeys(map(_about, changes))), MOST_NAMED)
    return {
        "record": names[0],
        "change_type": types.pop() if len(types) == 1 else "several",
        **_as_said_by(part, kind, _listed(names, 1), about),
    }


def named(changes: Sequence[ToldChange], count: int) -> str:
    """The records of some of `count` changes by name, and how many more changes there are."""
    words = [_("%(name)s (%(about)s)", name=_name(change), about=_about(change)) for change in changes[:MOST_NAMED]]
    more = count - len(words)
    return listed([*words, ngettext("%(num)s more", "%(num)s more", more)] if words and more > 0 else words)


def _name(record: ToldChange | NamedRecord) -> str:
    return one_line(record.name) or _("a record")


def _about(change: ToldChange) -> str:
    if change.type != "edit":
        return _(WHOLE_PHRASES.get(change.type, WHOLE_PHRASES["other"]))
    label = _(group_label(KINDS[change.kind], change.group).rpartition(": ")[2])  # whatever the group is in
    return without_capital(label)


def _listed(words: Sequence[str], most: int) -> str:
    """ "cost, ages and languages"; beyond `most`, "cost and 3 more"."""
    more = len(words) - most
    return listed([*words[:most], ngettext("%(num)s more", "%(num)s more", more)] if more > 0 else words)


def written(record: NamedRecord | None) -> dict[str, str]:
    """What somebody wrote without a suggestion, such as a revert."""
    name = one_line(record.name) if record else _("several records")
    return {"record": name, "change_type": "edit", **_as_said_by("author", "other", name, "")}


def _as_said_by(part: str, kind: str, name: str, about: str) -> dict[str, str]:
    phrases = BY_PART.get(part, OTHERS)
    words = _(phrases.get(kind, phrases["other"]), name=name, about=about)
    return {"thing": words, "thing_first": with_capital(words)}


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, fit for a subject."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def moment_words(moment: datetime) -> str:
    """A moment as pages say it, in London's time, with its weekday: "Monday 2 March 2026 at 09:05"."""
    local = moment.astimezone(LONDON)
    weekday, date = day_names()[local.weekday()], date_words(local.date())
    return _("%(weekday)s %(date)s at %(time)s", weekday=weekday, date=date, time=f"{local:%H:%M}")


def record_url(settings: Settings, record: NamedRecord) -> str:
    """The absolute address of a record's page."""
    if record.kind in RECORD_PAGES:
        return f"{settings.public_url}/{KINDS[record.kind].path}/{record.slug}"
    return f"{settings.public_url}/id/{record.id}"
