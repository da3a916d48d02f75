"""How fresh a record is, and who may touch it: when it was last checked, or changed where nobody needs to check it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from webapp.domain.roles import SOMEBODY_WORDS
from webapp.language import _, mark
from webapp.web.wording import ago, local_day

STALE_AFTER = timedelta(days=365)
CHECKED_KINDS = ("service", "organization", "location")
"""What can be checked on the spot. Guides and categories are words of our own."""
GONE = ("closed", "defunct", "merged", "void")
CHECKED_BY = mark({
    "phoned": "By %(who)s who phoned them.",
    "visited": "By %(who)s who visited.",
    "website": "By %(who)s who looked at their website.",
    "run_it": "By %(who)s who runs it.",
    "other": "By %(who)s who says so.",
})
RUNNING = ("active", "inactive")  # statuses of what has opening times that mean something


def freshness(row: Any, now: datetime) -> dict[str, Any]:
    """When a record was last checked, by whom: {words, how, tone}; tone is "fresh", "stale" or "" (neither)."""
    if row.status in GONE:
        return {"words": _("Kept as it was"), "how": _changed_words(row, now), "tone": ""}
    if row.checked_at is not None:
        return {
            "words": _("Checked %(when)s", when=ago(row.checked_at, now)),
            "how": _checker_words(row),
            "tone": "stale" if now - row.checked_at > STALE_AFTER else "fresh",
        }
    if row.kind not in CHECKED_KINDS:
        return {"words": _("Written by neighbours"), "how": _changed_words(row, now), "tone": ""}
    return {
        "words": _("Not checked yet"),
        "how": _("Nobody has told us yet that all of this is correct."),
        "tone": "stale",
    }


def checked_words(row: Any, now: datetime) -> str | None:
    """The same in a row of results: None where it would say nothing."""
    if row.status in GONE or (row.checked_at is None and row.kind not in CHECKED_KINDS):
        return None
    return _("Checked %(when)s", when=ago(row.checked_at, now)) if row.checked_at else _("Not checked yet")


def _changed_words(row: Any, now: datetime) -> str:
    return _("Last changed %(when)s.", when=ago(row.updated_at, now))


def _checker_words(row: Any) -> str:
    who = _(SOMEBODY_WORDS.get(row.checker_role or "", SOMEBODY_WORDS["volunteer"]))
    return _(CHECKED_BY.get(row.checked_how or "", CHECKED_BY["other"]), who=who)


def protection_words(row: Any, now: datetime) -> str | None:
    """Who may change a protected record, and until when; None when nothing is protected."""
    if row.protection is None or (row.protected_until and row.protected_until <= now):
        return None
    until = local_day(row.protected_until) if row.protected_until else ""
    if row.protection == "trusted":
        if until:
            return _("Protected until %(day)s: only trusted people may change it.", day=until)
        return _("Protected: only trusted people may change it.")
    if until:
        return _("Protected until %(day)s: only moderators may change it.", day=until)
    return _("Protected: only moderators may change it.")
