"""What a record's row repeats of its newest document. Pure; `revise` writes it, and `doctor` compares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from webapp.domain.fields import Kind
from webapp.domain.geo import point_text
from webapp.domain.search_text import lent


def copies_of(kind: Kind, document: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a record's row that repeat what its newest document says, so that lists need not read it."""
    return {
        "name": document.get("name", ""),
        "summary": document.get("summary") or _first_words(document.get("description", "")),
        "status": document.get("status", "active"),
        "merged_into": document.get("merged_into"),
        "point": point_text(document.get("latitude"), document.get("longitude")),
        "lent": lent(kind, document),
    }


def _first_words(text: str, most: int = 200) -> str:
    plain = " ".join(re.sub(r"[*_#>`\[\]]|\(https?:[^)]*\)", "", text).split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + "…"
