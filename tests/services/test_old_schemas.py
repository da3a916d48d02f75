"""Documents that were stored under an older schema, and what refers to them, work on as today's schema has them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.old_schema import write_old_record
from tests.support.world import World
from webapp.domain.canonical import dump
from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.services import history, redact, suggest
from webapp.services.doctor import doctor
from webapp.storage.models import Change, Rendered, Revision, RevisionContent
from webapp.storage.unit_of_work import new_id

SAID = "Soup"


@pytest.fixture
def old_record(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record whose only revision was written under an older schema than any that was ever in use."""
    return write_old_record(world, monkeypatch, SAID)


def said(world: World, record: str, number: int = 1) -> Document:
    """A revision's document as today's schema has it."""
    query = select(Revision.schema_version, RevisionContent.document).join(
        RevisionContent, RevisionContent.revision_id == Revision.id
    )
    row = world.one(query.where(Revision.record_id == record, Revision.number == number))
    return read("service", row.document, row.schema_version)


def test_a_change_is_written_against_an_old_revision_as_todays_schema_has_it(world: World, old_record: str) -> None:
    assert world.one(select(Revision.schema_version)).schema_version == 0
    document = {"name": "Harbour Soup Lunch", "description": "Soup and company"}
    command = suggest.SuggestChange(world.person("ann"), old_record, 1, document, "they told me")
    (change,) = suggest.suggest_change(world.storage, command, world.now).change_ids
    row = world.change(change)
    assert (row.group, row.risk, row.conflicted_at) == ("description", "low", None)
    same = {"name": "Harbour Soup Lunch", "description": SAID}
    command = suggest.SuggestChange(world.person("ben"), old_record, 1, same, "so")
    with pytest.raises(suggest.Nothing):
        suggest.suggest_change(world.storage, command, world.now)


def test_old_revisions_are_applied_to_reverted_and_rolled_back_to_as_todays_schema_has_them(
    world: World, old_record: str
) -> None:
    document = {"name": "Harbour Soup Lunch", "description": "Soup and company"}
    command = suggest.SuggestChange(world.person("ann"), old_record, 1, document, "they told me")
    (change,) = suggest.suggest_change(world.storage, command, world.now).change_ids
    assert world.approve(change, "rita", "rob") == "applied"
    assert world.document(old_record, 2) == document
    assert world.document(old_record, 1) == {"about": SAID, "name": "Harbour Soup Lunch"}  # as it was written
    mo, before = world.person("mo", "moderator"), {**document, "description": SAID}
    history.revert_revision(world.storage, history.RevertRevision(old_record, 2, mo, 2, "no"), world.now)
    assert world.document(old_record) == before
    history.roll_back_record(world.storage, history.RollBackRecord(old_record, 2, mo, 3, "yes"), world.now)
    history.roll_back_record(world.storage, history.RollBackRecord(old_record, 1, mo, 4, "no"), world.now)
    assert world.document(old_record) == before


def test_an_old_revision_is_masked_and_lifted_as_todays_schema_has_it(world: World, old_record: str) -> None:
    mo = world.person("mo", "moderator")
    done = redact.mask(world.storage, redact.Mask(old_record, mo, "private", ("description",)), world.now)
    assert said(world, old_record) == said(world, old_record, 2) == {"name": "Harbour Soup Lunch"}
    assert done.units == ("description",)
    assert doctor(world.storage) == []
    redact.lift(world.storage, redact.Lift(done.seq, mo, "not so"), world.now)
    assert world.document(old_record, 1) == {"name": "Harbour Soup Lunch", "about": SAID}
    assert said(world, old_record, 3) == {"name": "Harbour Soup Lunch", "description": SAID}
    assert doctor(world.storage) == []


def test_other_old_records_keep_their_html_when_they_say_it_too(world: World, old_record: str) -> None:
    record = world.record(name="Other", description=SAID)
    mo = world.person("mo", "moderator")
    html = suggest.rendered_texts(KINDS["service"], [world.document(record)])
    world.storage.transact(lambda uow: suggest.keep_html(uow, html), world.now)
    redact.mask(world.storage, redact.Mask(record, mo, "private", value=SAID), world.now)
    assert set(html) <= {row.text_hash for row in world.all(select(Rendered))}


def test_a_mask_goes_through_changes_of_units_that_are_no_more(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    (founded,) = suggest.suggest_records(
        world.storage,
        suggest.SuggestRecords(
            world.person("ben"), (suggest.NewRecord(new_id(), "organization", {"name": "Trust"}),), "they told me"
        ),
        world.now,
    ).change_ids
    edits = [["about", None, "Ask Jo Secret"], ["things/1", None, {"who": "Jo Secret", "what": "Tea"}]]
    document = {"name": "Trust", "about": "Tea"}
    for id_, old in (
        (change, {"edits": edits}),
        (founded, {"records": [_entry(world, founded) | {"document": document}]}),
    ):
        payload = json.loads(world.change(id_).payload) | old
        aged = update(Change).where(Change.id == id_).values(payload=dump(payload))
        world.storage.transact(lambda uow, aged=aged: uow.run(aged), world.now)
    before = world.change(founded).payload
    mo = world.person("mo", "moderator")
    done = redact.mask(world.storage, redact.Mask(record, mo, "private", ("summary",), "Jo Secret"), world.now)
    assert json.loads(world.change(change).payload)["edits"] == [
        ["about", None, "Ask [redacted]"],
        ["things/1", None, {"what": "Tea", "who": "[redacted]"}],
    ]
    assert world.change(founded).payload == before
    redact.lift(world.storage, redact.Lift(done.seq, mo, "not so"), world.now)
    assert json.loads(world.change(change).payload)["edits"] == edits


def _entry(world: World, change: str) -> dict[str, Any]:
    (entry,) = json.loads(world.change(change).payload)["records"]
    return dict(entry)
