"""The demo's sign-in by one press: who is offered, and that it opens on this machine alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp import clock
from webapp.storage.models import Person, SiteProperty


@pytest.fixture
def demo(world: World) -> None:
    """A database that holds a whole demo with Ailsa offered."""
    id_ = world.person("ailsa", "reviewer")

    def work(uow: object) -> None:
        for name, value in (("demo", "1"), ("demo_done", "1"), ("demo_sign_ins", json.dumps([id_]))):
            uow.add(SiteProperty, name=name, value=value)  # type: ignore[attr-defined]  # a unit of work

    world.storage.transact(work, world.now)


@pytest.mark.usefixtures("demo")
def test_a_demo_offers_its_people_on_this_machine(client: PageClient) -> None:
    page = client.get("/account/sign-in?next=/review")
    form = page.form("form[action='/account/demo-sign-in']")
    assert form.submit().location == "/review"
    client.is_signed_in = True
    client.get("/account/sign-in", status=303)


@pytest.mark.usefixtures("demo")
def test_a_demo_says_who_is_paused_and_that_a_guest_needs_no_account(client: PageClient, world: World) -> None:
    until = world.now + timedelta(days=4)
    world.storage.transact(lambda uow: uow.run(update(Person).values(paused_until=until)), world.now)
    people = client.get("/account/sign-in").one("section.people")
    assert "Reviewer, paused" in people.text
    assert people.one("a")["href"] == "/"
    with clock.fixed(until):
        assert "paused" not in client.get("/account/sign-in").one("section.people").text


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "2001:db8::1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    ],
)
def test_a_demo_lets_nobody_in_from_elsewhere(client: PageClient, environ: dict[str, str]) -> None:
    client.browser.environ_base.update(environ)
    page = client.get("/account/sign-in")
    assert page.find("form[action='/account/demo-sign-in']") is None
    client.post("/account/demo-sign-in", {"handle": "ailsa"}, status=404)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("host", ["evil.example:8000", "localhost.evil.example", "[::1", "127.0.0.1@evil.example", ""])
def test_a_name_that_was_made_to_lead_here_opens_no_demo(client: PageClient, host: str) -> None:
    asked = {"Host": host}
    page = client.get("/account/sign-in", headers=asked)
    assert page.find("form[action='/account/demo-sign-in']") is None
    client.post("/account/demo-sign-in", {"handle": "ailsa"}, status=404, headers=asked)


def test_one_press_signs_nobody_in_where_there_is_no_demo(client: PageClient, world: World) -> None:
    world.person("ailsa", "reviewer")
    client.get("/account/sign-in")
    client.post("/account/demo-sign-in", {"handle": "ailsa"}, status=404)
