"""Small written files and mappings for the tests of reading other people's data."""

from __future__ import annotations

from pathlib import Path

from webapp.interchange.csv_mapping import read
from webapp.interchange.mapping_file import parse
from webapp.interchange.records import Item, Refused

SOURCE = """
[source]
name = "Small town"
licence = "OGL"
[file]
key = "Id"
required = ["Name"]
"""

SERVICE = (
    SOURCE
    + """
[[record]]
kind = "service"
id = "SVC:{Id}"
[record.fields]
name = "{Name}"
"""
)


def run(folder: Path, mapping: str, text: str | bytes, **others: str) -> tuple[list[Item], list[Refused]]:
    """Writes main.csv (and the others as NAME.csv), reads it by the mapping; items and refused rows."""
    path = folder / "main.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for name, content in others.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    found = list(read(parse(mapping), path))
    items = [one for one in found if isinstance(one, Item)]
    return items, [one for one in found if isinstance(one, Refused)]
