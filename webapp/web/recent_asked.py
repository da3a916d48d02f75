"""What an address asks of the recent changes: which of them, as chips that can be taken away and as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from webapp.domain.kinds import KINDS
from webapp.gazetteer.areas import all_areas
from webapp.language import _, mark, with_capital
from webapp.storage.queries.recent import Wanted
from webapp.web.queue_asked import NEW
from webapp.web.wording import RISK_WORDS

NAMES = {
    "kind": "kind",
    "area": "area",
    "class": "risk",
    "author": "author",
    "reverted": "reverted",
    "by": "by",
    "import": "imported",
    "patrolled": "looked",
}
"""By the name in an address: the field of `Wanted`."""
WORDS = {
    "author": {NEW: mark("By newcomers")},
    "reverted": {"yes": mark("Reverted since"), "no": mark("Not reverted")},
    "import": {"yes": mark("Brought in from another source"), "no": mark("Made by people here")},
    "patrolled": {"yes": mark("Looked at by a moderator"), "no": mark("Not looked at yet")},
}
LABELS = {
    "kind": mark("Kind of record"),
    "area": mark("Council area"),
    "class": mark("How careful"),
    "author": mark("People"),
    "reverted": mark("Does it still stand?"),
    "import": mark("Where it came from"),
    "patrolled": mark("Moderators"),
}
LONGEST = 40
"""Letters of a handle."""


def choices() -> dict[str, dict[str, str]]:
    """By the name in an address: what can be asked for, and its words."""
    areas = [(tag, area.name) for tag, area in all_areas().items()]
    return {
        "kind": {name: with_capital(_(kind.plural)) for name, kind in KINDS.items()},
        "area": dict(sorted(areas, key=lambda one: one[1])),
        "class": {code: with_capital(_(words)) for code, words in RISK_WORDS.items()},
        **{name: {code: _(words) for code, words in known.items()} for name, known in WORDS.items()},
    }


def wanted_in(arguments: Mapping[str, str]) -> Wanted:
    """What an address asks for; what it asks in words that nothing knows is left out, as if it were not there."""
    found = {NAMES[name]: arguments.get(name, "") for name, known in choices().items() if arguments.get(name) in known}
    return Wanted(**found, by=arguments.get("by", "").strip().lstrip("@")[:LONGEST])


def pairs(wanted: Wanted) -> list[tuple[str, str]]:
    """The query that asks for it; what narrows nothing is not said."""
    said = [(name, getattr(wanted, field)) for name, field in NAMES.items()]
    return [(name, value) for name, value in said if value]


def address(path: str, wanted: Wanted, **more: object) -> str:
    """Such changes at a path."""
    query = urlencode([*pairs(wanted), *((name, str(value)) for name, value in more.items())])
    return f"{path}?{query}" if query else path


def chips(path: str, wanted: Wanted, who: str) -> list[dict[str, str]]:
    """What narrows the changes: {name, url of the page without it}; `who` is the name behind the handle."""
    words = choices()
    named = {name: known.get(getattr(wanted, NAMES[name]), "") for name, known in words.items()}
    if wanted.by:
        named["by"] = _("By %(name)s", name=who)
    return [
        {"name": named[name], "url": address(path, replace(wanted, **{field: ""}))}
        for name, field in NAMES.items()
        if named.get(name)
    ]


def form(wanted: Wanted, *, for_moderators: bool) -> dict[str, Any]:
    """The form that narrows them: {selects [{name, label, value, options [(code, words)]}], by}."""
    known = choices()
    if not for_moderators:
        known.pop("patrolled")
    selects = [
        {
            "name": name,
            "label": _(LABELS[name]),
            "value": getattr(wanted, NAMES[name]),
            "options": [("", _("All")), *known[name].items()],
        }
        for name in known
    ]
    return {"selects": selects, "by": wanted.by, "longest": LONGEST}
