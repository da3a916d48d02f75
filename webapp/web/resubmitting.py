"""Where the author of a rejected change takes it up again: beside it on its suggestion, and in their own list."""

from __future__ import annotations

from typing import Any

from webapp.domain.kinds import GONE_STATUSES
from webapp.storage.queries.browse import url_of


def resubmit_url(change: Any, kind: str) -> str | None:
    """The form filled with a rejected edit of a record of that kind; None of any other change, or where it is gone."""
    if change.state != "rejected" or change.type != "edit" or change.record_status in GONE_STATUSES:
        return None
    return f"{url_of(kind, change.record_slug)}/suggest?resubmits={change.id}"
