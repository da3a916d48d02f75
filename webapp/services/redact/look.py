"""What a mask would take out, looked up before anybody asks for it: where a value stands, and who else says it.

Its law: it only reads, by the same questions as the mask, and no value goes into what it gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, select

from webapp.services.redact.about import masked_contents, masked_payloads, masked_sources
from webapp.services.redact.mask import Mask, elsewhere, masking_of
from webapp.services.redact.places import Masked, masked_words
from webapp.storage import Storage
from webapp.storage.models import Change, Comment, Evidence, Record, Vote
from webapp.storage.unit_of_work import Row, UnitOfWork

MOST_NAMED = 100  # suggestions, and other records
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
OF_WHICH_SUGGESTION = {
    "change": select(Change.suggestion_id).where(Change.id.in_(_IDS)),
    "comment": select(Comment.suggestion_id).where(Comment.id.in_(_IDS)),
    "evidence": select(Evidence.suggestion_id).where(Evidence.id.in_(_IDS)),
    "vote": select(Change.suggestion_id).join(Vote, Vote.change_id == Change.id).where(Vote.id.in_(_IDS)),
}
"""Where something stands that has a suggestion's page, by the name of its table."""
RECORD = select(Record).where(Record.id == bindparam("id"))
OTHERS = select(Record.id, Record.kind, Record.slug, Record.name).where(Record.id.in_(_IDS)).order_by(Record.name)


@dataclass(frozen=True, slots=True)
class Found:
    """Where something stands that is to be masked."""

    revisions: tuple[int, ...]  # the numbers of those that say it, oldest first
    is_present: bool  # whether the newest is among them
    texts: Mapping[str, int]  # how many rows beside them, by the name of their table
    suggestions: tuple[str, ...]  # ids of those on whose pages it stands, as many as can be listed
    others: tuple[Row, ...]  # {id, kind, slug, name} of other records that say it now; a mask leaves them alone

    @property
    def is_nowhere(self) -> bool:
        """Whether there is nothing to mask."""
        return not self.revisions and not self.texts


def look(storage: Storage, command: Mask, now: datetime) -> Found:
    """Where it stands at present. Raises NotFound (no such record or unit), NotEligible (value_too_short,
    reason_has_value)."""
    with storage.read() as connection:
        masking = masking_of(connection, command)
        uow = UnitOfWork(connection, storage.search, now)  # over a connection that never writes
        record: Row = uow.one(RECORD, {"id": command.record_id})  # which `masking_of` has found
        contents = list(masked_contents(uow, record, masking))
        rows = [*masked_payloads(uow, command.record_id, masking), *masked_sources(uow, record, masking)]
        rows += masked_words(uow, masking.secrets)
        others, _ = elsewhere(connection, command.record_id, masking)
        numbers = tuple(content.row.number for content in contents)
        return Found(
            numbers,
            record.newest_number in numbers,
            dict(Counter(row.place.name for row in rows)),
            _suggestions(connection, rows),
            tuple(connection.execute(OTHERS, {"ids": others[:MOST_NAMED]})) if others else (),
        )


def _suggestions(connection: Connection, rows: Sequence[Masked]) -> tuple[str, ...]:
    found = {row.row_key for row in rows if row.place.name == "suggestion"}
    for name, query in OF_WHICH_SUGGESTION.items():
        ids = [row.row_key for row in rows if row.place.name == name]
        if ids:
            found.update(connection.execute(query, {"ids": ids}).scalars())
    return tuple(sorted(found)[:MOST_NAMED])
