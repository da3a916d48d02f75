"""Redactions in words: where a value was found, and which fields lost something. Its law: it is never told a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.domain.document import locate
from webapp.domain.fields import Kind
from webapp.domain.kinds import LIFECYCLE_FIELDS
from webapp.language import _, mark, ngettext
from webapp.services.redact import Found

PLACES = {
    "change": mark("What is suggested, or was"),
    "change_version": mark("Earlier wordings of suggestions"),
    "check_item": mark("Checks for reviewers"),
    "import_waiting": mark("What an import is still to suggest"),
    "source_item": mark("What a source said last"),
    "suggestion": mark("Reasons of suggestions"),
    "evidence": mark("How people know"),
    "comment": mark("Comments"),
    "vote": mark("Notes beside votes"),
    "decision": mark("Notes beside decisions"),
    "report": mark("Reports"),
    "stewardship_claim": mark("What stewards wrote"),
    "moderation_log": mark("The moderation log"),
    "operation": mark("Reasons of roll backs"),
    "incident": mark("What roll backs were drawn up for"),
    "role_grant": mark("Reasons of roles"),
    "sanction": mark("Reasons of pauses and bans"),
    "outbox": mark("Letters"),
    "parked_suggestion": mark("What guests have not sent yet"),
    "idempotency_key": mark("Answers to programs"),
}
"""Where words stand beside records, by the name of the table."""


def unit_choices(kind: Kind) -> list[tuple[str, str]]:
    """The fields that can be taken out whole, each with its label; what belongs together goes together."""
    found: list[tuple[str, str]] = []
    for group in kind.groups:
        if group.name == "status":
            continue
        if group.atomic:
            found.append((f"@{group.name}", _(group.label)))
        else:
            found += [(f.name, _(f.label)) for f in group.fields if f.name not in LIFECYCLE_FIELDS]
    return found


def unit_words(kind: Kind, units: Iterable[str]) -> list[str]:
    """The names of the fields that these units lie in, each once."""
    return list(dict.fromkeys(_label(kind, unit) for unit in units))


def _label(kind: Kind, unit: str) -> str:
    try:
        groups, field = locate(kind, unit.partition("/")[0])
    except KeyError:
        return _("A field that is not kept any more")
    return _(field.label if field else groups[-1].label)


def found_sentences(found: Found, is_value: bool) -> list[str]:
    """Where it stands, one sentence a place."""
    if found.is_nowhere:
        return [_("It stands nowhere: not in this record, nor in any text about it.")]
    return [*_revisions(found), *_texts(found), *_others(found, is_value)]


def _revisions(found: Found) -> Iterator[str]:
    if not found.revisions:
        yield _("No revision of this record says it.")
        return
    yield ngettext(
        "%(num)s revision of this record says it.", "%(num)s revisions of this record say it.", len(found.revisions)
    )
    yield (
        _("The record says it at present. A new revision will no longer do so.")
        if found.is_present
        else _("The record does not say it at present.")
    )


def _texts(found: Found) -> Iterator[str]:
    for name, count in sorted(found.texts.items(), key=lambda pair: list(PLACES).index(pair[0])):
        yield ngettext("%(where)s: %(num)s time.", "%(where)s: %(num)s times.", count, where=_(PLACES[name]))


def _others(found: Found, is_value: bool) -> Iterator[str]:
    if found.others:
        yield ngettext(
            "%(num)s other record says it, too. That is not masked along: see below.",
            "%(num)s other records say it, too. Those are not masked along: see below.",
            len(found.others),
        )
    elif is_value:
        yield _("No other record says it.")
