"""Since when each thing on a record has stood, by whom, and how it is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.domain.blame import UNDOINGS, Blame, present_units
from webapp.domain.diff import Edit
from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.language import _
from webapp.storage.queries import blame as queries
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.history import voters
from webapp.storage.queries.shown import public
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find
from webapp.web.context import reading
from webapp.web.received import number_of
from webapp.web.render import page
from webapp.web.revision_words import how_words, what_words
from webapp.web.tagged import tagged
from webapp.web.units import UnitView, unit_views
from webapp.web.wording import EVIDENCE_WORDS

blueprint = Blueprint("blame", __name__)
LEFT = re.compile(r"(?P<place>\d{1,5})(?:-(?P<back>\d{1,9}))?", re.ASCII)
"""A thing that is left: its place among all of them, and the revision that put it back if that is known."""
LONGEST = 300
"""Letters of a value that are shown; the record's own page has all of it."""
MOST_AT_ONCE = 12
"""Things of one list that are shown; the others are folded, so that what comes after them is found, too."""


@blueprint.get(RECORD_PATH + "/history/since")
@allow("read_history")
def since(path: str, slug: str) -> Response:
    """Each thing that the record says now, with the revision that wrote it."""
    return tagged(public, partial(_since, path, slug))


def _since(path: str, slug: str) -> Response:
    row = find(path, slug)
    document = read(row.kind, row.document, row.schema_version)
    units = present_units(KINDS[row.kind], document)
    names = sorted(units)
    start, left, put_back = _asked(row.newest_number, names)
    found = queries.blame(reading(), row, {unit: units[unit] for unit in left}, start, put_back)
    shown = {unit: units[unit] for unit in found.placed if unit in found.written or unit not in put_back}
    base = url_of(row.kind, row.slug)
    return page(
        "browse/since.html",
        page={
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "parts": _parts(row.kind, _rows(row, document, shown, found)),
            "is_continued": start != row.newest_number,
            "reached": found.reached,
            "left": len(found.left),
            "next_url": _further(f"{base}/history/since", row.newest_number, names, found),
        },
    )


def _asked(newest: int, names: list[str]) -> tuple[int, list[str], dict[str, int]]:
    """Where to begin, with which units, and which revision put some of these back.

    An address continues only while the record stands as it did.
    """
    start, seen = (request.args.get(name, 0, type=number_of) for name in ("from", "seen"))
    if seen != newest or not 0 < start < newest:
        return newest, names, {}
    said = [LEFT.fullmatch(one) for one in request.args.get("left", "").split(".")]
    places = {int(one["place"]): int(one["back"] or 0) for one in said if one}
    left = {name: places[place] for place, name in enumerate(names) if place in places}
    return start, list(left), {name: back for name, back in left.items() if start < back <= newest}


def _further(here: str, newest: int, names: list[str], found: Blame) -> str | None:
    """The page that looks further back for what is left."""
    if not found.left or found.reached <= 1:
        return None
    places = [(str(place), found.placed.get(name)) for place, name in enumerate(names) if name in found.left]
    left = ".".join(f"{place}-{back}" if back else place for place, back in places)
    return f"{here}?from={found.reached - 1}&seen={newest}&left={left}"


def _parts(kind: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows by the field that they belong to, which is one row but for lists; what is folded says how new it is."""
    parts = [(name, list(together)) for name, together in groupby(rows, itemgetter("field"))]
    return [
        {
            "rows": together[:MOST_AT_ONCE],
            "rest": (rest := together[MOST_AT_ONCE:]),
            "label": _(KINDS[kind].field(name).label) if rest else None,
            "newest": max(((row["put_back"] or row)["number"] for row in rest), default=0),
        }
        for name, together in parts
    ]


def _rows(record: Any, document: Document, units: dict[str, Any], found: Blame) -> list[dict[str, Any]]:
    edits = [Edit(unit, None, value) for unit, value in units.items()]
    views = unit_views(reading(), KINDS[record.kind], edits, document)
    numbers = {number for unit in units for number in (found.placed[unit], found.written.get(unit)) if number}
    revisions = queries.revisions_numbered(reading(), record.id, numbers)
    voted = voters(reading(), revisions.values())
    known = queries.evidence_of(reading(), {r.suggestion_id for r in revisions.values() if r.suggestion_id})
    base = url_of(record.kind, record.slug)
    return [
        _row(
            view,
            _revision_view(base, revisions[found.written.get(view.unit, found.placed[view.unit])], voted, known),
            _put_back(base, view.unit, revisions, found),
            found,
        )
        for view in views
    ]


def _put_back(base: str, unit: str, revisions: dict[int, Any], found: Blame) -> dict[str, Any] | None:
    """The revision that put back what another one had written; None of any other thing."""
    r = revisions.get(found.placed[unit])
    if unit not in found.written or r is None or r.cause not in UNDOINGS:
        return None
    return _revision_view(base, r, {}, {})


def _row(view: UnitView, r: dict[str, Any], put_back: dict[str, Any] | None, found: Blame) -> dict[str, Any]:
    return {
        "field": view.unit.partition("/")[0],
        "label": view.label,
        "text": view.after_text if len(view.after_text) <= LONGEST else view.after_text[:LONGEST].rstrip() + "…",
        "is_own": view.is_own,
        **r,
        "put_back": put_back,
        "is_further_back": view.unit in found.left and found.reached > 1,
    }


def _revision_view(base: str, r: Any, voted: Any, known: Any) -> dict[str, Any]:
    """Which revision, when, by whom and how they knew; of an undoing also what it did: its cause names nobody else."""
    return {
        "number": r.number,
        "url": f"{base}/history/{r.number}",
        "at": r.created_at,
        "did": what_words(r.cause, r.summary) if r.cause in UNDOINGS else "",
        "how": how_words(r, voted.get(r.id, ())),
        "evidence": [_evidence_words(one) for one in known.get(r.suggestion_id, ())],
    }


def _evidence_words(one: Any) -> str:
    """ "Phoned them: on Monday"."""
    words = _(EVIDENCE_WORDS.get(one.how, EVIDENCE_WORDS["other"]))
    return _("%(how)s: %(detail)s", how=words, detail=one.detail) if one.detail else words
