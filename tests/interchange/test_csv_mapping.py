"""The rules by which rows become records, each on a file of a few lines."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interchange.samples import SERVICE, run
from webapp.interchange.ids import record_id
from webapp.interchange.records import FormatError

LINKED = (
    SERVICE
    + """
organization_id = { link = "organization" }
[[record.list]]
field = "places"
each = "record"
key = "{Id}"
[record.list.fields]
location_id = { link = "location" }
[[record]]
kind = "organization"
id = "ORG:{Id}"
[record.fields]
name = "{Name}"
[[record]]
kind = "location"
id = "LOC:{Id}"
[record.fields]
name = "{Name}"
location_type = "physical"
"""
)

PHONES = (
    SERVICE
    + """
email = { value = "{Email}", rows = "first" }
[[record.list]]
field = "phones"
key = "voice {Phone}"
[record.list.fields]
number = "{Phone}"
type = "voice"
[[record.list]]
field = "phones"
key = "fax {Fax}"
[record.list.fields]
number = "{Fax}"
type = "fax"
[[record.list]]
field = "contacts"
key = "{Email}"
unless_field = "email"
[record.list.fields]
email = "{Email}"
"""
)

TIMES = (
    SERVICE
    + """
[[record.list]]
field = "schedules"
each = "times"
when = { Kind = ["General", "Usual"] }
key = "weekly {Open}"
merge = "byday"
[record.list.fields]
freq = "WEEKLY"
byday = { value = "{Day}", choices = "weekdays" }
opens_at = { value = "{Open}", split = "-", part = 1 }
closes_at = { value = "{Open}", split = "-", part = 2 }
[[record.list]]
field = "schedules"
each = "times"
when = { Kind = "Additional" }
key = "closed {On}"
[record.list.fields]
dtstart = { value = "{On}", date = "%b %d %Y" }
closed = true
[[join]]
name = "times"
file = "hours.csv"
key = "For"
"""
)


def test_one_row_makes_linked_records(tmp_path: Path) -> None:
    (service, organization, location), refused = run(tmp_path, LINKED, "Id,Name\n41,Ross Road Clinic\n")
    assert refused == []
    assert [item.external_id for item in (service, organization, location)] == ["SVC:41", "ORG:41", "LOC:41"]
    assert service.record_id == record_id("Small town", "SVC:41")
    assert service.document["organization_id"] == organization.record_id
    assert service.document["places"][0]["location_id"] == location.record_id
    assert service.rows == (2,)


def test_a_second_run_gives_identical_items(tmp_path: Path) -> None:
    text = "Id,Name,Phone,Fax,Email\n1,A,0131 496 0001,,\n1,A,0131 496 0002,,a@b.example\n"
    assert run(tmp_path, PHONES, text) == run(tmp_path, PHONES, text)


def test_rows_of_one_key_become_lists_of_what_differs(tmp_path: Path) -> None:
    (item,), refused = run(
        tmp_path,
        PHONES,
        "Id,Name,Phone,Fax,Email\n"
        "1,Forston,0131 496 0001,0131 496 0009,a@nhs.example\n"
        "1,Forston,0131 496 0002,0131 496 0009,b@nhs.example\n"
        "1,Forston,0131 496 0001,0131 496 0009,A@nhs.example\n",
    )
    assert refused == []
    assert [(phone["number"], phone["type"]) for phone in item.document["phones"]] == [
        ("0131 496 0001", "voice"),
        ("0131 496 0002", "voice"),
        ("0131 496 0009", "fax"),
    ]
    assert item.document["email"] == "a@nhs.example"
    assert [contact["email"] for contact in item.document["contacts"]] == ["b@nhs.example"]
    assert item.rows == (2, 3, 4)
    assert item.kept_out == ()


def test_an_element_keeps_its_id_when_rows_move_or_go(tmp_path: Path) -> None:
    head = "Id,Name,Phone,Fax,Email\n"
    (both,), _ = run(tmp_path, PHONES, head + "1,A,0131 496 0001,,\n1,A,0131 496 0002,,\n")
    (second,), _ = run(tmp_path, PHONES, head + "1,A,0131 496 0002,,\n")
    assert second.document["phones"][0]["id"] == both.document["phones"][1]["id"]


def test_a_value_on_which_rows_disagree_is_the_first_and_the_other_is_reported(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, SERVICE, "Id,Name\n1,Old name\n1,New name\n")
    assert item.document["name"] == "Old name"
    (remark,) = item.kept_out
    assert (remark.row, remark.columns, remark.field, remark.value) == (3, ("Name",), "name", "New name")
    assert remark.code == "rows_disagree"


def test_a_key_that_comes_back_later_is_refused_not_overwritten(tmp_path: Path) -> None:
    items, (refused,) = run(tmp_path, SERVICE, "Id,Name\n1,A\n2,B\n1,C\n")
    assert [item.document["name"] for item in items] == ["A", "B"]
    assert refused.row == 4
    assert "must be together" in refused.reason


@pytest.mark.parametrize(("row", "reason"), [(",A", "no Id"), ("1,", "no Name")])
def test_a_row_without_id_or_name_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    items, (refused,) = run(tmp_path, SERVICE, f"Id,Name\n{row}\n2,B\n")
    assert [item.external_id for item in items] == ["SVC:2"]
    assert (refused.row, refused.raw, refused.reason) == (2, tuple(row.split(",")), reason)


def test_equal_times_become_one_weekly_row_in_the_order_of_the_week(tmp_path: Path) -> None:
    hours = "For,Kind,Day,Open,On\n" + "".join(
        f"1,{kind},{day},{open_},\n"
        for kind, day, open_ in [
            ("General", "Friday", "09:00-17:00"),
            ("General", "Monday", "09:00-17:00"),
            ("usual", "Mon", "09:00-17:00"),
            ("General", "Tuesday", "10:00-12:00"),
        ]
    )
    (item,), _ = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours=hours)
    rows = [{k: v for k, v in row.items() if k != "id"} for row in item.document["schedules"]]
    assert rows == [
        {"freq": "WEEKLY", "byday": "MO,FR", "opens_at": "09:00", "closes_at": "17:00", "order": 0},
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "12:00", "order": 1},
    ]


def test_a_closed_day_is_a_dated_row_with_the_flag(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours="For,Kind,Day,Open,On\n1,Additional,,,Apr 18 2014\n")
    (row,) = item.document["schedules"]
    assert (row["dtstart"], row["closed"]) == ("2014-04-18", True)
    assert "freq" not in row


def test_a_joined_row_that_no_list_takes_is_reported(tmp_path: Path) -> None:
    hours = "For,Kind,Day,Open,On\n1,Seasonal,Monday,09:00-17:00,\n"
    (item,), _ = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours=hours)
    assert [(r.file, r.row, r.code) for r in item.kept_out] == [("hours.csv", 2, "row_not_used")]
    assert "Seasonal" in item.kept_out[0].value


def test_a_joined_row_of_nobody_or_without_a_key_is_refused(tmp_path: Path) -> None:
    hours = "For,Kind,Day,Open,On\n7,General,Monday,09:00-17:00,\n,General,Monday,09:00-17:00,\n"
    _, refused = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours=hours)
    assert {(r.file, r.row, r.reason) for r in refused} == {
        ("hours.csv", 2, "main.csv has no usable row with Id 7"),
        ("hours.csv", 3, "no For"),
    }


def test_an_unknown_weekday_is_kept_out_and_reported(tmp_path: Path) -> None:
    hours = "For,Kind,Day,Open,On\n1,General,Mondy,09:00-17:00,\n"
    (item,), _ = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours=hours)
    assert "schedules" not in item.document  # a week's row without its day would say something else
    assert [(r.columns, r.value, r.code) for r in item.kept_out] == [
        (("Day",), "Mondy", "not_a_listed_choice"),
        (("Open",), "weekly 09:00-17:00", "without_days"),
    ]


def test_the_other_days_of_the_row_stay(tmp_path: Path) -> None:
    hours = "For,Kind,Day,Open,On\n1,General,Mondy,09:00-17:00,\n1,General,Tuesday,09:00-17:00,\n"
    (item,), _ = run(tmp_path, TIMES, "Id,Name\n1,A\n", hours=hours)
    assert item.document["schedules"][0]["byday"] == "TU"


def test_a_missing_joined_file_stops_before_the_first_record(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"hours\.csv can't be opened"):
        run(tmp_path, TIMES, "Id,Name\n1,A\n")


def test_one_list_key_made_by_two_blocks_is_reported(tmp_path: Path) -> None:
    twice = PHONES.replace('"fax {Fax}"', '"voice {Fax}"')
    (item,), _ = run(tmp_path, twice, "Id,Name,Phone,Fax,Email\n1,A,0131 496 0001,0131 496 0001,\n")
    assert [phone["type"] for phone in item.document["phones"]] == ["voice"]
    assert [r.code for r in item.kept_out] == ["same_key_twice"]


def test_cells_never_become_templates(tmp_path: Path) -> None:
    (item,), _ = run(tmp_path, SERVICE, "Id,Name\n1,{Id} {0.__class__}\n")
    assert item.document["name"] == "{Id} {0.__class__}"


PIECES = [b"1", b"2", b"A", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b'"', b" ", b"\0"]
BYTES = st.lists(st.sampled_from([*PIECES, b"\xe9", b"\xe2\x80\xae"])).map(b"".join)


@given(BYTES)
def test_whatever_bytes_come_every_row_is_a_record_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        items, refused = run(Path(folder), SERVICE, b"Id,Name\n" + content)
    rows = [row for item in items for row in item.rows] + [one.row for one in refused]
    assert len(rows) == len(set(rows))
    if b'"' not in content and b"\r" not in content:
        lines = [n for n, line in enumerate(content.split(b"\n"), 2) if line.replace(b",", b"").strip()]
        assert sorted(rows) == lines
