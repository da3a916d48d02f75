"""Files are read as they come: what can not be used goes to a file beside, and real data comes in whole."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from tests.interchange.samples import SERVICE
from tests.services.importing import healthy
from tests.support.world import World
from webapp.domain.document import canonical
from webapp.interchange.csv_mapping import read
from webapp.interchange.mapping_file import load
from webapp.interchange.records import FormatError, Item, Refused
from webapp.services import intake

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "nhs-choices"


def test_rows_that_can_not_be_used_go_to_a_file_beside_with_the_reason(world: World, tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(SERVICE)
    file = tmp_path / "list.csv"
    file.write_text("Id,Name\n1,Lunch\n2,\n3,\n")
    command = intake.FileImport((file,), "csv", tmp_path / "town.toml")
    summary = intake.import_files(world.storage, command, world.now)
    assert (summary.source, summary.created, summary.refused) == ("Small town", 1, 2)
    lines = (tmp_path / "list.csv.refused.csv").read_text().splitlines()
    assert lines == ["file,row,reason,cells", "list.csv,3,no Name,2,", "list.csv,4,no Name,3,"]
    file.write_text("Id,Name\n1,Lunch\n")
    intake.import_files(world.storage, command, world.now)
    assert not (tmp_path / "list.csv.refused.csv").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (intake.FileImport((Path("a.csv"),), "csv"), "needs --mapping"),
        (intake.FileImport((Path("a.json"),), "oruk"), "--source"),
        (intake.FileImport((), "oruk", source="x"), "name the files"),
        (intake.FileImport((Path("a.json"),), "odd"), "unknown format"),
        (intake.FileImport((Path("/nowhere/a.json"),), "oruk", source="x"), "can't be read"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no database is asked
def test_what_can_not_be_imported_at_all_is_said_in_words(world: World, command: intake.FileImport, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        intake.import_files(world.storage, command, world.now)


# -- real data --------------------------------------------------------------------------------------------


def real(mapping: str, file: str, most: int) -> Iterable[Item | Refused]:
    return list(islice(read(load(ROOT / "docs" / "examples" / mapping), DATA / file), most))


@pytest.mark.skipif(not (DATA / "Clinics.csv").exists(), reason=f"the NHS files are not in {DATA}: not tried on them")
def test_a_hundred_real_clinics_come_in_whole_and_a_second_run_changes_nothing(world: World) -> None:
    items = real("nhs-clinics.toml", "Clinics.csv", 300)
    source = intake.SourceInfo("NHS Choices clinics")
    summary = intake.run(world.storage, source, items, world.now)
    assert (summary.created, summary.refused) == (300, 0)
    for one in items:
        assert isinstance(one, Item)
        assert canonical(world.document(one.record_id)) == canonical(one.document)
    assert healthy(world)
    again = intake.run(world.storage, source, items, world.now)
    assert (again.unchanged, again.operation_id) == (300, None)
