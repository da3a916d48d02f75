"""What belongs to a record: the services of an organisation, what happens in a place, what a category holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webapp.domain.kinds import KINDS
from webapp.language import _, mark, with_capital
from webapp.storage.queries.browse import Linked, RecordPage
from webapp.web.freshness import GONE
from webapp.web.wording import STATUS_WORDS

HAPPENS = mark("What happens here")
HEADINGS = mark({
    ("organization", "service"): "What they run",
    ("organization", "location"): "Where they are",
    ("organization", "organization"): "Part of them",
    ("location", "service"): HAPPENS,
    ("taxonomy", "taxonomy_term"): "Categories",
    ("taxonomy_term", "taxonomy_term"): "Narrow it down",
    ("guide", "service"): "Services in this guide",
    ("guide", "guide"): "Guides that lead here",
})
ORDER = ("taxonomy_term", "guide", "service", "organization", "location")

Section = dict[str, Any]


def sections(found: RecordPage, below: Iterable[Linked] = (), *, has_week: bool = False) -> list[Section]:
    """Lists of records by kind: {heading, is_short, items [{title, url, note, tag}]}; what is closed comes last.

    `below` is what lies under the narrower categories of a category. A list of categories is short: names only.
    `has_week`: what happens in a place stands above already, day by day.
    """
    listed = [*found.inbound, *below, *(t for t in found.targets if found.kind == "guide" and t.kind == "service")]
    by_kind = {kind: list({t.id: t for t in listed if t.kind == kind}.values()) for kind in ORDER}
    made = [_section(found.kind, kind, items) for kind, items in by_kind.items() if items]
    if has_week:
        made = [one | {"heading": _("More about each")} if one["heading"] == _(HAPPENS) else one for one in made]
    return made


def _section(page_kind: str, kind: str, items: list[Linked]) -> Section:
    heading = _(HEADINGS.get((page_kind, kind), "")) or with_capital(_(KINDS[kind].plural))
    running = sorted(items, key=lambda t: t.status in GONE)
    return {
        "heading": heading,
        "is_short": kind == "taxonomy_term",
        "items": [_item(t) for t in running],
    }


def _item(target: Linked) -> dict[str, Any]:
    return {
        "title": target.name,
        "url": target.url,
        "note": target.document.get("summary"),
        "tag": _(STATUS_WORDS[target.status][0]) if target.status in STATUS_WORDS else None,
    }
