"""What tests of undoing share: a past with marked revisions, and what a plan makes of it."""

from __future__ import annotations

from tests.domain.histories import uid
from webapp.domain.diff import apply_edits
from webapp.domain.document import Document
from webapp.domain.kinds import SERVICE
from webapp.domain.rollback import Past, Plan, plan_incident

PHONE, PLACE = f"phones/{uid(2)}", f"places/{uid(1)}"
SCHEDULE = {"id": uid(4), "order": 0, "freq": "WEEKLY", "byday": "MO"}
ROW = f"{PLACE}/schedules/{uid(4)}"
VOID = {"status": "void"}


def history(*steps: tuple[str, Document]) -> list[Past]:
    """Revisions from letters, "g" for good and "t" for tainted, with documents."""
    return [Past(number, document, letter == "t") for number, (letter, document) in enumerate(steps, 1)]


def undone(past: list[Past], chosen: frozenset[str] = frozenset()) -> Document:
    """The document after the incident was rolled back."""
    return apply_edits(SERVICE, past[-1].document, plan_incident(SERVICE, past, chosen).restored)


def listed(plan: Plan) -> list[str]:
    return [clash.unit for clash in plan.conflicts]
