"""Markdown texts as safe HTML, rendered before the write transaction and kept by the hash of the text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select

from webapp.domain.fields import FieldType, Kind
from webapp.richtext import RENDERER_VERSION, render_anyway
from webapp.storage.models import Rendered
from webapp.storage.unit_of_work import UnitOfWork

KNOWN_HTML = select(Rendered.text_hash).where(Rendered.text_hash.in_(bindparam("hashes", expanding=True)))


def text_hash(text: str) -> str:
    """The key under which a text's HTML is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def rendered_texts(kind: Kind, documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The safe HTML of every Markdown field of the documents, by the hash of its text."""
    names = [f.name for f in kind.fields() if f.type is FieldType.TEXT]
    texts = {document[name] for document in documents for name in names if document.get(name)}
    return {text_hash(text): render_anyway(text) for text in texts}


def keep_html(uow: UnitOfWork, html: Mapping[str, str]) -> None:
    """Store rendered texts that are not stored yet."""
    known = {row.text_hash for row in uow.run(KNOWN_HTML, {"hashes": list(html)})} if html else set()
    fresh = [
        {"text_hash": key, "html": value, "renderer_version": RENDERER_VERSION}
        for key, value in html.items()
        if key not in known
    ]
    if fresh:
        uow.run(insert(Rendered), fresh)
