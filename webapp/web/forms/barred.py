"""What keeps somebody from changing a protected record: said before anything is typed, since sending is refused."""

from __future__ import annotations

from typing import Any

from webapp import clock
from webapp.domain.permissions import Subject, protected
from webapp.services.judge import protection_of
from webapp.storage.queries.browse import url_of
from webapp.web.context import actor
from webapp.web.freshness import protection_words


def barred(record: Any) -> dict[str, Any] | None:
    """Who may change a record, until when, and where a problem is reported instead; None for who may."""
    now = clock.now()
    if protected(actor(), Subject(protection=protection_of([record], now))):
        return None
    return {"words": protection_words(record, now), "report_url": f"{url_of(record.kind, record.slug)}/report"}
