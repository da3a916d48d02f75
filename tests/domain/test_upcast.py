"""Older documents are read as today's, step by step; what is stored stays as it was written."""

from __future__ import annotations

import pytest

from webapp.domain.document import SCHEMA_VERSION, Document, canonical
from webapp.domain.upcast import UPCASTERS, read, upcast


def _rename(kind: str, document: Document) -> Document:
    return {("name" if key == "title" else key): value for key, value in document.items()}


def _mark(kind: str, document: Document) -> Document:
    return {**document, "kind": kind}


def test_a_document_of_today_is_left_alone() -> None:
    document: Document = {"name": "Lunch club"}
    assert upcast("service", document, SCHEMA_VERSION) is document


def test_every_step_from_the_first_version_to_todays_is_there() -> None:
    assert set(UPCASTERS) == set(range(1, SCHEMA_VERSION))


def test_steps_are_taken_in_order_and_change_nothing_that_is_stored() -> None:
    stored: Document = {"title": "Lunch club"}
    steps = {1: _rename, 2: _mark}
    assert upcast("service", stored, 1, to=3, steps=steps) == {"name": "Lunch club", "kind": "service"}
    assert upcast("service", {"title": "x"}, 2, to=3, steps=steps) == {"title": "x", "kind": "service"}
    assert stored == {"title": "Lunch club"}


def test_a_document_from_the_future_is_an_error() -> None:
    with pytest.raises(ValueError, match="newer"):
        upcast("service", {}, SCHEMA_VERSION + 1)


def test_a_missing_step_is_an_error() -> None:
    with pytest.raises(ValueError, match="no way from schema version 2"):
        upcast("service", {}, 1, to=3, steps={1: _mark})


def test_a_stored_text_is_read_with_its_version() -> None:
    stored = canonical({"name": "Lunch club"})
    assert read("service", stored, SCHEMA_VERSION) == {"name": "Lunch club"}
    with pytest.raises(ValueError, match="newer"):
        read("service", stored, SCHEMA_VERSION + 1)
