"""Bank holidays of the four nations, and the nation of a postcode."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.domain.hours import Nation, bank_holidays, nation_of, nation_of_address
from webapp.domain.hours.holidays import HOLIDAY_NAMES


@pytest.mark.parametrize(("postcode", "nation"), [
    ("EH1 1AA", "SCT"), ("eh11aa", "SCT"), ("EH1", "SCT"), ("G12 8QQ", "SCT"), ("ZE1 0AA", "SCT"),
    ("DG16 5DU", "SCT"), ("TD5 7AL", "SCT"), ("TD15 1AA", "ENG"), ("TD12 4AA", None),
    ("CA3 8AA", "ENG"), ("SW1A 1AA", "ENG"), ("M1 1AE", "ENG"), ("HP1 1AA", "ENG"), ("GL16 7AA", "ENG"),
    ("CF10 1AA", "WLS"), ("LL11 1AA", "WLS"), ("NP16 5AA", "WLS"), ("LD7 1AA", "WLS"),
    ("SY1 1AA", "ENG"), ("SY13 1AA", "ENG"), ("SY16 2AA", "WLS"), ("SY23 1AA", "WLS"),
    ("CH1 1AA", "ENG"), ("CH7 1AA", "WLS"), ("CH4 0AA", None), ("HR1 1AA", "ENG"), ("HR3 5AA", None),
    ("BT1 1AA", "NIR"), ("IM1 1AA", None), ("JE2 3AA", None), ("QQ1 1AA", None), ("", None), ("not one", None),
])
def test_postcode_tells_the_nation(postcode: str, nation: Nation | None) -> None:
    assert nation_of(postcode) == nation


@pytest.mark.parametrize(("address", "nation"), [
    ({"postal_code": "EH1 1AA"}, "SCT"), ({"postal_code": "CF10 1AA", "region": "Scotland"}, "WLS"),
    ({"postal_code": "LT1 2AB", "region": "Scotland"}, "SCT"), ({"region": " scotland "}, "SCT"),
    ({"state_province": "Cymru", "country": "GB"}, "WLS"), ({"country": "Northern  Ireland"}, "NIR"),
    ({"postal_code": "TD12 4AA", "country": "England"}, "ENG"), ({"region": "GB-SCT"}, "SCT"),
    ({"region": "", "state_province": None, "country": "GB"}, None), ({"region": "Nova Scotia"}, None),
    ({"region": "East Anglia", "country": "Scotland"}, "SCT"), ({}, None),
])
def test_address_tells_the_nation_by_its_postcode_else_by_the_name(
    address: dict[str, object], nation: Nation | None
) -> None:
    assert nation_of_address(address) == nation


@pytest.mark.parametrize(("nation", "day", "is_holiday"), [
    ("SCT", date(2026, 1, 2), True), ("ENG", date(2026, 1, 2), False), ("WLS", date(2026, 1, 2), False),
    ("SCT", date(2026, 11, 30), True), ("ENG", date(2026, 11, 30), False),
    ("SCT", date(2026, 4, 6), False), ("ENG", date(2026, 4, 6), True), ("NIR", date(2026, 3, 17), True),
    ("SCT", date(2026, 8, 3), True), ("ENG", date(2026, 8, 31), True), ("NIR", date(2026, 7, 13), True),
    ("ENG", date(2026, 12, 28), True),  # in place of Boxing Day, a Saturday
])
def test_nations_keep_their_own_bank_holidays(nation: Nation, day: date, is_holiday: bool) -> None:
    assert (day in bank_holidays(nation, day.year)) is is_holiday


def test_no_nation_has_no_bank_holidays() -> None:
    assert bank_holidays(None, 2026) == {}


def test_bank_holidays_are_made_once_a_year_and_nation() -> None:
    assert bank_holidays("SCT", 2026) is bank_holidays("SCT", 2026)


@pytest.mark.parametrize("nation", ["SCT", "ENG", "WLS", "NIR"])
def test_every_bank_holiday_to_come_has_words_of_its_own(nation: Nation) -> None:
    found = {name for year in range(2026, 2060) for name in bank_holidays(nation, year).values()}
    assert {name for names in found for name in names.split("; ")} <= set(HOLIDAY_NAMES)
