"""Exports: the whole directory goes out as files, and comes in elsewhere as the same documents."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from tests.domain.strategies import documents
from tests.support.databases import SqliteTemplate
from tests.support.world import START, World
from webapp.domain.kinds import KINDS
from webapp.interchange.csv_mapping import read
from webapp.interchange.mapping_file import load
from webapp.interchange.records import Item
from webapp.services import export, intake
from webapp.services.doctor import doctor
from webapp.storage import Storage, init
from webapp.storage.models import Record, RevisionContent

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "nhs-choices"
SAID = select(Record.id, Record.kind, RevisionContent.document).join(
    RevisionContent, RevisionContent.revision_id == Record.newest_revision_id
)


def everything(storage: Storage) -> dict[str, tuple[str, str]]:
    """Each record's kind and document."""
    with storage.read() as connection:
        return {row.id: (row.kind, row.document) for row in connection.execute(SAID)}


def carry_over(origin: Storage, other: Storage, folder: Path) -> intake.Summary:
    """Export one database into a folder and import that into another."""
    export.run(origin, folder, "hsds-json")
    files = tuple(sorted(folder.glob("*.ndjson")))
    return intake.import_files(other, intake.FileImport(files, "hsds-json", source="elsewhere"), START)


@pytest.fixture
def elsewhere(sqlite_template: SqliteTemplate, tmp_path: Path) -> Any:
    """Another, empty directory."""
    storage = init(sqlite_template.copy(tmp_path / "elsewhere.db"))
    yield storage
    storage.dispose()


@pytest.mark.parametrize("kind", list(KINDS))
def test_generated_documents_of_every_kind_come_in_elsewhere_unchanged(
    kind: str, storage: Storage, elsewhere: Storage, tmp_path: Path
) -> None:
    made: list[Item] = []

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(documents(KINDS[kind]))
    def make(document: dict[str, Any]) -> None:
        identity = str(uuid5(NAMESPACE_URL, f"{kind}/{len(made)}"))
        if document.get("status") != "void":
            made.append(Item(identity, identity, kind, document, rows=(len(made),)))

    make()
    assert len(made) > 15
    assert intake.run(storage, intake.SourceInfo("here"), made, START).created == len(made)
    summary = carry_over(storage, elsewhere, tmp_path / "out")
    assert (summary.created, summary.refused) == (len(made), 0)
    assert everything(elsewhere) == everything(storage)
    assert doctor(elsewhere) == []


@pytest.mark.skipif(not (DATA / "Pharmacy.csv").exists(), reason=f"the NHS files are not in {DATA}: not tried on them")
def test_real_pharmacies_come_in_elsewhere_unchanged_and_twice_changes_nothing(
    storage: Storage, elsewhere: Storage, tmp_path: Path
) -> None:
    items = islice(read(load(ROOT / "docs" / "examples" / "nhs-pharmacies.toml"), DATA / "Pharmacy.csv"), 450)
    intake.run(storage, intake.SourceInfo("NHS"), items, START)
    assert carry_over(storage, elsewhere, tmp_path / "out").created == 450
    assert everything(elsewhere) == everything(storage)
    again = carry_over(storage, elsewhere, tmp_path / "out")
    assert (again.created, again.changed, again.unchanged) == (0, 0, 450)
    back = carry_over(elsewhere, storage, tmp_path / "back")
    assert (back.created, back.changed, back.unchanged, back.suggested) == (0, 0, 450, 0)


def test_a_service_is_written_with_the_records_that_it_names_inside_it(world: World, tmp_path: Path) -> None:
    organization = world.record("organization", name="Harbour Soup")
    service = world.record(name="Lunch", organization_id=organization)
    gone = world.record(name="Spam", status="void")
    counts = export.run(world.storage, tmp_path, "hsds-json")
    assert (counts["services"], counts["organizations"], counts["guides"]) == (1, 1, 0)
    assert not (tmp_path / "guides.ndjson").exists()
    assert not list(tmp_path.glob("*.part"))
    (line,) = (tmp_path / "services.ndjson").read_text(encoding="utf-8").splitlines()
    written = json.loads(line)
    assert (written["id"], written["organization"]["name"]) == (service, "Harbour Soup")
    assert gone not in line


def test_a_spreadsheet_export_has_a_row_a_record_and_no_formula(world: World, tmp_path: Path) -> None:
    world.record(name='=HYPERLINK("http://evil.example")', email="a@example.org", description="-- soup")
    seen: list[tuple[int, int]] = []
    export.run(world.storage, tmp_path, "csv", lambda done, total: seen.append((done, total)))
    with (tmp_path / "services.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = csv.DictReader(handle)
    assert row["name"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["email"], row["description"]) == ("a@example.org", "'-- soup")
    assert seen == [(1, 1)]


def test_an_unknown_format_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown format"):
        export.run(world.storage, tmp_path, "xml")
