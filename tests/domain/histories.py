"""Generated histories: documents that differ as people's edits make them differ, and revisions with a taint."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.domain.strategies import documents
from webapp.domain.document import Document, Units, from_units, holders, is_order, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Past

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
quick = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def uid(number: int) -> str:
    """A uuid for tests."""
    return str(UUID(int=number))


@st.composite
def edited(draw: st.DrawFn, kind: Kind, document: Document) -> Document:
    """The document after somebody kept, dropped, replaced, added and reordered some of its units."""
    old, others = to_units(kind, document), to_units(kind, draw(documents(kind)))
    others = {**_on_the_same_elements(old, others), **others}
    new: Units = {}
    for unit in sorted(old.keys() | others.keys(), key=lambda u: (u.count("/"), u)):
        if any(holder not in new for holder in holders(unit)):
            continue
        act = "reorder" if is_order(unit) else draw(st.sampled_from(["keep", "keep", "keep", "take", "drop"]))
        value = draw(st.integers(0, 3)) if act == "reorder" else (others if act == "take" else old).get(unit)
        if act != "drop" and value is not None:
            new[unit] = value
    return from_units(kind, new)


def _on_the_same_elements(old: Units, others: Units) -> Units:
    """The other document's elements, as if they were new values of this one's elements of the same list."""
    moved: Units = {}
    for mine in (unit for unit in old if unit.count("/") == 1):
        for theirs in (unit for unit in others if unit.count("/") == 1):
            if mine.split("/")[0] == theirs.split("/")[0]:
                moved |= {mine + u[len(theirs) :]: v for u, v in others.items() if u == theirs or theirs in holders(u)}
    return moved


@st.composite
def versions(draw: st.DrawFn, kind: Kind, least: int = 1, most: int = 4) -> list[Document]:
    """A document and its later versions."""
    made = [draw(documents(kind))]
    for _ in range(draw(st.integers(least, most)) - 1):
        made.append(draw(edited(kind, made[-1])))
    return made


@st.composite
def pasts(draw: st.DrawFn, kind: Kind) -> list[Past]:
    """Two to five revisions of a record, any of them in the incident."""
    made = draw(versions(kind, 2, 5))
    return [Past(n, document, draw(st.booleans())) for n, document in enumerate(made, 1)]


def place(**inside: Any) -> dict[str, Any]:
    """A place element with the id uid(1)."""
    return {"id": uid(1), "order": 0, "location_id": uid(9), **inside}


def phone(number: str = "0131 496 0123", order: int = 0, id_: int = 2) -> dict[str, Any]:
    """A phone element."""
    return {"id": uid(id_), "order": order, "number": number}


__all__ = ["edited", "every_kind", "pasts", "phone", "place", "quick", "uid", "versions"]
