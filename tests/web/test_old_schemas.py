"""What was written under an older schema: documents are read as today's; open changes are shown, fitted or let go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.old_schema import write_old_record
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.domain.canonical import dump
from webapp.services import suggest, upkeep
from webapp.storage.models import Change, Rendered
from webapp.storage.queries import review

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


@pytest.fixture
def old_record(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record whose only revision is of an older schema than any that was in use."""
    return write_old_record(world, monkeypatch, "Soup of long ago")


@pytest.mark.parametrize("page", ["", "/history/1", "/suggest"])
def test_every_page_reads_an_old_document_as_todays_schema_has_it(
    world: World, sign_in: SignIn, old_record: str, page: str
) -> None:
    reader = sign_in(world.person("mo", "moderator"))
    assert "Soup of long ago" in reader.get(f"/services/{world.row(old_record).slug}{page}").body


def test_a_suggestion_on_an_old_document_stands_beside_what_it_says_now(
    world: World, sign_in: SignIn, old_record: str
) -> None:
    document = {"name": "Harbour Soup Lunch", "description": "Soup of today"}
    command = suggest.SuggestChange(world.person("ann"), old_record, 1, document, "they told me")
    done = suggest.suggest_change(world.storage, command, world.now)
    with world.storage.read() as connection:
        found = review.suggestion_page(connection, done.suggestion_id)
        assert found is not None
        assert review.current_document(found.changes[0]) == {**document, "description": "Soup of long ago"}


def test_the_html_of_old_documents_is_made_as_todays_schema_has_them(world: World, old_record: str) -> None:
    upkeep.reindex(world.storage, world.now)
    assert [row.html for row in world.all(select(Rendered))] == ["<p>Soup of long ago</p>"]
