"""A value that validation refuses is put aside and reported; it never costs the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.interchange.samples import SERVICE, run
from webapp.domain.kinds import KINDS
from webapp.domain.validate import validate
from webapp.interchange.judge import judged

CONTACT = SERVICE + 'email = "{Email}"\nurl = "{Web}"\nstatus = { value = "{State}", choices = { Open = "active" } }\n'
PLACE = (
    SERVICE.replace('kind = "service"', 'kind = "location"')
    + 'location_type = "physical"\npostal_code = "{Postcode}"\nlatitude = "{Lat}"\nlongitude = "{Lon}"\n'
)
TIMES = (
    SERVICE
    + """
[[record.list]]
field = "schedules"
key = "{Opens}"
[record.list.fields]
freq = "WEEKLY"
byday = "{Days}"
opens_at = "{Opens}"
[[record.list]]
field = "phones"
key = "{Phone}"
[record.list.fields]
number = "{Phone}"
extension = "{Extension}"
"""
)
SERVICE_KIND = KINDS["service"]


def one(number: int) -> str:
    return str(UUID(int=number))


def test_bad_email_and_address_are_kept_out_with_row_column_and_value(tmp_path: Path) -> None:
    text = "Id,Name,Email,Web,State\n1,A,contact@a.co uk,http://www.nelsons hp.com,Open\n"
    (item,), refused = run(tmp_path, CONTACT, text)
    assert refused == []
    assert item.document == {"name": "A", "status": "active"}
    assert {(r.row, r.columns, r.field, r.value, r.code) for r in item.kept_out} == {
        (2, ("Email",), "email", "contact@a.co uk", "email"),
        (2, ("Web",), "url", "http://www.nelsons hp.com", "url"),
    }
    assert all(remark.words.endswith(".") for remark in item.kept_out)


def test_a_status_that_the_mapping_does_not_know_is_kept_out(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, CONTACT, "Id,Name,Email,Web,State\n1,A,,,Dormant\n")
    assert "status" not in item.document
    assert [(r.value, r.code) for r in item.kept_out] == [("Dormant", "not_a_listed_choice")]


def test_a_web_address_without_its_scheme_is_completed_and_doubted(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, CONTACT, "Id,Name,Email,Web,State\n1,A,,www.a.example,Open\n")
    assert item.document["url"] == "http://www.a.example"
    assert [(r.field, r.value, r.code) for r in item.doubts] == [("url", "www.a.example", "scheme_added")]


def test_missing_postcode_is_kept_and_doubted(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, PLACE, "Id,Name,Postcode,Lat,Lon\n1,A,,52.1,-2.7\n")
    assert {remark.code for remark in item.doubts} == {"no_postcode", "no_city"}
    assert item.document["latitude"] == "52.100000"


def test_half_a_map_point_is_kept_out(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, PLACE, "Id,Name,Postcode,Lat,Lon\n1,A,HR2 7RL,52.1,\n")
    assert "latitude" not in item.document
    assert [remark.code for remark in item.kept_out] == ["half_point"]


def test_an_odd_number_is_kept_and_doubted(tmp_path: Path) -> None:
    text = "Id,Name,Days,Opens,Phone,Extension\n1,A,,,0208 788191,\n"
    (item,), _ = run(tmp_path, TIMES, text)
    assert item.document["phones"][0]["number"] == "0208 788191"
    assert [(r.columns, r.value, r.code) for r in item.doubts] == [(("Phone",), "0208 788191", "odd_phone")]


def test_a_phone_loses_its_bad_extension_but_a_week_with_a_bad_day_goes(tmp_path: Path) -> None:
    text = "Id,Name,Days,Opens,Phone,Extension\n1,A,Mondays,09:00,0131 496 0001,ask\n"
    (item,), _ = run(tmp_path, TIMES, text)
    (phone,) = item.document["phones"]
    assert set(phone) == {"id", "order", "number"}
    assert "schedules" not in item.document
    assert {(r.columns, r.value, r.code) for r in item.kept_out} == {
        (("Days",), "Mondays", "byday"),
        (("Extension",), "ask", "extension"),
    }


def test_a_record_whose_name_is_refused_refuses_the_row_with_the_reason(tmp_path: Path) -> None:
    items, (refused,) = run(tmp_path, SERVICE, f"Id,Name\n1,{'A' * 201}\n2,B\n")
    assert [item.external_id for item in items] == ["SVC:2"]
    assert refused.row == 2
    assert "can't be made" in refused.reason


def test_the_innermost_element_that_needs_the_value_goes_and_the_rest_stays() -> None:
    document = {
        "name": "A",
        "contacts": [
            {
                "id": one(1),
                "order": 0,
                "name": "Ann",
                "phones": [
                    {"id": one(2), "order": 0, "number": "x" * 41},
                    {"id": one(3), "order": 1, "number": "0131 496 0001"},
                ],
            }
        ],
    }
    verdict = judged(SERVICE_KIND, document)
    assert verdict.fatal == ()
    (contact,) = verdict.document["contacts"]
    assert [phone["id"] for phone in contact["phones"]] == [one(3)]
    assert [put.address for put in verdict.put_aside] == [f"contacts/{one(1)}/phones/{one(2)}/number"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text(max_size=5) | st.just("x" * 21_000),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "number"]), inner, max_size=2),
    max_leaves=4,
)
FIELD_NAMES = [field.name for field in SERVICE_KIND.fields()]
INNER = ("number", "email", "freq", "byday", "closed", "location_id", "dtstart", "until", "phones")
ELEMENT = st.fixed_dictionaries(
    {"id": st.sampled_from([one(n) for n in range(3)]), "order": st.integers(0, 3)},
    optional={name: JSON for name in INNER},
)


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), JSON | st.lists(ELEMENT, max_size=3), max_size=6))
def test_whatever_comes_in_what_comes_out_can_be_stored(values: dict[str, Any]) -> None:
    verdict = judged(SERVICE_KIND, {**values, "name": "A"})
    assert verdict.fatal == validate(SERVICE_KIND, verdict.document).refusals == ()
