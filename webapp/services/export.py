"""The whole directory as files, streamed record by record; importing them elsewhere gives the same documents.

What was taken out as void is not in the directory. A file is whole or not there: it gets its name when it is done.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from webapp.domain.document import Document
from webapp.domain.fields import Field, FieldType
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.interchange.hsds import OBJECT_OF
from webapp.interchange.hsds_export import record_object
from webapp.interchange.spreadsheet import harmless
from webapp.services.intake.files import KIND_OF_FILE, OWN
from webapp.storage import Storage
from webapp.storage.models import Record, Revision, RevisionContent

FORMATS = ("hsds-json", "csv")
Progress = Callable[[int, int], None]  # records written so far, and in all

VISIBLE = Record.status != "void"
DOCUMENTS = (
    select(Record.id, Record.kind, Record.updated_at, Revision.schema_version, RevisionContent.document)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(VISIBLE)
)
PAGE = (
    DOCUMENTS.where(Record.kind == bindparam("kind"), Record.id > bindparam("after"))
    .order_by(Record.id)
    .limit(bindparam("most"))
)
ONE = DOCUMENTS.where(Record.id == bindparam("id"))
COUNT = select(func.count()).select_from(Record).where(VISIBLE)
AT_ONCE = 500
SEPARATORS = re.compile("[\x85\u2028\u2029]")
REMEMBERED = 5000  # documents of records that others name


def run(storage: Storage, folder: Path, format_: str, progress: Progress | None = None) -> dict[str, int]:
    """Write one file a kind into the folder, which is made; gives how many records each file holds.

    `hsds-json`: KIND.ndjson, an HSDS object a line, the records it names inside it. `csv`: KIND.csv, a record a
    row, for spreadsheets; lists stand in their cells as JSON. ValueError for another format.
    """
    if format_ not in FORMATS:
        raise ValueError(f"unknown format {format_}; known are {', '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    with storage.read() as connection:
        whole = _Export(connection, folder, progress)
        return {name: whole.file(name, kind, format_) for name, kind in KIND_OF_FILE.items()}


class _Export:
    """One export, on one view of the database."""

    def __init__(self, connection: Connection, folder: Path, progress: Progress | None) -> None:
        self.connection, self.folder, self.progress = connection, folder, progress
        self.total: int = connection.scalar(COUNT) or 0
        self.done = 0
        self.find = lru_cache(maxsize=REMEMBERED)(self._find)

    def file(self, name: str, kind: str, format_: str) -> int:
        """Write the file of one kind; how many records it holds. A kind without records has no file."""
        records = self._records(kind)
        suffix, write = (".csv", self._csv) if format_ == "csv" else (".ndjson", self._ndjson)
        path = self.folder / (name + suffix)
        path.unlink(missing_ok=True)  # of an earlier export
        partly = path.with_name(path.name + ".part")
        before = self.done
        with partly.open("w", encoding="utf-8", newline="") as out:
            write(out, kind, records)
        if self.done > before:
            partly.replace(path)
        else:
            partly.unlink()
        return self.done - before

    def _records(self, kind: str) -> Iterator[tuple[Any, Document]]:
        after = ""
        while rows := list(self.connection.execute(PAGE, {"kind": kind, "after": after, "most": AT_ONCE})):
            for row in rows:
                yield row, read(kind, row.document, row.schema_version)
            after = rows[-1].id
            self.done += len(rows)
            if self.progress:
                self.progress(self.done, self.total)

    def _find(self, identity: str) -> Document | None:
        row = self.connection.execute(ONE, {"id": identity}).first()
        return None if row is None else read(row.kind, row.document, row.schema_version)

    def _ndjson(self, out: Any, kind: str, records: Iterator[tuple[Any, Document]]) -> None:
        for row, document in records:
            out.write(_line(self._object(kind, row, document)) + "\n")

    def _object(self, kind: str, row: Any, document: Document) -> Mapping[str, Any]:
        if kind not in OBJECT_OF:
            return {"id": row.id, OWN: document}
        return record_object(kind, row.id, document, self.find)

    def _csv(self, out: Any, kind: str, records: Iterator[tuple[Any, Document]]) -> None:
        fields = list(KINDS[kind].fields())
        writer = csv.writer(out)
        writer.writerow(["id", *(field.name for field in fields)])
        for row, document in records:
            writer.writerow([row.id, *(_cell(field, document.get(field.name)) for field in fields)])


def _line(said: Mapping[str, Any]) -> str:
    """A JSON object in one line, also for who takes every separator of Unicode for the end of one."""
    line = json.dumps(said, ensure_ascii=False)
    return line if line.isprintable() else SEPARATORS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.type is FieldType.LIST:
        return json.dumps(value, ensure_ascii=False)
    if field.type is FieldType.FLAG:
        return "yes" if value else ""
    return harmless(str(value))
