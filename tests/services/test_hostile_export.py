"""Whatever stands in a record, an export is data: no cell is a formula, no text begins another row or another cell."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile import ATTACKS, texts
from tests.support.world import World
from webapp.domain.fields import FieldType, Kind
from webapp.domain.kinds import KINDS
from webapp.domain.normalise import normalise
from webapp.domain.validate import validate
from webapp.interchange.records import Refused, refused_path
from webapp.interchange.spreadsheet import harmless
from webapp.services import export
from webapp.services.intake.files import KIND_OF_FILE, RefusedFile

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(A1)",
    "+44 131 496 0000",
    "-12.50",
    "+1-1",
    "--1",
    "=",
    "'=1+1",
    '"=1+1"',
    "a;=1+1",
    "a\t=1+1",
    'a"\n"=1+1',
    "a\x00=1+1",
]
STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def acts(cell: str) -> bool:
    """Whether a spreadsheet would work a cell out; it passes over blanks and unseen letters. A number it may read."""
    seen = cell.lstrip(" \u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad")
    return bool(seen) and seen[0] in STARTS and not seen[1:].replace(" ", "").replace(".", "").isdigit()


def test_no_cell_is_a_formula() -> None:
    for text in [*FORMULAS, *texts()]:
        assert not acts(harmless(text)), ascii(text)
        assert harmless(text) in (text, f"'{text}")
    assert [harmless(number) for number in ("+44 131 496 0000", "-12.50", "7")] == ["+44 131 496 0000", "-12.50", "7"]


def documents(kind: Kind, links: dict[str, str]) -> list[dict[str, Any]]:
    """A document for each text that some field of the kind takes, in all that take it."""
    found = []
    plain = {"name": "Plain", **{f.name: links[f.link_kind or ""] for f in kind.fields() if f.required and f.link_kind}}
    plain |= {f.name: f.choices[0][0] for f in kind.fields() if f.required and f.choices}
    fields = [f.name for f in kind.fields() if f.type in (FieldType.LINE, FieldType.TEXT)]
    for text in [*FORMULAS, *texts()]:
        taken = {name: text for name in fields if not validate(kind, normalise(kind, {**plain, name: text})).refusals}
        document = normalise(kind, {**plain, **taken})
        if taken and not validate(kind, document).refusals:
            found.append(dict(document))
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files are the same from both
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_an_export_of_hostile_records_is_data(kind: Kind, world: World, tmp_path: Path) -> None:
    links = {"taxonomy": world.record("taxonomy", name="List"), "organization": world.record("organization", name="O")}
    made = documents(kind, links)
    assert len(made) > 10
    ids = {world.record(kind.name, **document): document for document in made}
    for format_ in export.FORMATS:
        export.run(world.storage, tmp_path, format_)
    (path,) = (tmp_path / f"{name}.csv" for name, of in KIND_OF_FILE.items() if of == kind.name)
    with path.open(encoding="utf-8", newline="") as handle:
        rows = {row["id"]: row for row in csv.DictReader(handle, strict=True)}
    assert not [cell for row in rows.values() for cell in row.values() if acts(cell)]
    for id_, document in ids.items():
        said = {name: value for name, value in document.items() if isinstance(value, str)}
        assert {name: rows[id_][name].removeprefix("'") for name in said} == {
            n: v.removeprefix("'") for n, v in said.items()
        }
    lines = path.with_suffix(".ndjson").read_bytes().split(b"\n")
    objects = [json.loads(line) for line in lines if line]
    assert set(ids) <= {one["id"] for one in objects}
    assert not any(b"\r" in line or "\u2028" in line.decode() or "\x85" in line.decode() for line in lines)


def test_rows_that_were_refused_are_data_too(tmp_path: Path) -> None:
    path = refused_path(tmp_path / "main.csv")
    with RefusedFile(path) as out:
        for number, text in enumerate([*FORMULAS, *ATTACKS]):
            out.add(Refused(text, number, (text, f"x{text}"), text))
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, strict=True))[1:]
    assert len(rows) == len([*FORMULAS, *ATTACKS])
    assert not [cell for row in rows for cell in row if acts(cell)]
