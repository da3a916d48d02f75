"""What tests of guests share: a parked suggestion, its letter and its link."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from tests.support.world import World
from webapp.services import guest
from webapp.services.suggest import HowKnown, SuggestChange
from webapp.storage.models import Outbox, Person
from webapp.storage.unit_of_work import Row

ADDRESS = "Morag@guests.example"


def change_of(world: World, record: str, **values: Any) -> SuggestChange:
    row = world.row(record)
    document = {**world.document(record), **values}
    return SuggestChange("", record, row.newest_number, document, "I phoned them", HowKnown("phoned", "today"))


def park(world: World, command: guest.Command, email: str = ADDRESS, name: str = "Morag Bain") -> str:
    return guest.park(world.storage, guest.Park(email, name, command), world.now)


def release(world: World, token: str) -> str:
    return guest.release(world.storage, token, world.now).suggestion_id


def person_of(world: World, email: str = ADDRESS) -> Row:
    return world.one(select(Person).where(Person.email_key == email.casefold()))


def letters(world: World) -> list[dict[str, str]]:
    rows = world.all(select(Outbox.payload).where(Outbox.type == "account").order_by(Outbox.id))
    return [json.loads(row.payload) for row in rows]
