"""The demo community is whole, valid, and nobody real is in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from webapp.demo.content import FOLDER, Record, load, moved_date, read_synonyms, unwrapped, values_of
from webapp.demo.story import edited, new_records
from webapp.domain.document import Document, to_units
from webapp.domain.fields import Field, FieldType
from webapp.domain.hours import parse_rows
from webapp.domain.kinds import KINDS
from webapp.domain.phones import digits
from webapp.domain.roles import Role
from webapp.domain.synonyms import Synonyms, already_in, stems_of
from webapp.domain.validate import validate

TODAY = date(2026, 11, 21)
CONTENT = load(TODAY)
CREATED = tuple(
    record for row in CONTENT.story["suggestion"] if row.get("type") == "create" for record in new_records(row, TODAY)
)
DRAMA = re.compile(r"0131496\d{4}|0141496\d{4}|01632960\d{3}|07700900\d{3}|0808157\d{4}")


def _values(fields: Iterator[Field], values: Document) -> Iterator[tuple[Field, Any]]:
    for field in fields:
        if field.name not in values:
            continue
        if field.type is FieldType.LIST and field.element:
            for element in values[field.name]:
                yield from _values(field.element.fields(), element)
        yield field, values[field.name]


def _all_values() -> Iterator[tuple[Record, Field, Any]]:
    for record in CONTENT.records + CREATED:
        for field, value in _values(KINDS[record.kind].fields(), record.document):
            yield record, field, value


@pytest.mark.parametrize("record", CONTENT.records + CREATED, ids=lambda record: f"{record.kind}-{record.slug}")
def test_every_document_is_beyond_doubt(record: Record) -> None:
    report = validate(KINDS[record.kind], record.document)
    assert report.refusals == ()
    assert report.doubts == ()
    assert to_units(KINDS[record.kind], record.document)


def test_every_link_leads_to_a_record_of_its_kind() -> None:
    kinds = {record.id: record.kind for record in CONTENT.records + CREATED}
    links = [(record, field, value) for record, field, value in _all_values() if field.type is FieldType.LINK]
    assert len(links) > 400
    for record, field, value in links:
        assert kinds.get(value) == field.link_kind, (record.slug, field.name)


def test_every_telephone_number_is_from_the_drama_ranges() -> None:
    numbers = [(record.slug, value) for record, field, value in _all_values() if field.type is FieldType.PHONE]
    assert len(numbers) > 100
    assert [pair for pair in numbers if not DRAMA.fullmatch(digits(pair[1]))] == []


def test_every_number_in_any_file_is_from_the_drama_ranges() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml"))
    long_numbers = re.findall(r"(?<![\d.-])0\d{2,4} ?\d{3} ?\d{3,4}(?!\d)", written)
    assert [number for number in long_numbers if not DRAMA.fullmatch(digits(number))] == []


def test_every_address_on_the_web_and_of_a_mailbox_ends_in_example() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml"))
    hosts = re.findall(r"(?:https?://|@)([\w.-]+)", written)
    assert len(hosts) > 80
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_no_slug_and_no_id_occurs_twice() -> None:
    everything = CONTENT.records + CREATED
    assert [slug for slug, n in Counter(record.slug for record in everything).items() if n > 1] == []
    assert len({record.id for record in everything}) == len(everything)


def test_slugs_can_stand_in_addresses() -> None:
    slugs = [record.slug for record in CONTENT.records + CREATED]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_the_community_is_as_large_as_it_is_told() -> None:
    counts = Counter(record.kind for record in CONTENT.records)
    assert counts["taxonomy"] == 1
    assert counts["taxonomy_term"] >= 40
    assert counts["organization"] == 31
    assert counts["location"] == 27
    assert counts["guide"] == 8
    assert counts["service"] >= 75


def test_every_organisation_runs_something_and_every_place_is_used() -> None:
    services = [record.document for record in CONTENT.records if record.kind == "service"]
    running = {document["organization_id"] for document in services}
    used = {place["location_id"] for document in services for place in document.get("places", ())}
    idle = [r.slug for r in CONTENT.records if r.kind == "organization" and r.id not in running]
    empty = [r.slug for r in CONTENT.records if r.kind == "location" and r.id not in used]
    assert idle == []
    assert empty == []


def test_every_category_below_the_families_has_services() -> None:
    terms = [record for record in CONTENT.records if record.kind == "taxonomy_term"]
    given = {value for _, field, value in _all_values() if field.name == "taxonomy_term_id"}
    assert [term.slug for term in terms if "parent_id" in term.document and term.id not in given] == []
    assert 9 <= sum("parent_id" not in term.document for term in terms) <= 10


def test_every_service_says_where_or_when_or_how_to_reach_it() -> None:
    services = [record for record in CONTENT.records if record.kind == "service"]
    assert [s.slug for s in services if not {"places", "phones", "schedules"} & s.document.keys()] == []
    assert [s.slug for s in services if not {"summary", "description", "categories"} <= s.document.keys()] == []


def test_the_refuge_has_no_place() -> None:
    assert "places" not in CONTENT.record("haven-refuge").document
    organization = CONTENT.record("haven-strathlinnet").id
    places = [record.document for record in CONTENT.records if record.kind == "location"]
    assert [place["name"] for place in places if place.get("organization_id") == organization] == []


def test_every_phrase_that_finds_the_same_counts_and_stands_in_one_group() -> None:
    lines = (FOLDER / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    written = [tuple(line.split(", ")) for line in lines if line and not line.startswith("#")]
    groups = read_synonyms()
    assert list(groups) == written  # none is dropped, as one that differs in its ending only would be
    assert len(groups) >= 40
    assert [twice for at, group in enumerate(groups) for twice in already_in(group, groups[:at])] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [("chemist", "pharmacy"), ("accident and emergency", "A&E"), ("CAB", "citizens advice"), ("welfare", "benefits"),
     ("old people", "elderly"), ("family doctor", "GP"), ("counselling", "talking therapy"), ("kids", "children")],
)  # fmt: skip
def test_what_people_say_finds_what_records_say(asked: str, found: str) -> None:
    known = Synonyms.of(read_synonyms())
    assert stems_of(found) in known.alternatives(stems_of(asked), 0)[1]
    assert stems_of(asked) in known.alternatives(stems_of(found), 0)[1]


def test_all_hours_can_be_computed() -> None:
    rows = [(r.slug, value) for r, field, value in _all_values() if field.name == "schedules"]
    parsed = [(slug, row) for slug, value in rows for row in parse_rows(value)]
    assert len(parsed) > 100
    assert [(slug, row) for slug, row in parsed if not row.is_certain] == []
    assert {row.freq for _, row in parsed} == {"WEEKLY", "MONTHLY", ""}
    assert any(row.closed for _, row in parsed)
    assert any(row.interval == 2 for _, row in parsed)


def test_every_place_lies_in_one_small_stretch_of_the_coast_but_two_in_edinburgh() -> None:
    places = [record for record in CONTENT.records if record.kind == "location"]
    away = [record.document for record in places if record.document["city"] == "Edinburgh"]
    assert [document["postal_code"] for document in away] == ["EH3 9EW", "EH10 4QX"]
    for record in places:
        if record.document not in away:
            assert 56.5 < float(record.document["latitude"]) < 56.7
            assert -2.7 < float(record.document["longitude"]) < -2.3
            assert re.fullmatch(r"LT[1-5] \d[A-Z]{2}", record.document["postal_code"])


def test_people_are_of_every_role_and_none_is_real() -> None:
    roles = Counter(person["role"] for person in CONTENT.people)
    assert len(CONTENT.people) >= 16
    assert roles["administrator"] == 1
    assert roles["moderator"] == 2
    assert roles["trusted"] == 3
    assert roles["reviewer"] >= 6
    assert roles["volunteer"] == 5  # one of them paused
    assert {Role(role) for role in roles} == set(Role) - {Role.NOBODY, Role.GUEST}
    assert len({person["handle"] for person in CONTENT.people}) == len(CONTENT.people)
    assert all(person["email"].endswith("@people.example") for person in CONTENT.people)
    for person in CONTENT.people:
        for slug in [*person.get("steward_of", ()), *filter(None, [person.get("affiliation")])]:
            assert CONTENT.record(slug).kind in KINDS


def test_loading_on_another_day_moves_dates_but_no_id() -> None:
    later = load(TODAY + timedelta(days=100))
    assert [record.id for record in later.records] == [record.id for record in CONTENT.records]
    soup, moved = CONTENT.record("harbour-soup-lunch"), later.record("harbour-soup-lunch")
    closed, closed_later = (record.document["places"][0]["schedules"][1] for record in (soup, moved))
    assert closed["id"] == closed_later["id"]
    assert closed["dtstart"] != closed_later["dtstart"]


@pytest.mark.parametrize("start", [TODAY + timedelta(days=n) for n in range(7)])
def test_a_weekday_some_weeks_off_is_that_weekday(start: date) -> None:
    found = date.fromisoformat(moved_date("TU-8w", start))
    assert found.weekday() == 1
    assert timedelta(days=50) <= start - found <= timedelta(days=62)


def test_ids_of_elements_differ_within_a_record() -> None:
    for record in CONTENT.records + CREATED:
        ids = [part for unit in to_units(KINDS[record.kind], record.document) for part in unit.split("/")[1::2]]
        assert all(UUID(part) for part in ids)


def test_an_unknown_field_is_told_at_once() -> None:
    with pytest.raises(KeyError, match="telephone"):
        values_of(KINDS["service"].fields(), {"telephone": "01632 960000"}, CONTENT.records[0].id, TODAY)


def test_an_unknown_slug_is_told_at_once() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        CONTENT.record("nowhere")


def _soup(*edits: dict[str, Any]) -> Document:
    record = CONTENT.record("harbour-soup-lunch")
    return edited(KINDS["service"], record.id, record.document, edits, TODAY)


def test_an_edit_keeps_the_ids_of_what_it_changes() -> None:
    before = CONTENT.record("harbour-soup-lunch").document["phones"][0]
    after = _soup({"path": "phones[0].number", "value": "01632 960141"})["phones"][0]
    assert after == {**before, "number": "01632 960141"}


def test_an_added_element_gets_its_own_id_at_the_end() -> None:
    row = {"path": "places[0].schedules", "add": {"freq": "WEEKLY", "byday": "SA", "opens_at": "12:00"}}
    schedules = _soup(row, row)["places"][0]["schedules"]
    assert len(schedules) == 4
    assert len({schedule["id"] for schedule in schedules}) == 4
    assert [schedule["order"] for schedule in schedules] == [0, 1, 2, 3]


def test_an_element_can_be_taken_out_and_a_field_emptied() -> None:
    after = _soup({"path": "phones[0]", "value": ""}, {"path": "summary", "value": ""})
    assert "phones" not in after
    assert "summary" not in after


def test_words_that_are_not_there_exactly_once_are_not_replaced() -> None:
    with pytest.raises(ValueError, match="exactly once"):
        _soup({"path": "description", "replace": "the", "by": "a"})


def test_the_content_is_given_to_everybody() -> None:
    assert "CC0" in (FOLDER / "LICENSE").read_text(encoding="utf-8")


def test_line_ends_that_only_keep_the_files_narrow_do_not_reach_the_pages() -> None:
    assert unwrapped("One long\nsentence.\n\n- an item\n  that goes on\n- another") == (
        "One long sentence.\n\n- an item that goes on\n- another"
    )
