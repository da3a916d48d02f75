"""A schema before the first one, whose services said `about` where today's say `description`."""

from __future__ import annotations

import pytest

from tests.support.world import World
from webapp.domain.document import Document
from webapp.domain.upcast import UPCASTERS
from webapp.services import revise


def write_old_record(world: World, monkeypatch: pytest.MonkeyPatch, about: str) -> str:
    """The id of a record whose only revision was written under that schema; for the test, it was once in use."""
    monkeypatch.setitem(UPCASTERS, 0, _today)  # type: ignore[arg-type]  # a dict, declared as a mapping
    with monkeypatch.context() as patch:
        patch.setattr(revise, "SCHEMA_VERSION", 0)
        return world.record(about=about)


def _today(kind: str, document: Document) -> Document:
    return {("description" if name == "about" else name): value for name, value in document.items()}
