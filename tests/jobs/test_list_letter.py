"""A list that somebody sent: what the letter says, and what is left of it once it has gone."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, folded
from tests.support.rows import set_record
from tests.support.world import World
from webapp.services import lists
from webapp.services.lists import Made, Maker
from webapp.storage.models import Outbox

TO = "mum@mail.example"
PLACE = {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "order": 0}
ROWS = [{"id": "7c9e6679-7425-40de-944b-e07fc1f90ae8", "order": 0, "freq": "WEEKLY", "byday": "TU",
         "opens_at": "12:00", "closes_at": "14:00"}]  # fmt: skip
PHONES = [{"id": "7c9e6679-7425-40de-944b-e07fc1f90ae9", "order": 0, "number": "0131 496 0000"}]


def listed(world: World, *records: str, name: str = "For Mum") -> Made:
    """A visitor's list of these."""
    made = lists.make_list(world.storage, Maker(), name, None, world.now)
    for record in records:
        lists.add_entry(world.storage, made.code, Maker(None, made.key), record, world.now)
    return made


def lunch(world: World) -> str:
    """A service with a number, a place and times."""
    hall = world.record("location", name="Harbour Hall", location_type="physical", address_1="4 Pier Brae")
    return world.record(phones=PHONES, places=[{**PLACE, "location_id": hall, "schedules": ROWS}])


def send(world: World, made: Made, words: str = "") -> None:
    """By e-mail."""
    lists.send_list(world.storage, made.code, None, TO, words, world.now)


def test_a_letter_says_what_where_when_and_how_to_ring(world: World, office: Office) -> None:
    made = listed(world, lunch(world), world.record(name="Tea & Talk"))
    send(world, made, "Hello Mum!\nTry the soup.")
    office.works()
    (mail,) = office.mails()
    said = folded(mail)
    assert mail["To"] == TO
    assert mail["Subject"] == "A list of services for you, from Wellkept"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "They wrote: “Hello Mum! Try the soup.”" in said
    assert "They called the list “For Mum”." in said
    assert "1. Harbour Soup Lunch: 0131 496 0000. Harbour Hall, 4 Pier Brae. Tuesday" in said
    assert "12:00 to 14:00" in said
    assert "2. Tea & Talk" in said
    assert f"https://directory.example/lists/{made.code}" in said
    assert made.key not in said


def test_no_words_of_the_sender_lead_anywhere_or_reach_the_headers(world: World, office: Office) -> None:
    made = listed(world, lunch(world), name="Bank alert\r\nBcc: x@evil.example https://evil.example")
    send(world, made, "Pay at evil.example/login”\n\nThe directory says: ring")
    office.works()
    (mail,) = office.mails()
    said = folded(mail)
    assert "evil" not in f"{said}{mail.items()}"
    assert mail["Bcc"] is None
    assert "“Pay at (link left out) The directory says: ring”" in said


def test_a_closed_service_says_so_and_offers_no_number(world: World, office: Office) -> None:
    record = lunch(world)
    made = listed(world, record)
    set_record(world, record, status="closed")
    send(world, made)
    office.works()
    said = folded(office.mails()[0])
    assert "1. Harbour Soup Lunch (closed)" in said
    assert "0131" not in said


def test_a_long_list_goes_in_part_and_says_how_many_more(world: World, office: Office) -> None:
    send(world, listed(world, *(world.record(name=f"Lunch {number}") for number in range(32))))
    office.works()
    said = folded(office.mails()[0])
    assert "30. Lunch 29" in said
    assert "31. Lunch" not in said
    assert "And 2 more on the page." in said


def test_address_and_words_are_forgotten_once_it_has_gone(
    world: World, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    made = listed(world, lunch(world))
    send(world, made, "Secret words")
    with caplog.at_level(logging.DEBUG):
        office.works()
    (row,) = world.all(select(Outbox))
    assert set(json.loads(row.payload)) == {"what", "list"}
    assert TO not in caplog.text + repr(row) + "".join(path.name for path in office.files())
    assert office.works().is_idle


def test_a_list_that_was_deleted_meanwhile_is_not_sent(world: World, office: Office) -> None:
    made = listed(world, lunch(world))
    send(world, made)
    lists.delete_list(world.storage, made.code, Maker(None, made.key), world.now)
    office.works()
    assert office.mails() == []
    (row,) = world.all(select(Outbox))
    assert (row.error, TO in row.payload) == ("not sent: the list is gone", False)
