"""People as the command line looks for them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from webapp.storage.models import Person


def id_of(connection: Connection, email: str) -> str | None:
    """The id of the person with an address, whatever its case."""
    return connection.scalar(select(Person.id).where(Person.email_key == email.strip().casefold()))
