"""Every place where people's words stand outside documents, and how a mask takes a value out of it and seals it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update

from webapp.richtext import clean
from webapp.services.redact.values import IGNORED, Secret, found_in, masked_json, masked_text
from webapp.storage.models import (
    Change,
    ChangeVersion,
    CheckItem,
    Comment,
    Decision,
    Evidence,
    IdempotencyKey,
    ImportWaiting,
    Incident,
    ModerationEntry,
    Operation,
    Outbox,
    ParkedSuggestion,
    RedactedRow,
    Report,
    RevisionContent,
    RoleGrant,
    Sanction,
    Sealed,
    SourceItem,
    StewardshipClaim,
    Suggestion,
    Vote,
)
from webapp.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """A table with words in it: its key, and the columns to look into, as text, as JSON or as HTML."""

    model: type[Any]
    key: tuple[str, ...]
    texts: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    is_permitted: bool = False  # append-only: a permit is needed for each row

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every column with words in it."""
        return self.texts + self.json + self.html

    def columns(self, names: tuple[str, ...]) -> list[Any]:
        """The model's columns of these names."""
        return [getattr(self.model, name) for name in names]

    def row_key(self, row: Any) -> str:
        """The key of a row as one text; colons part its members."""
        return ":".join(str(getattr(row, name)) for name in self.key)

    def where(self, row_key: str) -> list[ColumnElement[bool]]:
        """The condition that finds that row again."""
        values: list[Any] = row_key.split(":", len(self.key) - 1)
        columns = self.columns(self.key)
        return [c == (int(v) if c.type.python_type is int else v) for c, v in zip(columns, values, strict=True)]


PAYLOADS = (
    Place(Change, ("id",), json=("payload",)),
    Place(ChangeVersion, ("change_id", "content_version"), json=("payload",), is_permitted=True),
    Place(ImportWaiting, ("id",), json=("payload",)),
    Place(CheckItem, ("id",), json=("payload",)),
)
CONTENT = Place(RevisionContent, ("revision_id",), ("document", "salt"))
SOURCES = Place(SourceItem, ("id",), json=("document",))
WORDS = (
    Place(Suggestion, ("id",), ("reason",)),
    Place(Evidence, ("id",), ("detail",)),
    Place(Comment, ("id",), ("text",), html=("html",)),
    Place(Vote, ("id",), ("note",)),
    Place(CheckItem, ("id",), ("reason", "why")),
    Place(Decision, ("id",), ("note",), is_permitted=True),
    Place(Report, ("id",), ("text", "contact", "answer")),
    Place(StewardshipClaim, ("id",), ("words", "answer")),
    Place(ModerationEntry, ("id",), ("note",)),
    Place(Operation, ("id",), ("reason",)),
    Place(Incident, ("id",), ("reason",), json=("conditions",)),
    Place(RoleGrant, ("id",), ("reason",)),
    Place(Sanction, ("id",), ("reason",)),
    Place(Outbox, ("id",), ("error",), ("payload",)),
    Place(ParkedSuggestion, ("token_hash",), json=("command",)),
    Place(IdempotencyKey, ("person_id", "key"), json=("answer",)),
)
BY_NAME = {place.name: place for place in (*PAYLOADS, CONTENT, SOURCES, *WORDS)}
CLOSE = update(RedactedRow).where(RedactedRow.redaction_seq == bindparam("seq")).values(is_open=0)


@dataclass(frozen=True, slots=True)
class Masked:
    """A row that is to be changed: what its cells said and what they will say."""

    place: Place
    row_key: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def may_hold(column: Any, secrets: tuple[Secret, ...]) -> ColumnElement[bool]:
    """The condition that a column may say one of the secrets: a wide net, the pattern decides."""
    squeezed = func.lower(column)
    for character in IGNORED:
        squeezed = func.replace(squeezed, character, "")
    return or_(*(squeezed.contains(secret.probe, autoescape=True) for secret in secrets))


def masked_words(uow: UnitOfWork, secrets: tuple[Secret, ...]) -> Iterator[Masked]:
    """Every row anywhere whose words say one of the secrets."""
    for place in WORDS if secrets else ():
        query = select(*place.columns((*place.key, *place.fields))).where(
            or_(*(may_hold(column, secrets) for column in place.columns(place.fields)))
        )
        for row in uow.all(query):
            found = masked_row(place, row, lambda name, text, p=place: _mask_cell(p, name, text, secrets))  # type: ignore[misc]  # mypy infers no lambda with defaults
            if found:
                yield found


def _mask_cell(place: Place, name: str, text: str, secrets: tuple[Secret, ...]) -> str:
    if name in place.json:
        return masked_json(text, secrets)
    if not found_in(text, secrets):
        return text
    masked = masked_text(text, secrets)
    return clean(masked) if name in place.html else masked  # a value may reach across a tag, and cut it open


def masked_row(place: Place, row: Any, mask: Callable[[str, str], str]) -> Masked | None:
    """A row with `mask(column, text)` over each of its cells; None when nothing changes."""
    cells = {name: str(getattr(row, name)) for name in place.fields if getattr(row, name)}
    after = {name: mask(name, text) for name, text in cells.items()}
    moved = {name for name in cells if after[name] != cells[name]}
    if not moved:
        return None
    return Masked(place, place.row_key(row), {n: cells[n] for n in moved}, {n: after[n] for n in moved})


def left_hash(text: str) -> str:
    """The mark of what a mask left in a cell."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(
    uow: UnitOfWork, seq: int, place: str, row_key: str, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """Keep originals until the redaction is finished or lifted, each with a mark of what is left in its place."""
    rows = [
        {"redaction_seq": seq, "place": place, "row_key": row_key, "field": name}
        | {"original": text, "left_hash": left_hash(after.get(name, ""))}
        for name, text in before.items()
    ]
    uow.run(insert(Sealed), rows)


def unmoved(uow: UnitOfWork, place: Place, row_key: str, marks: Mapping[str, str]) -> set[str]:
    """The cells of a row that still say what the mask left there."""
    row = uow.one(select(*place.columns(tuple(marks))).where(*place.where(row_key)))
    return {name for name, mark in marks.items() if row and left_hash(str(getattr(row, name) or "")) == mark}


def write(uow: UnitOfWork, seq: int, place: Place, row_key: str, cells: Mapping[str, str]) -> None:
    """Put words into a row's cells, with a permit where the table asks for one."""
    if place.is_permitted:
        uow.add(RedactedRow, redaction_seq=seq, place=place.name, row_key=row_key, is_open=1)
    uow.run(update(place.model).where(*place.where(row_key)).values(**cells))


def close_permits(uow: UnitOfWork, seq: int) -> None:
    """End every permit of a redaction: from now on its rows are append-only again."""
    uow.run(CLOSE, {"seq": seq})
