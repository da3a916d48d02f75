"""A record's revisions as pages show them: what changed first, then who, why, by whose votes and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from webapp.domain.diff import diff, diff_step
from webapp.domain.diff_words import whole_word_diff
from webapp.domain.kinds import KINDS
from webapp.language import _, ngettext
from webapp.storage import Connection
from webapp.storage.queries import history as queries
from webapp.storage.queries.browse import url_of
from webapp.web.context import allowed
from webapp.web.incident_url import incident_url
from webapp.web.revision_words import how_words, rule_words, what_words, why_of
from webapp.web.units import UnitView, many_unit_views, unit_views

MOST_BRIEF = 3
"""Units that a row of the history names."""
SHORT = 80
"""Characters up to which a row shows a value itself, not only its name."""

View = dict[str, Any]


def rows_view(connection: Connection, record: Any, rows: Sequence[Any]) -> list[View]:
    """The rows of the history, newest first, each with what it changed in brief."""
    numbers = [row.number for row in rows]
    wanted = [n for n in [*numbers, min(numbers, default=1) - 1] if n > 0]
    changed = _changed(connection, record, queries.documents(connection, record.id, record.kind, wanted))
    voters = queries.voters(connection, rows)
    return [{**_row_view(row, record, voters), **_brief(changed.get(row.number, []))} for row in rows]


def row_view(connection: Connection, r: Any, record: Any) -> View:
    """What is said of one revision on its own page."""
    return _row_view(r, record, queries.voters(connection, [r]))


def _row_view(r: Any, record: Any, voters: Mapping[str, Sequence[Any]]) -> View:
    base = url_of(record.kind, record.slug)
    may_revert, may_roll_back = allowed("revert_revision"), allowed("roll_back_record")
    return {
        "number": r.number,
        "url": f"{base}/history/{r.number}",
        "what": what_words(r.cause, r.summary),
        "why": why_of(r),
        "who": r.display_name,
        "how": how_words(r, voters.get(r.id, ())),
        "note": r.note or None,
        "rule": rule_words(r),
        "at": r.created_at,
        "revert_url": f"{base}/history/{r.number}/revert" if may_revert and r.number > 1 else None,
        "roll_back_url": f"{base}/history/{r.number}/roll-back"
        if may_roll_back and r.number != record.newest_number
        else None,
        "incident_url": incident_url(r.handle, r.operation_id, r.cause),
        "correct_url": _correct_url(base, record.status) if r.number > 1 else None,
        "is_redacted": r.redaction_seq is not None,
        "is_reverted": bool(r.is_reverted),
    }


def afterwards(change: Any) -> View:
    """What is there to do about a change that has applied: {revision_url, revert_url, correct_url}, each or None."""
    if change.state != "applied" or not change.applied_as:
        return {"revision_url": None, "revert_url": None, "correct_url": None}
    base = url_of(change.record_kind, change.record_slug)
    at = f"{base}/history/{change.applied_as}"
    return {
        "revision_url": at,
        "revert_url": f"{at}/revert" if allowed("revert_revision") else None,
        "correct_url": _correct_url(base, change.record_status),
    }


def _correct_url(base: str, status: str) -> str | None:
    """Where those may suggest what is right who may not revert."""
    return None if allowed("revert_revision") or status in ("merged", "void") else f"{base}/suggest"


# -- what changed -----------------------------------------------------------------------------------------


def _changed(connection: Connection, record: Any, documents: Mapping[int, Any]) -> dict[int, list[UnitView]]:
    """What each revision changed against the one before; names are read once for all of them."""
    kind = KINDS[record.kind]
    steps = {n: (diff_step(kind, documents[o], documents[n]), documents[n]) for o, n in pairwise(sorted(documents))}
    return dict(zip(steps, many_unit_views(connection, kind, steps.values()), strict=True))


def _brief(views: Sequence[UnitView]) -> View:
    """{brief [{label, tokens [{op, text}], is_own}], more: str or None}; what is too long for a row is only named."""
    shown = [
        {
            "label": view.label,
            "tokens": _tokens(view.before_text, view.after_text),
            "is_own": view.is_own and _fits(view),
        }
        for view in views[:MOST_BRIEF]
    ]
    if len(views) == 1 and not _fits(views[0]):
        return {"brief": [], "more": None}  # "Description changed" says it all
    rest = len(views) - len(shown)
    more = ngettext("and %(num)s more thing", "and %(num)s more things", rest) if rest > 0 else None
    return {"brief": shown, "more": more}


def _fits(view: UnitView) -> bool:
    return max(len(view.before_text), len(view.after_text)) <= SHORT


def _tokens(before: str, after: str) -> list[dict[str, str]]:
    """Two short values as one line, whole words struck out and put in: "12:00 to [14:00] 14:30".

    Whole, so that nobody reads half a telephone number or half a price as changed.
    """
    if max(len(before), len(after)) > SHORT:
        words = _("reworded") if before and after else _("written") if after else _("taken out")
        return [{"op": "same", "text": words}]
    return [{"op": token.op, "text": token.text} for token in whole_word_diff(before, after)]


def whole_view(connection: Connection, kind_name: str, document: Mapping[str, Any]) -> list[View]:
    """A whole document as facts in the kind's order: {label, lines, is_own}; neighbours of one name share it."""
    kind = KINDS[kind_name]
    views = unit_views(connection, kind, diff(kind, {}, document), document)
    return [_fact(label, list(group)) for label, group in groupby(views, key=lambda view: view.label)]


def _fact(label: str, views: Sequence[UnitView]) -> View:
    lines = [line for view in views for line in view.after_text.split("\n")]
    return {"label": label, "lines": lines, "is_own": all(view.is_own for view in views)}
