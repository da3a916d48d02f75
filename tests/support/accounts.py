"""What tests of accounts share: people with passwords, the letters they are sent, and whose a session is."""

from __future__ import annotations

import json

from sqlalchemy import select

from tests.support.rows import set_person
from tests.support.world import World
from webapp.services import account
from webapp.services.passwords import CHEAP_HASHER, hash_password
from webapp.storage.models import Outbox, Person

SECRET = "seven-otters-hum-softly"
OTHER = "nine-herons-at-noon"
STRONG, CHEAP = hash_password(SECRET), CHEAP_HASHER.hash(SECRET)


def signed_up(world: World, handle: str = "ailsa", password: str = SECRET) -> str:
    """Somebody asks for an account; gives the token of the letter."""
    account.sign_up(world.storage, account.SignUp(f"{handle}@people.example", password, handle.title()), world.now)
    return letters(world, "confirm")[-1]["token"]


def letters(world: World, what: str) -> list[dict[str, str]]:
    """The account letters of that kind which the outbox promises, oldest first."""
    rows = world.all(select(Outbox.payload).where(Outbox.type == "account").order_by(Outbox.created_at, Outbox.id))
    return [payload for row in rows if (payload := json.loads(row.payload))["what"] == what]


def with_password(world: World, handle: str = "ailsa", role: str = "volunteer", kept: str = CHEAP) -> str:
    """A confirmed person with a password; gives the id."""
    id_ = world.person(handle, role)
    set_person(world, id_, password_hash=kept)
    return id_


def person(world: World, id_: str) -> object:
    """A person's row."""
    return world.one(select(Person).where(Person.id == id_))


def who(world: World, token: str) -> str | None:
    """Whose session a token is now."""
    with world.storage.read() as connection:
        row = connection.execute(account.BY_TOKEN, {"hash": account.token_hash(token), "now": world.now}).first()
    return row.id if row else None
