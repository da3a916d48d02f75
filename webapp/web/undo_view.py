"""The preview of a revert or a roll back: what is put back, what clashes, and whose work it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from webapp.domain.diff import Edit
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.merge import Clash
from webapp.domain.rollback import Plan
from webapp.language import _, mark, ngettext
from webapp.storage import Connection
from webapp.storage.queries.browse import url_of
from webapp.web.history_view import row_view
from webapp.web.units import unit_views

CLASH_WORDS = mark("Somebody changed this later. It stays as it is unless you choose otherwise.")


def undo_view(
    connection: Connection, record: Any, revision: Any, plan: Plan, document: Mapping[str, Any], act: str
) -> dict[str, Any]:
    """The context `page` of browse/_undo.html but for what was typed. `document` is the record as it is now."""
    kind, base = KINDS[record.kind], url_of(record.kind, record.slug)
    restored = unit_views(connection, kind, plan.restored, document)
    return {
        **row_view(connection, revision, record),
        "title": record.name,
        "record_url": base,
        "history_url": f"{base}/history",
        "action_url": f"{base}/history/{revision.number}/{act.replace('_', '-')}",
        "seen": record.newest_number,
        "restored": restored,
        "restored_words": ngettext("%(num)s thing", "%(num)s things", len(restored)),
        "undone_words": _undone_words(revision.number, record.newest_number),
        "makes_void": plan.makes_void,
    }


def conflicts(
    connection: Connection, kind: Kind, clashes: Iterable[Clash], document: Mapping[str, Any], chosen: Collection[str]
) -> list[dict[str, Any]]:
    """Units that moved since, as they stand and as they would be."""
    edits = [Edit(clash.unit, clash.current, clash.proposed) for clash in clashes]
    return [
        {
            "id": view.unit,
            "label": view.label,
            "words": _(CLASH_WORDS),
            "is_chosen": view.unit in chosen,
            "before_tokens": view.before_tokens,
            "after_tokens": view.after_tokens,
            "before_text": view.before_text,
            "after_text": view.after_text,
            "is_own": view.is_own,
        }
        for view in unit_views(connection, kind, edits, document)
    ]


def _undone_words(number: int, newest: int) -> str:
    """What becomes of the revisions after `number`, as a sentence."""
    first = number + 1
    if first > newest:
        return _("That becomes a new revision; nothing came after it.")
    if first == newest:
        return _(
            "That becomes a new revision; revision %(number)s stays in the history, to read.", number=newest
        )
    return _(
        "That becomes a new revision; revisions %(first)s to %(last)s stay in the history, to read.",
        first=first,
        last=newest,
    )
