"""Files to runs: which reader each format takes, and where refused rows go. Nothing here touches a record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from webapp.domain.kinds import KINDS
from webapp.interchange import csv_mapping, hsds_import
from webapp.interchange.mapping import CsvMapping
from webapp.interchange.mapping_file import load
from webapp.interchange.records import FormatError, Item, Refused, append_refused, refused_path, write_refused
from webapp.services.intake.run import Progress, SourceInfo, run
from webapp.services.intake.summary import Summary
from webapp.storage import Storage

FORMATS = ("hsds-json", "oruk", "csv")
OWN = "wellkept_document"  # a record of a kind that HSDS has no object for
KIND_OF_FILE = {
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "organizations": "organization",
    "locations": "location",
    "services": "service",
    "guides": "guide",
}
"""Our export's files, in the order in which they are read: what is referred to comes first."""


@dataclass(frozen=True, slots=True)
class FileImport:
    """Files of one source. `mapping` is needed for csv, `source` for the others, whose files do not name one."""

    files: tuple[Path, ...]
    format: str
    mapping: Path | None = None
    source: str = ""
    licence: str = ""
    dry_run: bool = False
    as_suggestions: bool = False
    actor_id: str | None = None


def import_files(storage: Storage, command: FileImport, now: datetime, progress: Progress | None = None) -> Summary:
    """Read the files and take in what they say, as one run; rows that can't be used go to FILE.refused.csv.

    Raises FormatError, in words for people, when a file or the mapping can't be used at all.
    """
    mapping = _mapping(command)
    source = _source(command, mapping)
    if mapping:
        for path in command.files:
            csv_mapping.check(mapping, path)  # of all files, before anything is written of the first
    return run(
        storage,
        source,
        _everything(command, mapping, source.name),
        now,
        dry_run=command.dry_run,
        as_suggestions=command.as_suggestions,
        actor_id=command.actor_id,
        progress=progress,
    )


def _mapping(command: FileImport) -> CsvMapping | None:
    if command.format not in FORMATS:
        raise FormatError(f"unknown format {command.format}; known are {', '.join(FORMATS)}")
    if not command.files:
        raise FormatError("name the files to import")
    if command.format != "csv":
        return None
    if command.mapping is None:
        raise FormatError("a csv file needs --mapping: docs/importing.md tells how to write one")
    mapping = load(command.mapping)
    return replace(mapping, source=replace(mapping.source, name=command.source)) if command.source else mapping


def _source(command: FileImport, mapping: CsvMapping | None) -> SourceInfo:
    if mapping:
        return SourceInfo(mapping.source.name, mapping.source.licence)
    if not command.source.strip():
        raise FormatError("name whose data it is with --source, the same name every time")
    return SourceInfo(command.source.strip(), command.licence)


def _everything(command: FileImport, mapping: CsvMapping | None, source: str) -> Iterator[Item | Refused]:
    files = command.files if mapping else sorted(command.files, key=_turn)
    for path in files:
        with RefusedFile(refused_path(path)) as refused:
            for one in csv_mapping.read(mapping, path) if mapping else _objects(path, source):
                if isinstance(one, Refused):
                    refused.add(one)
                yield one


def _turn(path: Path) -> int:
    """Our own files in the order that suits; others stay in the order in which they were named."""
    return list(KIND_OF_FILE).index(path.stem) if path.stem in KIND_OF_FILE else len(KIND_OF_FILE)


def _objects(path: Path, source: str) -> Iterator[Item | Refused]:
    kind = KIND_OF_FILE.get(path.stem, "service")
    if kind == "guide":
        return _guides(path)
    return hsds_import.read_file(path, source, kind)


def _guides(path: Path) -> Iterator[Item | Refused]:
    """Guides are ours alone: the lines hold documents as we keep them."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _guide(path.name, number, line)


def _guide(file: str, number: int, line: str) -> Item | Refused:
    from webapp.interchange.judge import judged

    try:
        raw: Any = json.loads(line)
        identity, document = str(raw["id"]), dict(raw[OWN])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refused(file, number, (line.strip()[:10_000],), f"no object with id and {OWN}")
    verdict = judged(KINDS["guide"], document)
    if verdict.fatal:
        return Refused(file, number, (line.strip()[:10_000],), verdict.fatal[0].code)
    return Item(identity, identity, "guide", verdict.document, rows=(number,))


class RefusedFile:
    """Writes refused rows beside the file they are from, as they come; without any, there is no such file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out: io.TextIOWrapper | None = None

    def __enter__(self) -> RefusedFile:
        self.path.unlink(missing_ok=True)  # of an earlier run
        return self

    def __exit__(self, *error: object) -> None:
        if self._out:
            self._out.close()

    def add(self, refused: Refused) -> None:
        """Write one row; the first brings the heading."""
        if self._out is None:
            self._out = self.path.open("w", encoding="utf-8", newline="")
            write_refused(self._out, [refused])
        else:
            append_refused(self._out, refused)
