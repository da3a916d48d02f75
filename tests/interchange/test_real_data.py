"""The examples of the documentation over the real NHS files: nothing lost, nothing twice, nothing invalid."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from webapp.interchange.csv_mapping import read
from webapp.interchange.mapping_file import load
from webapp.interchange.records import Item, Refused

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "nhs-choices"
WEEK = {
    "Monday": "MO",
    "Tuesday": "TU",
    "Wednesday": "WE",
    "Thursday": "TH",
    "Friday": "FR",
    "Saturday": "SA",
    "Sunday": "SU",
}

pytestmark = pytest.mark.skipif(
    not (DATA / "Pharmacy.csv").exists(), reason=f"the NHS files are not in {DATA}: not tried on real data"
)


@dataclass
class Seen:
    """What went by."""

    kinds: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    doubts: Counter[str] = field(default_factory=Counter)
    kept_out: Counter[str] = field(default_factory=Counter)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)


def seen(mapping: str, file: str, most: int | None = None) -> Seen:
    """What the file (or the first `most` of what comes out of it) makes."""
    result = Seen()
    for one in islice(read(load(ROOT / "docs" / "examples" / mapping), DATA / file), most):
        if isinstance(one, Refused):
            result.refused.append(one)
            continue
        assert one.record_id not in result.ids
        result.ids.add(one.record_id)
        result.kinds[one.kind] += 1
        result.rows.update(one.rows)
        result.doubts.update(remark.code for remark in one.doubts)
        result.kept_out.update(remark.code for remark in one.kept_out)
        result.documents[one.external_id] = one.document
    return result


def raw(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="windows-1252", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="¬", quoting=csv.QUOTE_NONE)


def test_every_clinic_is_read_and_repeated_ids_are_merged() -> None:
    clinics = seen("nhs-clinics.toml", "Clinics.csv")
    assert clinics.refused == []
    assert clinics.kinds == {"organization": 5333, "service": 5333, "location": 5333}
    assert len(clinics.rows) == 5462
    assert clinics.doubts["no_postcode"] == 10
    assert not clinics.kept_out
    said: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for row in raw("Clinics.csv"):
        sets = said.setdefault(row["OrganisationID"], (set(), set(), set()))
        for values, column in zip(sets, ("Phone", "Email", "Fax"), strict=True):
            values.update({row[column].strip()} - {""})
    for key, (phones, emails, faxes) in said.items():
        service = clinics.documents[f"SVC:{key}"]
        numbers = [(phone["type"], phone["number"]) for phone in service.get("phones", ())]
        assert sorted(numbers) == sorted([("voice", n) for n in phones] + [("fax", n) for n in faxes])
        contacts = [contact["email"] for contact in service.get("contacts", ())]
        assert {e.casefold() for e in [*contacts, service.get("email", "")]} - {""} == {e.casefold() for e in emails}


@pytest.mark.slow
def test_every_pharmacy_is_read_with_exactly_the_hours_of_the_second_file() -> None:
    pharmacies = seen("nhs-pharmacies.toml", "Pharmacy.csv")
    assert pharmacies.kinds == {"organization": 11799, "service": 11799, "location": 11799}
    assert len(pharmacies.rows) == 11799
    assert pharmacies.doubts["no_postcode"] == 1
    assert pharmacies.doubts["scheme_added"] == 276  # 138 pharmacies, at the organisation and at the service
    assert pharmacies.kept_out == {"email": 11, "url": 18, "url_login": 6}
    assert len(pharmacies.refused) == 178  # hours of pharmacies that the first file does not list
    assert {refused.file for refused in pharmacies.refused} == {"PharmacyOpeningTimes.csv"}
    assert_hours_are_right(pharmacies)


def test_a_thousand_pharmacies_have_exactly_the_hours_of_the_second_file() -> None:
    pharmacies = seen("nhs-pharmacies.toml", "Pharmacy.csv", 3000)
    assert pharmacies.refused == []
    assert pharmacies.kinds == {"organization": 1000, "service": 1000, "location": 1000}
    assert_hours_are_right(pharmacies)


def assert_hours_are_right(pharmacies: Seen) -> None:
    services = {key: document for key, document in pharmacies.documents.items() if key.startswith("SVC:")}
    made = Counter(hours for key, document in services.items() for hours in _made(key, document))
    given = {hours for row in raw("PharmacyOpeningTimes.csv") if (hours := _given(row, services))}
    assert set(made) == given
    assert max(made.values()) == 1
    rows = sum(len(document["places"][0].get("schedules", ())) for document in services.values())
    assert rows < len(given) / 2  # days with equal times share a row


def _given(row: dict[str, str], services: dict[str, Any]) -> tuple[str, ...] | None:
    identity = row["OrganisationId"]
    if f"SVC:{identity}" not in services:
        return None
    day = WEEK.get(row["WeekDay"]) or " ".join(row["AdditionalOpeningDate"].split())
    return (identity, day, row["Times"]) if row["IsOpen"] == "True" else (identity, "closed", day)


def _made(key: str, document: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    identity = key.partition(":")[2]
    for place in document.get("places", ()):
        for row in place.get("schedules", ()):
            if row.get("closed"):
                yield identity, "closed", _spoken(row["dtstart"])
                continue
            for day in row["byday"].split(",") if row.get("freq") == "WEEKLY" else [_spoken(row["dtstart"])]:
                yield identity, day, f"{row['opens_at']}-{row['closes_at']}"


def _spoken(day: str) -> str:
    spoken = date.fromisoformat(day)
    return f"{spoken:%b} {spoken.day} {spoken.year}"


def test_a_second_run_over_the_clinics_gives_the_same_items() -> None:
    mapping = load(ROOT / "docs" / "examples" / "nhs-clinics.toml")

    def first_thousand() -> list[Item | Refused]:
        found = read(mapping, DATA / "Clinics.csv")
        return [next(found) for _ in range(1000)]

    assert first_thousand() == first_thousand()
