"""Mail to one's own address: another address counts once its letter was answered, and notices stop by choice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.accounts import SECRET, with_password
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.config import Settings
from webapp.services import notify
from webapp.storage.models import Outbox, Person, Subscription


@pytest.fixture
def ailsa(world: World) -> str:
    """A volunteer with a password."""
    return with_password(world)


def letters(world: World) -> list[tuple[str, dict[str, str]]]:
    """To whom the outbox promises which account letters."""
    rows = world.all(select(Outbox.person_id, Outbox.payload).where(Outbox.type == "account").order_by(Outbox.id))
    return [(row.person_id, json.loads(row.payload)) for row in rows]


def ask_email(client: PageClient, email: str, password: str = SECRET, status: int = 303) -> None:
    """Ask for another address through the page."""
    form = client.get("/account/settings").form("form[action='/account/settings/email']")
    form.fill({"email-email": email, "email-current": password}).submit(status=status)


def test_another_address_counts_once_its_letter_was_answered(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example", "not-that-password", status=422)
    ask_email(client, "ailsa@elsewhere.example")
    ((to, letter),) = letters(world)
    assert (to, letter["email"]) == (ailsa, "ailsa@elsewhere.example")
    page = client.get(f"/account/email/{letter['token']}")
    assert world.one(select(Person)).email == "ailsa@people.example"
    page.form("main form").submit()
    assert world.one(select(Person)).email == "ailsa@elsewhere.example"
    client.get(f"/account/email/{letter['token']}", status=404)
    (old,) = [payload for _, payload in letters(world) if payload["what"] == "restore"]
    page = client.get(f"/account/restore/{old['token']}")
    assert world.one(select(Person)).email == "ailsa@elsewhere.example"  # looking changes nothing
    page.form("main form").submit(status=303)
    assert world.one(select(Person)).email == "ailsa@people.example"
    client.get(f"/account/restore/{old['token']}", status=404)


def test_a_link_for_an_address_dies_after_two_days(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example")
    link = f"/account/email/{letters(world)[0][1]['token']}"
    client.get(link)
    with clock.fixed(world.now + timedelta(days=2)):
        client.get(link, status=404)


def test_a_link_carries_no_other_address_than_it_was_made_for(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example")
    token = letters(world)[0][1]["token"].partition(".")[0] + ".YUBldmlsLmV4YW1wbGU"
    client.get(f"/account/email/{token}", status=404)


def test_the_owner_of_a_known_address_is_told_and_the_asker_is_not(ailsa: str, world: World, sign_in: SignIn) -> None:
    brodie = world.person("brodie")
    ask_email(sign_in(ailsa), "brodie@people.example")
    assert [(to, letter["what"]) for to, letter in letters(world)] == [(brodie, "already_here")]


# -- notices ----------------------------------------------------------------------------------------------


def settings_of(app: Flask) -> Settings:
    """The application's settings."""
    found: Settings = app.extensions["settings"]
    return found


def rhythms(world: World) -> list[tuple[str, str]]:
    """Who chose what."""
    return [(row.person_id, row.rhythm) for row in world.all(select(Subscription.person_id, Subscription.rhythm))]


def test_notices_stop_and_come_again(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    page = client.get("/account/notifications").form("main form").submit().follow()
    assert rhythms(world) == [(ailsa, "off")]
    page.form("main form").submit()
    assert rhythms(world) == [(ailsa, "at_once")]


def test_a_letter_stops_notices_without_signing_in(ailsa: str, app: Flask, world: World, client: PageClient) -> None:
    token = notify.stop_token(settings_of(app), ailsa)
    client.get(f"/account/notifications?token={token}").form("main form").submit().follow()
    assert rhythms(world) == [(ailsa, "off")]


def test_a_mail_program_stops_notices_by_itself(ailsa: str, app: Flask, world: World, client: PageClient) -> None:
    token = notify.stop_token(settings_of(app), ailsa)
    sent = {"List-Unsubscribe": "One-Click"}
    client.post(f"/account/notifications?token={token}", sent, csrf=False)
    assert rhythms(world) == [(ailsa, "off")]


def test_a_forged_letter_and_a_forged_form_stop_nothing(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.post("/account/notifications?token=forged", {"notices": "off"}, csrf=False, status=404)
    client.post("/account/notifications", {"notices": "off"}, csrf=False, status=400)
    assert rhythms(world) == []
