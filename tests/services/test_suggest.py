"""What a suggestion may say, and what it may not say by the back door."""

from __future__ import annotations

import pytest

from tests.support.world import World
from webapp.services import amend, suggest


def test_an_ordinary_edit_can_neither_close_nor_merge_a_record(world: World) -> None:
    record, other = world.record(), world.record(name="Another lunch")
    for values in ({"status": "closed"}, {"status": "merged", "merged_into": other}, {"status": "void"}):
        with pytest.raises(suggest.Nothing):
            world.suggest(world.person("ann"), record, **values)


def test_an_edit_of_a_closed_record_leaves_it_closed(world: World) -> None:
    record = world.record(status="closed", description="Soup")
    (change,) = world.suggest(world.person("ann"), record, status="active", description="Soup and company")
    assert world.change(change).group == "description"


def test_amending_can_not_close_a_record_either(world: World) -> None:
    ann = world.person("ann")
    record = world.record()
    (change,) = world.suggest(ann, record, status="temporarily closed")
    document = {**world.document(record), "status": "closed"}
    with pytest.raises(suggest.Nothing):
        amend.amend_change(world.storage, amend.AmendChange(change, ann, 1, document), world.now)
