"""People as the command line looks for them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import Person
from webapp.storage.prepared import execute, prepared

BY_ADDRESS = prepared(select(Person.id).where(Person.email_key == bindparam("key")))


def id_of(connection: Connection, email: str) -> str | None:
    """The id of the person with an address, whatever its case."""
    found: str | None = execute(connection, BY_ADDRESS, {"key": email.strip().casefold()}).scalar()
    return found
