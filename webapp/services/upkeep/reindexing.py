"""Making anew what follows from records and comments: search rows, links, HTML, tags and known words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, text, update

from webapp.domain.kinds import KINDS
from webapp.domain.search_text import lent
from webapp.domain.upcast import read
from webapp.richtext import RENDERER_VERSION, render_anyway
from webapp.services import following, tagging, vocabulary
from webapp.services.redact.html import html_of
from webapp.services.revise import read_document
from webapp.services.suggest import keep_html
from webapp.storage import Storage
from webapp.storage.models import Comment, Record, Rendered
from webapp.storage.queries.newest import NEWEST
from webapp.storage.unit_of_work import UnitOfWork

AT_ONCE = 200
"""Records that one transaction may hold (`DESIGN.md`, "Locks")."""

STRAY = text(
    "SELECT e.record_id FROM search_entry e LEFT JOIN record r ON r.id = e.record_id"
    " WHERE r.id IS NULL OR r.status IN ('void', 'merged')"
)

Progress = Callable[[str, int], None]  # (what, how many so far)


def quiet(_what: str, _done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How much was made anew."""

    records: int
    comments: int


def reindex(storage: Storage, now: datetime, progress: Progress = quiet) -> Reindexed:
    """Make every search row, link and the HTML of every present text and comment anew; the site may run meanwhile.

    HTML of an older renderer that no present text needs is forgotten: pages render it when they show it.
    """
    _lend_anew(storage, now)
    records, last = 0, ""
    while found := _next_records(storage, last):
        html = _html_of(found)
        storage.transact(lambda uow, ids=[row.id for row in found], html=html: _index_all(uow, ids, html), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        last, records = found[-1].id, records + len(found)
        progress("records", records)
    comments = _comments_anew(storage, now, progress)
    storage.transact(_tidy, now)
    vocabulary.refresh(storage, now)
    return Reindexed(records, comments)


def _lend_anew(storage: Storage, now: datetime) -> None:
    """What places lend to the services there, before any service is found by it."""
    last = ""
    while found := _next_records(storage, last, Record.kind == "location"):
        lending = {row.id: lent(KINDS[row.kind], read(row.kind, row.document, row.schema_version)) for row in found}
        storage.transact(lambda uow, lending=lending: _keep_lent(uow, lending), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        last = found[-1].id


def _keep_lent(uow: UnitOfWork, lending: Mapping[str, str | None]) -> None:
    for record in uow.lock_records(list(lending)).values():
        if record.lent != lending[record.id]:
            uow.run(update(Record).where(Record.id == record.id).values(lent=lending[record.id]))


def _next_records(storage: Storage, last: str, *among: ColumnElement[bool]) -> Sequence[Any]:
    query = NEWEST.where(Record.id > last, *among).order_by(Record.id).limit(AT_ONCE)
    with storage.read() as connection:
        return connection.execute(query).all()


def _html_of(rows: Iterable[Any]) -> dict[str, str]:
    html: dict[str, str] = {}
    for row in rows:
        html |= html_of(KINDS[row.kind], [read(row.kind, row.document, row.schema_version)])
    return html


def _index_all(uow: UnitOfWork, ids: list[str], html: Mapping[str, str]) -> None:
    outdated = delete(Rendered).where(Rendered.text_hash.in_(list(html)), Rendered.renderer_version != RENDERER_VERSION)
    uow.run(outdated)
    keep_html(uow, html)
    for record in uow.lock_records(ids).values():
        kind, document = KINDS[record.kind], read_document(uow, record)
        known, _ = following.move_links(uow, record.id, kind, document)
        following.index(uow, record.id, kind, document, known)
    uow.shows_anew()
    tagging.follow(uow, ids)


def _comments_anew(storage: Storage, now: datetime, progress: Progress) -> int:
    outdated = select(Comment.id, Comment.text).where(Comment.renderer_version != RENDERER_VERSION).limit(AT_ONCE)
    done = 0
    while True:
        with storage.read() as connection:
            rows = connection.execute(outdated).all()
        if not rows:
            return done
        html = {row.id: render_anyway(row.text) for row in rows}
        storage.transact(lambda uow, html=html: _keep_comments(uow, html), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        done += len(rows)
        progress("comments", done)


def _keep_comments(uow: UnitOfWork, html: Mapping[str, str]) -> None:
    for id_, made in html.items():
        uow.run(update(Comment).where(Comment.id == id_).values(html=made, renderer_version=RENDERER_VERSION))


def _tidy(uow: UnitOfWork) -> None:
    for row in uow.all(STRAY):
        uow.search.delete(uow.connection, row.record_id)
    tagging.tag_new_records(uow)
    uow.run(delete(Rendered).where(Rendered.renderer_version != RENDERER_VERSION))
    if uow.connection.dialect.name == "sqlite":
        uow.run(text("INSERT INTO search_words (search_words) VALUES ('rebuild')"))
    uow.search.purge(uow.connection)
    uow.shows_anew()
