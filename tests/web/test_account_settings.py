"""What people set for themselves: their name and password; and the sessions that they end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.accounts import SECRET, with_password
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.storage.models import Person, PersonSession


@pytest.fixture
def ailsa(world: World) -> str:
    """A volunteer with a password."""
    return with_password(world)


# -- sessions ---------------------------------------------------------------------------------------------


def test_one_session_can_be_ended_from_another(ailsa: str, sign_in: SignIn) -> None:
    here, there = sign_in(ailsa), sign_in(ailsa)
    page = here.get("/account/sessions")
    assert len(page.all("main ol li")) == 2
    page.form("main ol form").submit().follow()
    here.get("/account")
    there.is_signed_in = False
    there.get("/account", status=303)


def test_all_other_sessions_can_be_ended_at_once(ailsa: str, world: World, sign_in: SignIn) -> None:
    here, others = sign_in(ailsa), [sign_in(ailsa), sign_in(ailsa)]
    stranger = sign_in(world.person("brodie"))
    page = here.get("/account/sessions").form("main > .wrap > .page > form").submit().follow()
    assert len(page.all("main ol li")) == 1
    for other in others:
        other.is_signed_in = False
        other.get("/account", status=303)
    stranger.get("/account")


def test_nobody_ends_anothers_session(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    thief = sign_in(world.person("brodie"))
    thief.get("/account/settings")
    hash_ = world.one(select(PersonSession.token_hash).where(PersonSession.person_id == ailsa)).token_hash
    thief.post("/account/sessions/end", {"session": hash_}, status=404)
    client.get("/account")


# -- settings ---------------------------------------------------------------------------------------------


def test_a_name_changes_and_nothing_else_with_it(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    values = {"profile-display_name": "Ailsa  Reid", "profile-about": "I cook.", "profile-role": "administrator"}
    client.post("/account/settings", {**values, "role": "administrator", "handle": "boss", "email": "x@y.example"})
    row = world.one(select(Person).where(Person.id == ailsa))
    assert (row.display_name, row.about) == ("Ailsa Reid", "I cook.")
    assert (row.role, row.handle, row.email) == ("volunteer", "ailsa", "ailsa@people.example")


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 81, "Ail\u202esa", "Ailsa\u200b", "\x00x\ufffe"])
def test_a_name_that_nobody_can_read_is_refused(ailsa: str, world: World, sign_in: SignIn, name: str) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    client.post("/account/settings", {"profile-display_name": name, "profile-about": ""}, status=422)
    assert world.one(select(Person)).display_name == "Ailsa"


def test_a_moderators_name_is_refused_kindly_and_nothing_typed_is_lost(
    ailsa: str, world: World, client: PageClient, sign_in: SignIn
) -> None:
    world.person("mo", "moderator")
    form = sign_in(ailsa).get("/account/settings").form("form[action='/account/settings']")
    page = form.fill({"profile-display_name": "MO", "profile-about": "I cook."}).submit(status=422)
    assert "could take “MO” for a moderator" in page.one("#problems").text
    kept = page.form("form[action='/account/settings']").values
    assert (kept["profile-display_name"], kept["profile-about"]) == ("MO", "I cook.")
    values = {"display_name": "MO", "email": "new@people.example", "password": SECRET}
    page = client.get("/account/sign-up").form("main form").fill(values).submit(status=422)
    assert "could take “MO” for a moderator" in page.one("#problems").text
    assert page.form("main form").values["email"] == "new@people.example"


def test_another_password_needs_the_present_one_and_ends_every_session(ailsa: str, sign_in: SignIn) -> None:
    client, other = sign_in(ailsa), sign_in(ailsa)
    selector = "form[action='/account/settings/password']"
    values = {"password-current": "not-that-password", "password-password": "nine-herons-at-noon"}
    page = client.get("/account/settings").form(selector).fill(values).submit(status=422)
    assert page.one("#password-current-error").text == "That is not your present password."
    page.form(selector).fill({**values, "password-current": SECRET}).submit().follow()
    other.is_signed_in = False
    other.get("/account", status=303)


def test_the_present_password_can_be_guessed_ten_times_at_most(ailsa: str, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    values = {"password-current": "not-that-password", "password-password": "nine-herons-at-noon"}
    for _ in range(10):
        client.post("/account/settings/password", values, status=422)
    page = client.post("/account/settings/password", {**values, "password-current": SECRET}, status=429)
    assert int(page.headers["Retry-After"]) > 0
