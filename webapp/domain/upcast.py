"""Documents of older schema versions read as today's: pure steps, one a version; history stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from webapp.domain.document import SCHEMA_VERSION, Document, parse

Upcaster = Callable[[str, Document], Document]  # (kind name, document of version n) -> of version n + 1

# From version -> the step to the next one. A step never changes the document it is given. One that was taken already
# it leaves alone: a redaction puts a document of today into an old revision, whose version is part of the chain. When
# SCHEMA_VERSION moves to n + 1, the step from n is added here, and a test with a document of version n.
UPCASTERS: Mapping[int, Upcaster] = {}


def upcast(
    kind: str,
    document: Document,
    version: int,
    *,
    to: int = SCHEMA_VERSION,
    steps: Mapping[int, Upcaster] = UPCASTERS,
) -> Document:
    """The document as schema version `to` has it.

    ValueError when it is newer than `to` (written by a newer Wellkept), or a step is missing.
    """
    if version > to:
        raise ValueError(f"schema version {version} is newer than {to}")
    for present in range(version, to):
        if present not in steps:
            raise ValueError(f"no way from schema version {present} to {present + 1}")
        document = steps[present](kind, document)
    return document


def read(kind: str, text: str, version: int) -> Document:
    """The document in a stored text of that schema version, as today's; errors as `upcast`."""
    return upcast(kind, parse(text), version)
