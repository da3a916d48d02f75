"""What changes are called, on every page alike."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from webapp.storage.queries.review import record_name
from webapp.web.wording import label_of, title_words


@pytest.mark.parametrize(
    ("type_", "kind", "name", "said"),
    [
        ("create", "service", "", "A new service"),
        ("create", "location", None, "A new place"),
        ("create", "location", "Harbour Hall", "Harbour Hall"),
        ("edit", "service", None, "A record"),
    ],
)
def test_a_new_record_without_a_name_goes_by_what_it_is(type_: str, kind: str, name: str | None, said: str) -> None:
    payload = json.dumps({"records": [{"document": {"name": name}}]})
    change = SimpleNamespace(type=type_, kind=kind, record_name=None, payload=payload)
    assert title_words(type_, kind, record_name(change)) == said


@pytest.mark.parametrize(
    ("type_", "group", "said"),
    [
        ("create", "", "A new record"),
        ("close", "status", "Close this record"),
        ("merge", "status", "Merge two records"),
        ("edit", "description", "Description"),
        ("edit", "left_out_since", "A change"),
    ],
)
def test_a_change_is_called_by_what_it_is_about(type_: str, group: str, said: str) -> None:
    assert label_of(SimpleNamespace(type=type_, kind="service", group=group)) == said
