"""Suggesting: a changed record, new records, closing, reopening, merging; each becomes changes decided one by one.

`change`, `records` and `lifecycle` hold one command each; `store` opens what they drafted. See `RULES.md`, "States".
"""

from __future__ import annotations

from webapp.services.suggest.alike import refuse_alike
from webapp.services.suggest.caps import open_suggestions
from webapp.services.suggest.change import suggest_change
from webapp.services.suggest.commands import (
    Alike,
    HowKnown,
    NewRecord,
    Nothing,
    Same,
    SuggestChange,
    Suggested,
    SuggestLifecycle,
    SuggestRecords,
)
from webapp.services.suggest.documents import checked, with_lifecycle_of
from webapp.services.suggest.lifecycle import suggest_lifecycle
from webapp.services.suggest.records import suggest_records
from webapp.services.suggest.store import add_evidence
from webapp.services.suggest.texts import keep_html, rendered_texts, text_hash

__all__ = [
    "Alike",
    "HowKnown",
    "NewRecord",
    "Nothing",
    "Same",
    "SuggestChange",
    "SuggestLifecycle",
    "SuggestRecords",
    "Suggested",
    "add_evidence",
    "checked",
    "keep_html",
    "open_suggestions",
    "refuse_alike",
    "rendered_texts",
    "suggest_change",
    "suggest_lifecycle",
    "suggest_records",
    "text_hash",
    "with_lifecycle_of",
]
