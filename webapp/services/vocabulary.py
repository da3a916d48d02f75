"""Counts the directory's words, for typing errors; its law: a word that nobody may read any more is not offered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.domain.spelling import vocabulary_of, with_stems
from webapp.storage import Storage
from webapp.storage.models import SearchWord, SiteProperty
from webapp.storage.prepared import prepared
from webapp.storage.queries import vocabulary as queries
from webapp.storage.unit_of_work import UnitOfWork, new_id

TRIES = 3
DROP = prepared(delete(SearchWord).where(SearchWord.word == bindparam("gone")))
_LITE, _POSTGRES = sqlite.insert(SearchWord), postgresql.insert(SearchWord)
PUT = {
    "sqlite": prepared(
        _LITE.on_conflict_do_update(index_elements=[SearchWord.word], set_={"records": _LITE.excluded.records})
    ),
    "postgresql": prepared(
        _POSTGRES.on_conflict_do_update(
            index_elements=[SearchWord.word], set_={"records": _POSTGRES.excluded.records}
        )
    ),
}
FIRST_STAMP = prepared(insert(SiteProperty))
NEW_STAMP = prepared(
    update(SiteProperty).where(SiteProperty.name == queries.STAMP_NAME).values(value=bindparam("after"))
)
MOVE_STAMP = prepared(
    update(SiteProperty)
    .where(SiteProperty.name == queries.STAMP_NAME, SiteProperty.value == bindparam("before"))
    .values(value=bindparam("after"))
)


def refresh(storage: Storage, now: datetime) -> int:
    """Count the words of the search index anew; gives how many there are. Raises Busy.

    Counting takes no turn of the writer's. Where somebody changes the words meanwhile, they are counted once more.
    """
    words: dict[str, int] = {}
    for _ in range(TRIES):
        with storage.read() as connection:
            before, counts = queries.stamp(connection), storage.search.token_counts(connection)
        words = vocabulary_of(counts)
        rows = with_stems(words)
        if storage.transact(lambda uow, rows=rows, before=before: _rewrite(uow, rows, before), now):  # type: ignore[misc]  # mypy infers no lambda with defaults
            break
    return len(words)


def forget(uow: UnitOfWork, words: Collection[str]) -> None:
    """Drop words at once, within a redaction; those that stand elsewhere come back when they are counted next."""
    if not words:
        return
    if not uow.run(NEW_STAMP, {"after": new_id()}).rowcount:  # whoever counts them just now for the first time ...
        uow.run(FIRST_STAMP, {"name": queries.STAMP_NAME, "value": new_id()})  # ... shall count anew
    uow.run(DROP, [{"gone": word} for word in sorted(words)])


def _rewrite(uow: UnitOfWork, rows: Mapping[str, int], before: str | None) -> bool:
    """Write what differs; False where the words were changed since they had the stamp `before`."""
    present = queries.rows(uow.connection)
    gone = sorted(present.keys() - rows.keys())
    changed = sorted(rows.items() - present.items())
    if not (gone or changed):
        return True
    if not _move_stamp(uow, before):
        return False
    if gone:
        uow.run(DROP, [{"gone": word} for word in gone])
    if changed:
        dialect = uow.connection.dialect.name
        uow.run(PUT[dialect], [{"word": word, "records": records} for word, records in changed])
    return True


def _move_stamp(uow: UnitOfWork, before: str | None) -> bool:
    """Give the words another stamp, which locks them; False where they have another already."""
    if before is not None:
        return bool(uow.run(MOVE_STAMP, {"before": before, "after": new_id()}).rowcount)
    if queries.stamp(uow.connection) is not None:
        return False
    uow.run(FIRST_STAMP, {"name": queries.STAMP_NAME, "value": new_id()})
    return True
