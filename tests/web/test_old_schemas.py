"""An open change that was written under an older schema is shown, never written, and fitted or let go by people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.storage.models import Change
from webapp.storage.unit_of_work import dump

THING = "things/00000000-0000-4000-8000-000000000001"
EDITS: list[tuple[list[list[Any]], int]] = [  # of units that the kind no longer has, and what fitting them gives
    ([["about", "Soup", "Soup and tea"]], 303),
    ([["about", None, "Soup and tea"]], 422),
    ([["@gone", {"years": 1, "what": "Soup"}, {"years": 2, "what": "Soup and tea"}]], 303),
    ([[THING, None, {"what": "Soup and tea"}], [THING + "/order", None, 0]], 422),
]


@pytest.mark.parametrize(("edits", "fitted"), EDITS)
def test_a_change_of_a_unit_that_is_no_more_is_shown_and_never_written(
    world: World, sign_in: SignIn, edits: list[list[Any]], fitted: int
) -> None:
    record = world.record(description="Soup")
    before = world.document(record)
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    payload = json.loads(world.one(select(Change.payload).where(Change.id == change)).payload)
    aged = update(Change).where(Change.id == change).values(payload=dump({**payload, "edits": edits}))
    world.storage.transact(lambda uow: uow.run(aged), world.now)
    page = f"/suggestions/{world.change(change).suggestion_id}"
    ann, reader = sign_in(world.person("ann")), sign_in(world.person("mo", "moderator"))
    assert "Soup and tea" in reader.get(page).body
    assert reader.get("/review").status == 200
    assert world.approve(change, "rita", "rob") == "open"
    assert world.change(change).conflicted_at is not None
    assert "Soup and tea" in reader.get(page).body
    ann.get(f"{page}/changes/{change}/rebase").form().submit(status=fitted)
    assert world.document(record) == before
