"""The HTML that documents need: made before anything is locked, and known by the hashes of its texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.domain.document import Document
from webapp.domain.fields import FieldType, Kind
from webapp.richtext import TextTooHard
from webapp.services.suggest import rendered_texts, text_hash


def html_of(kind: Kind, documents: Iterable[Document]) -> dict[str, str]:
    """The HTML of the documents' texts; none of a document that is too hard to render: pages show it as it is."""
    html: dict[str, str] = {}
    for document in documents:
        try:
            html |= rendered_texts(kind, [document])
        except TextTooHard:
            continue
    return html


def text_hashes(kind: Kind, document: Document) -> Iterator[str]:
    """The hashes under which the HTML of a document's texts is kept."""
    names = [field.name for field in kind.fields() if field.type is FieldType.TEXT]
    return (text_hash(document[name]) for name in names if document.get(name))
