"""The one press from a change to undoing all that belongs with it."""

from __future__ import annotations

from webapp.web.context import allowed


def incident_url(handle: str | None, operation_id: str, cause: str) -> str | None:
    """Where a moderator rolls back all of somebody's changes, or all of an import; None for everybody else."""
    if not allowed("roll_back_incident"):
        return None
    if handle:
        return f"/moderate/incidents?person={handle}"
    return f"/moderate/incidents?operation={operation_id}" if cause == "import" else None
