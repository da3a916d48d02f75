"""Our records as HSDS 3.0 and back: valid by its schemas, and nothing lost on the way."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from tests.domain.strategies import documents
from webapp.domain.document import canonical
from webapp.domain.kinds import KINDS
from webapp.domain.normalise import normalise
from webapp.domain.validate import validate
from webapp.interchange.hsds import EXACT, fields_of
from webapp.interchange.hsds_export import record_object
from webapp.interchange.hsds_import import read, read_file
from webapp.interchange.records import FormatError, Item, Refused

DATA = Path(__file__).parents[3] / "shared" / "data"
HSDS = DATA / "hsds-3.0"
IN_HSDS = ["service", "organization", "location", "taxonomy", "taxonomy_term"]
ME = str(UUID(int=99))


def one(number: int) -> str:
    return str(UUID(int=number))


def nothing(_: str) -> None:
    return None


@cache
def schema(name: str, standard: str = "hsds-3.0") -> Draft202012Validator:
    path = DATA / standard / "schema" / "compiled" / "service_with_definitions.json"
    if not path.is_file():
        pytest.skip(f"the schema files are not at {path}: the export is not checked against them")
    whole = json.loads(path.read_text())
    if name != "service":
        whole = {**whole["definitions"][name], "definitions": whole["definitions"]}
    return Draft202012Validator(whole, format_checker=FormatChecker(["uuid"]))


def errors(name: str, written: Any, standard: str = "hsds-3.0") -> list[str]:
    found = schema(name, standard).iter_errors(written)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def items(found: Any) -> dict[str, Item]:
    result = {}
    for item in found:
        assert isinstance(item, Item), item
        assert item.kept_out == ()
        result[item.record_id] = item
    return result


@pytest.mark.parametrize("kind", IN_HSDS)
@given(data=st.data())
def test_reading_our_own_export_gives_the_identical_document(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(KINDS[kind]))
    written = json.loads(json.dumps(record_object(kind, ME, document, nothing)))
    (item,) = items(read([written], kind, "elsewhere")).values()
    assert (item.record_id, item.kind) == (ME, kind)
    assert canonical(item.document) == canonical(document)


@pytest.mark.parametrize("kind", IN_HSDS)
@given(data=st.data())
def test_every_export_is_valid_by_the_schema(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(KINDS[kind]))
    written = record_object(kind, ME, document, nothing)
    assert errors(kind, json.loads(json.dumps(written))) == []


@pytest.mark.parametrize("standard", ["hsds-3.0", "oruk-3.0"])
def test_the_schemas_do_refuse_what_is_wrong(standard: str) -> None:
    written = record_object("service", one(1), RECORDS[one(1)][1], find)
    assert errors("service", written, standard) == []
    assert errors("service", {**written, "status": "closed"}, standard)
    del written["service_at_locations"][0]["location"]["addresses"][0]["city"]
    assert errors("service", written, standard)


@given(data=st.data())
def test_every_service_is_valid_by_the_uk_profile_too(data: st.DataObject) -> None:
    document = data.draw(documents(KINDS["service"]))
    written = record_object("service", ME, document, nothing)
    assert errors("service", json.loads(json.dumps(written)), "oruk-3.0") == []


@pytest.mark.parametrize("status", [None, "active", "inactive", "temporarily closed", "closed", "void"])
def test_every_status_comes_back_and_is_one_of_hsds_four(status: str | None) -> None:
    document = {"name": "A", **({"status": status} if status else {})}
    written = record_object("service", ME, document, nothing)
    assert errors("service", written) == []
    assert written["status"] in ("active", "inactive", "defunct", "temporarily closed")
    (item,) = items(read([written], "service", "s")).values()
    assert item.document == document


RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    one(1): (
        "service",
        {
            "name": "Lunch club",
            "organization_id": one(2),
            "categories": [{"id": one(11), "order": 0, "taxonomy_term_id": one(4)}],
            "places": [
                {
                    "id": one(12),
                    "order": 0,
                    "location_id": one(3),
                    "schedules": [
                        {"id": one(13), "order": 0, "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:30"},
                        {"id": one(14), "order": 3, "dtstart": "2026-12-25", "closed": True},
                    ],
                    "categories": [{"id": one(15), "order": 0, "taxonomy_term_id": one(4)}],
                }
            ],
            "phones": [{"id": one(16), "order": 0, "number": "0131 496 0001", "extension": "0123"}],
        },
    ),
    one(2): ("organization", {"name": "Leith Neighbours"}),
    one(3): (
        "location",
        {
            "location_type": "physical",
            "address_1": "1 Shore",
            "postal_code": "EH6 6QU",
            "latitude": "55.976123",
            "longitude": "-3.169900",
            "other_addresses": [{"id": one(17), "order": 0, "city": "Edinburgh"}],
        },
    ),
    one(4): ("taxonomy_term", {"name": "Food", "taxonomy_id": one(5)}),
    one(5): ("taxonomy", {"name": "Our list"}),
}


def find(identity: str) -> dict[str, Any] | None:
    return RECORDS[identity][1] if identity in RECORDS else None


def test_a_service_carries_the_records_that_it_names_and_they_come_back() -> None:
    kind, document = RECORDS[one(1)]
    written = json.loads(json.dumps(record_object(kind, one(1), document, find)))
    assert errors("service", written) == []
    assert written["organization"]["name"] == "Leith Neighbours"
    place = written["service_at_locations"][0]
    assert place["location"]["addresses"][0]["address_1"] == "1 Shore"
    assert place["attributes"][0]["link_entity"] == "service_at_location"
    assert written["attributes"][0]["taxonomy_term"]["taxonomy_detail"]["name"] == "Our list"
    back = items(read([written], "service", "elsewhere"))
    assert {identity: (item.kind, item.document) for identity, item in back.items()} == {
        identity: (kind, normalise(KINDS[kind], document)) for identity, (kind, document) in RECORDS.items()
    }
    assert list(back)[-1] == one(1)  # what it names is made first


def test_a_record_that_is_not_public_is_named_by_its_id_only() -> None:
    written = record_object("service", one(1), RECORDS[one(1)][1], nothing)
    assert written["organization_id"] == one(2)
    assert "organization" not in written


def test_an_organisation_inside_two_services_is_made_once() -> None:
    services = [record_object("service", one(n), {"name": "A", "organization_id": one(2)}, find) for n in (20, 21)]
    found = [item.record_id for item in read(services, "service", "s") if isinstance(item, Item)]
    assert found == [one(2), one(20), one(21)]


def test_ids_of_others_that_are_no_uuids_become_lasting_ones() -> None:
    raw = {
        "id": "42",
        "name": "A",
        "status": "active",
        "organization": {"id": "7", "name": "B"},
        "phones": [{"id": "p", "number": "0131 496 0001"}, {"id": "p", "number": "0131 496 0002"}],
    }
    first, again = list(read([raw], "service", "s")), list(read([raw], "service", "s"))
    assert first == again
    organization, service = first
    assert isinstance(organization, Item)
    assert isinstance(service, Item)
    assert service.external_id == "42"
    assert service.document["organization_id"] == organization.record_id
    assert len({phone["id"] for phone in service.document["phones"]}) == 2


def test_what_we_have_no_place_for_and_what_is_invalid_is_reported() -> None:
    raw = {"id": one(1), "name": "A", "status": "active", "email": "nobody", "colour": "red", "wait_time": 3}
    (item,) = read([raw], "service", "s", "file.json")
    assert isinstance(item, Item)
    assert item.document == {"name": "A", "status": "active", "wait_time": "3"}
    assert {(r.file, r.row, r.field, r.code) for r in item.kept_out} == {
        ("file.json", 1, "colour", "no_such_field"),
        ("file.json", 1, "email", "email"),
    }


@pytest.mark.parametrize("raw", [None, 7, [], {}, {"id": ""}, {"id": one(1)}, {"id": one(1), "name": []}])
def test_an_object_that_is_no_record_is_refused_and_the_next_is_read(raw: Any) -> None:
    refused, item = read([raw, {"id": one(9), "name": "B"}], "service", "s")
    assert isinstance(refused, Refused)
    assert refused.row == 1
    assert isinstance(item, Item)


def test_files_of_every_form_are_read(tmp_path: Path) -> None:
    service = {"id": one(1), "name": "A", "status": "active"}
    forms = {
        "one.json": service,
        "list.json": [service],
        "page.json": {"total_items": 1, "contents": [service]},
        "all.json": {"organizations": [{"id": one(2), "name": "B"}], "services": [service]},
    }
    for name, content in forms.items():
        (tmp_path / name).write_text(json.dumps(content))
        assert one(1) in items(read_file(tmp_path / name, "s"))
    (tmp_path / "lines.ndjson").write_text(json.dumps(service) + "\n\n")
    assert one(1) in items(read_file(tmp_path / "lines.ndjson", "s"))


def test_a_broken_line_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "lines.ndjson").write_text('{"id":\n' + json.dumps({"id": one(1), "name": "A"}) + "\n")
    refused, item = read_file(tmp_path / "lines.ndjson", "s")
    assert isinstance(refused, Refused)
    assert isinstance(item, Item)


@pytest.mark.parametrize("content", ["{", "7", '"x"', "[" * 100_000])
def test_a_file_that_is_no_json_object_stops(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(FormatError):
        list(read_file(tmp_path / "x.json", "s"))


@pytest.mark.parametrize("name", ["service_full.json", "organization_full.json", "service_list.json"])
def test_the_examples_of_the_standard_are_read(name: str) -> None:
    path = HSDS / "examples" / name
    if not path.is_file():
        pytest.skip(f"the HSDS 3.0 examples are not at {HSDS}")
    found = list(read_file(path, "standard", "organization" if "organization" in name else "service"))
    assert found
    assert not [one for one in found if isinstance(one, Refused)]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "name", "locations", "addresses", EXACT]), inner, max_size=3)
    ),
    max_leaves=6,
)
PROPERTIES = [*fields_of("service"), "organization", "service_at_locations", "attributes", "order", EXACT]


@given(st.dictionaries(st.sampled_from(PROPERTIES), ANY, max_size=5))
def test_whatever_json_comes_what_is_read_can_be_stored(raw: dict[str, Any]) -> None:
    for found in read([{**raw, "id": one(1)}], "service", "s"):
        if isinstance(found, Item):
            assert validate(KINDS[found.kind], found.document).ok


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("service", {"name": "A", "cost_options": [{"id": one(1), "order": 0, "amount": "0.0000000125"}]}),
        ("service", {"name": "A", "cost_options": [{"id": one(1), "order": 0, "amount": "12.50"}]}),
        ("service", {"name": "A", "status": "closed"}),
        ("service", {"name": "A", "phones": [{"id": one(1), "order": 7, "number": "112", "extension": "007"}]}),
        ("location", {"location_type": "postal", "other_addresses": [{"id": one(1), "order": 0, "city": "Perth"}]}),
    ],
)
def test_what_hsds_has_no_room_for_comes_back_too(kind: str, document: dict[str, Any]) -> None:
    (item,) = items(read([record_object(kind, ME, document, nothing)], kind, "s")).values()
    assert item.document == document


def test_locations_inside_an_organisation_belong_to_it() -> None:
    raw = {"id": one(2), "name": "B", "locations": [{"id": one(3), "location_type": "physical", "name": "Hall"}]}
    location, organization = read([raw], "organization", "s")
    assert isinstance(location, Item)
    assert isinstance(organization, Item)
    assert location.document["organization_id"] == organization.record_id
