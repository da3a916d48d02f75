"""How fresh a record is, and who may touch it: when it was last checked, or changed where nobody needs to check it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from webapp.web.wording import HOW_WORDS, ROLE_WORDS, ago, british_day, with_article

STALE_AFTER = timedelta(days=365)
CHECKED_KINDS = ("service", "organization", "location")
"""What can be checked on the spot. Guides and categories are words of our own."""
GONE = ("closed", "defunct", "merged", "void")
RUNNING = ("active", "inactive")  # statuses of what has opening times that mean something


def freshness(row: Any, now: datetime) -> dict[str, Any]:
    """When a record was last checked, by whom: {words, how, tone}; tone is "fresh", "stale" or "" (neither)."""
    if row.status in GONE:
        return {"words": "Kept as it was", "how": f"Last changed {ago(row.updated_at, now)}.", "tone": ""}
    if row.checked_at is not None:
        return {
            "words": f"Checked {ago(row.checked_at, now)}",
            "how": _checker_words(row),
            "tone": "stale" if now - row.checked_at > STALE_AFTER else "fresh",
        }
    if row.kind not in CHECKED_KINDS:
        return {"words": "Written by neighbours", "how": f"Last changed {ago(row.updated_at, now)}.", "tone": ""}
    return {
        "words": "Not checked yet",
        "how": "Nobody has told us yet that all of this is correct.",
        "tone": "stale",
    }


def checked_words(row: Any, now: datetime) -> str | None:
    """The same in a row of results: None where it would say nothing."""
    if row.status in GONE or (row.checked_at is None and row.kind not in CHECKED_KINDS):
        return None
    return f"Checked {ago(row.checked_at, now)}" if row.checked_at else "Not checked yet"


def _checker_words(row: Any) -> str:
    who = ROLE_WORDS.get(row.checker_role or "", "volunteer")
    return f"By {with_article(who)} who {HOW_WORDS.get(row.checked_how or '', 'says so')}."


def protection_words(row: Any, now: datetime) -> str | None:
    """Who may change a protected record, and until when; None when nothing is protected."""
    if row.protection is None or (row.protected_until and row.protected_until <= now):
        return None
    who = {"trusted": "trusted people", "moderators": "moderators"}.get(row.protection, "moderators")
    until = f" until {british_day(row.protected_until)}" if row.protected_until else ""
    return f"Protected{until}: only {who} may change it."
