"""Kinds say everything that HSDS 3.0 says, once, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.domain.fields import Element, Field, FieldType, Group, Kind, Risk
from webapp.domain.kinds import EXCLUSIONS, HOMES, KINDS, LIFECYCLE_STATUSES, NAMES, hsds_name

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "hsds-3.0" / "schema"
RECORDS_OF_OURS = {"meta_table_description", "metadata"}  # tables about the exchange itself


def _walk(holder: Kind | Element) -> Iterator[tuple[Group, Field]]:
    groups = holder.groups
    for group in groups:
        for field in group.fields:
            yield group, field
            if field.element:
                yield from _walk(field.element)


def _everywhere() -> list[tuple[str, Group, Field]]:
    return [(kind.name, group, field) for kind in KINDS.values() for group, field in _walk(kind)]


def _hsds_properties() -> dict[str, set[str]]:
    if not SCHEMAS.is_dir():
        pytest.skip(f"the HSDS 3.0 schema files are not at {SCHEMAS}")
    return {
        path.stem: set(json.loads(path.read_text())["properties"])
        for path in SCHEMAS.glob("*.json")
        if path.stem != "openapi" and path.stem not in RECORDS_OF_OURS
    }


def test_every_hsds_object_has_a_home() -> None:
    assert set(HOMES) == set(_hsds_properties())


def test_every_hsds_property_is_a_field_or_excluded_with_a_reason() -> None:
    for object_name, properties in _hsds_properties().items():
        fields = {field.name for field in HOMES[object_name].fields()}
        for name in properties:
            held = hsds_name(object_name, name) in fields
            assert held != (f"{object_name}.{name}" in EXCLUSIONS), f"{object_name}.{name}"


def test_no_exclusion_and_no_name_stands_for_what_hsds_does_not_have() -> None:
    known = {f"{o}.{name}" for o, properties in _hsds_properties().items() for name in properties}
    assert set(EXCLUSIONS) <= known
    assert set(NAMES) <= known
    assert all(EXCLUSIONS.values())


def test_hsds_required_properties_are_never_simply_missing() -> None:
    for object_name in _hsds_properties():
        schema = json.loads((SCHEMAS / f"{object_name}.json").read_text())
        fields = {field.name for field in HOMES[object_name].fields()}
        for name in schema["required"]:
            assert name in fields or f"{object_name}.{name}" in EXCLUSIONS


def test_hsds_choices_are_ours() -> None:
    for object_name in _hsds_properties():
        schema = json.loads((SCHEMAS / f"{object_name}.json").read_text())
        fields = {field.name: field for field in HOMES[object_name].fields()}
        for name, declared in schema["properties"].items():
            if "enum" in declared:
                stored = [value for value, _ in fields[name].choices]
                assert stored == declared["enum"], f"{object_name}.{name}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_names_are_unique_within_a_kind_and_its_elements(kind: Kind) -> None:
    holders: list[Kind | Element] = [kind, *(f.element for _, f in _walk(kind) if f.element)]
    for holder in holders:
        names = [field.name for field in holder.fields()]
        assert len(names) == len(set(names))
        groups = [group.name for group in holder.groups]
        assert len(groups) == len(set(groups))
        assert not {"id", "order"} & set(names)
        assert all("/" not in name and "@" not in name for name in names)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_has_an_atomic_high_status_with_its_survivor(kind: Kind) -> None:
    group = kind.group("status")
    assert group.atomic
    assert group.risk is Risk.HIGH
    assert [field.name for field in group.fields] == ["status", "merged_into"]
    assert kind.field("merged_into").link_kind == kind.name
    assert not {value for value, _ in kind.field("status").choices} & set(LIFECYCLE_STATUSES)


def test_every_field_has_a_label_and_only_the_parts_of_its_type() -> None:
    for kind_name, _, field in _everywhere():
        where = f"{kind_name}.{field.name}"
        assert field.label, where
        assert field.label[0].isupper(), where
        assert bool(field.choices) == (field.type is FieldType.CHOICE), where
        assert bool(field.element) == (field.type is FieldType.LIST), where
        assert bool(field.link_kind) == (field.type is FieldType.LINK), where
        assert field.link_kind is None or field.link_kind in KINDS, where


def test_no_field_of_a_record_is_closed_to_browsers_or_about_who_fills_it_in() -> None:
    assert {field.autocomplete for _, _, field in _everywhere()} == {""}


def test_pages_speak_british_english_in_plain_words() -> None:
    words = [w for _, g, f in _everywhere() for w in (f.label, f.hint, g.label)]
    words += [word for kind in KINDS.values() for word in (kind.label, kind.plural)]
    for word in words:
        assert "organization" not in word.lower()
        assert "_" not in word
        assert not word.endswith("."), word


def test_only_what_the_rules_name_is_low() -> None:
    low = {
        (kind, field.name)
        for kind in ("service", "organization", "location")
        for group in KINDS[kind].groups
        for field in group.fields
        if (field.risk or group.risk) is Risk.LOW
    }
    named = {"description", "summary", "categories", "languages", "accessibility", "alternate_name"}
    assert {name for _, name in low} == named
    for group in KINDS["guide"].groups:
        assert group.risk is (Risk.HIGH if group.name == "status" else Risk.LOW)


def test_texts_are_capped_where_markdown_grows_slow() -> None:
    assert all(field.max_length <= 8000 for _, _, field in _everywhere() if field.type is FieldType.TEXT)
