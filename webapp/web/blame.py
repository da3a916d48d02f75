"""Since when each thing on a record has stood, by whom, and how it is known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.domain.blame import Blame, present_units
from webapp.domain.diff import Edit
from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.language import _
from webapp.storage.queries import blame as queries
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.history import voters
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find
from webapp.web.context import reading
from webapp.web.received import number_of
from webapp.web.render import page
from webapp.web.revision_words import how_words, what_words
from webapp.web.units import UnitView, unit_views
from webapp.web.wording import EVIDENCE_WORDS

blueprint = Blueprint("blame", __name__)
LONGEST = 300
"""Letters of a value that are shown; the record's own page has all of it."""
MOST_AT_ONCE = 12
"""Things of one list that are shown; the others are folded, so that what comes after them is found, too."""
TAKEN_BACK = ("revert", "roll_back")
"""Causes whose words name no more than the person: what they did is said before."""


@blueprint.get(RECORD_PATH + "/history/since")
@allow("read_history")
def since(path: str, slug: str) -> Response:
    """Each thing that the record says now, with the revision that wrote it."""
    row = find(path, slug)
    document = read(row.kind, row.document, row.schema_version)
    units = present_units(KINDS[row.kind], document)
    names = sorted(units)
    start, left = _asked(row.newest_number, names)
    found = queries.blame(reading(), row, left, start)
    base = url_of(row.kind, row.slug)
    return page(
        "browse/since.html",
        page={
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "parts": _parts(row.kind, _rows(row, document, {unit: units[unit] for unit in found.placed}, found)),
            "is_continued": start != row.newest_number,
            "reached": found.reached,
            "left": len(found.left),
            "next_url": _further(f"{base}/history/since", row.newest_number, names, found),
        },
    )


def _asked(newest: int, names: list[str]) -> tuple[int, list[str]]:
    """Where to begin, and with which units: an address continues only while the record stands as it did."""
    start, seen = (request.args.get(name, 0, type=number_of) for name in ("from", "seen"))
    if seen != newest or not 0 < start < newest:
        return newest, names
    places = {int(one) for one in request.args.get("left", "").split(".") if one.isdecimal() and len(one) < 6}
    return start, [name for place, name in enumerate(names) if place in places]


def _further(here: str, newest: int, names: list[str], found: Blame) -> str | None:
    """The page that looks further back for what is left."""
    if not found.left or found.reached <= 1:
        return None
    left = ".".join(str(place) for place, name in enumerate(names) if name in found.left)
    return f"{here}?from={found.reached - 1}&seen={newest}&left={left}"


def _parts(kind: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows by the field that they belong to, which is one row but for lists; what is folded says how new it is."""
    parts = [(name, list(together)) for name, together in groupby(rows, itemgetter("field"))]
    return [
        {
            "rows": together[:MOST_AT_ONCE],
            "rest": (rest := together[MOST_AT_ONCE:]),
            "label": _(KINDS[kind].field(name).label) if rest else None,
            "newest": max((row["number"] for row in rest), default=0),
        }
        for name, together in parts
    ]


def _rows(record: Any, document: Document, units: dict[str, Any], found: Blame) -> list[dict[str, Any]]:
    edits = [Edit(unit, None, value) for unit, value in units.items()]
    views = unit_views(reading(), KINDS[record.kind], edits, document)
    revisions = queries.revisions_numbered(reading(), record.id, set(found.placed.values()))
    voted = voters(reading(), revisions.values())
    known = queries.evidence_of(reading(), {r.suggestion_id for r in revisions.values() if r.suggestion_id})
    return [_row(record, view, revisions[found.placed[view.unit]], voted, known) for view in views]


def _row(record: Any, view: UnitView, r: Any, voted: Any, known: Any) -> dict[str, Any]:
    return {
        "field": view.unit.partition("/")[0],
        "label": view.label,
        "text": view.after_text if len(view.after_text) <= LONGEST else view.after_text[:LONGEST].rstrip() + "…",
        "is_own": view.is_own,
        "number": r.number,
        "url": f"{url_of(record.kind, record.slug)}/history/{r.number}",
        "at": r.created_at,
        "did": what_words(r.cause, r.summary) if r.cause in TAKEN_BACK else "",
        "how": how_words(r, voted.get(r.id, ())),
        "evidence": [_evidence_words(one) for one in known.get(r.suggestion_id, ())],
    }


def _evidence_words(one: Any) -> str:
    """ "Phoned them: on Monday"."""
    words = _(EVIDENCE_WORDS.get(one.how, EVIDENCE_WORDS["other"]))
    return _("%(how)s: %(detail)s", how=words, detail=one.detail) if one.detail else words
