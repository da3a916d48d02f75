"""Forms without a browser: what comes in from one as it is shown, and what would be stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webapp.domain.document import canonical, parse
from webapp.domain.kinds import KINDS
from webapp.domain.validate import normalise
from webapp.web.forms import controls
from webapp.web.forms.links import Shelf
from webapp.web.forms.typed import Typed, without_blank_rows
from webapp.web.received import plain


def one_category() -> Shelf:
    """A shelf with one category, so that categories are boxes."""
    return Shelf(sections=[("Food", [("00000000-0000-4000-8000-000000000001", "Food")])])


def sent(groups: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What comes in from a form as it is shown, with line ends as browsers send them."""
    return [
        (name, plain(value.replace("\n", "\r\n")))
        for group in groups
        for control in group["controls"]
        for name, value in _pairs(control)
    ]


def _pairs(control: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = control["name"]
    if control["type"] == "list":
        yield from _row_pairs(control)
    elif control["type"] == "boxes":
        yield f"{name}.boxes", "1"
        yield from ((name, id_) for _, options in control["sections"] for id_, _ in options if id_ in control["chosen"])
    elif control["type"] == "hours":
        yield f"{name}.text", control["value"]
        yield from _row_pairs(control)
    elif control["type"] != "flag" or control["value"]:
        yield name, str(control["value"])


def _row_pairs(control: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"{control['name']}.rows", str(control["count"])
    for row in control["rows"]:
        yield row["id_name"], row["element_id"]
        for inner in row["controls"]:
            yield from _pairs(inner)


def shown(kind_name: str, typed: Typed, base: dict[str, Any]) -> list[tuple[str, str]]:
    """The pairs of the form that shows `typed`."""
    return sent(controls.groups(KINDS[kind_name], typed, controls.Scene(one_category(), base)))


def stored(kind_name: str, typed: Typed) -> dict[str, Any]:
    """What would be stored of a form."""
    kind = KINDS[kind_name]
    return parse(canonical(normalise(kind, without_blank_rows(typed.values))))
