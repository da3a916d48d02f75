"""How a person likes the site to be, where that is not what it is for everybody: keys, and the language of letters.

Its law: a row stands for each wish that differs, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, select

from webapp.domain.permissions import Subject
from webapp.language import ENGLISH, present
from webapp.services import people
from webapp.storage import Storage
from webapp.storage.models import Person, Preference
from webapp.storage.unit_of_work import UnitOfWork

KEYS = "keys"
"""The preference for single keys on the pages of the review desk; they are on unless it says OFF."""
OFF = "off"
LANGUAGE = "language"
"""The preference for a language, by its tag; without it a person is written to in English."""
WITHOUT_KEYS = exists().where(Preference.person_id == Person.id, Preference.name == KEYS, Preference.value == OFF)
SPOKEN = select(Preference.value).where(
    Preference.person_id == bindparam("person"), Preference.name == LANGUAGE
)


def set_keys(storage: Storage, person_id: str, *, are_on: bool, now: datetime) -> None:
    """Whether single keys press buttons for this person on the pages of the review desk."""
    _as_owner(storage, person_id, lambda uow: prefer(uow, person_id, KEYS, None if are_on else OFF), now)


def set_language(storage: Storage, person_id: str, tag: str, now: datetime) -> None:
    """The language, by its tag, in which a person wants to be written to."""
    _as_owner(storage, person_id, lambda uow: _speak(uow, person_id, tag), now)


def speak_as_now(uow: UnitOfWork, person_id: str) -> None:
    """Write to a new person in the language of the page on which they told their address."""
    _speak(uow, person_id, present().tag)


def language_of(connection: Connection, person_id: str | None) -> str:
    """The tag of the language in which somebody is written to."""
    found = connection.execute(SPOKEN, {"person": person_id}).scalar() if person_id else None
    return str(found or ENGLISH.tag)


def _as_owner(storage: Storage, person_id: str, write: Callable[[UnitOfWork], None], now: datetime) -> None:
    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, person_id), "use_account", Subject(person_id=person_id))
        write(uow)

    storage.transact(work, now)


def _speak(uow: UnitOfWork, person_id: str, tag: str) -> None:
    prefer(uow, person_id, LANGUAGE, None if tag == ENGLISH.tag else tag)


def prefer(uow: UnitOfWork, person_id: str, name: str, value: str | None) -> None:
    """Keep one wish of a person as a row, or with None none: then it is for them as for everybody."""
    uow.lock_people([person_id])
    uow.run(delete(Preference).where(Preference.person_id == person_id, Preference.name == name))
    if value is not None:
        uow.add(Preference, person_id=person_id, name=name, value=value)
