"""What attackers try who know the code: accounts taken early, votes for what was not read, words in logs."""

from __future__ import annotations

import logging
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.support.accounts import SECRET, letters
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.domain.errors import NotAllowed
from webapp.services import account
from webapp.storage.models import Change, Person, PersonSession, Vote
from webapp.web.access import allow

OWNER = "owner@people.example"


def sessions(world: World) -> int:
    """How many sessions are good."""
    return len(world.all(select(PersonSession).where(PersonSession.revoked_at.is_(None))))


# -- addresses that others took first ---------------------------------------------------------------------


def taken_early(world: World) -> None:
    """Somebody has an unconfirmed account with another's address, signed in, and has asked to move it."""
    account.sign_up(world.storage, account.SignUp(OWNER, SECRET, "Not The Owner"), world.now)
    person = account.check_password(world.storage, OWNER, SECRET)
    account.sign_in(world.storage, person.id, "attacker", world.now)
    account.ask_email(world.storage, person.id, SECRET, "attacker@evil.example", world.now)


def test_who_took_an_address_first_is_out_when_its_owner_signs_up(world: World) -> None:
    taken_early(world)
    assert sessions(world) == 1
    account.sign_up(world.storage, account.SignUp(OWNER, "another-otter-hums", "Owner"), world.now)
    assert sessions(world) == 0


def test_confirming_an_address_ends_what_was_begun_before_it(world: World) -> None:
    taken_early(world)
    account.confirm_address(world.storage, letters(world, "confirm")[-1]["token"], world.now)
    assert sessions(world) == 0
    with pytest.raises(account.DeadToken):
        account.confirm_email(world.storage, letters(world, "email")[-1]["token"], world.now)
    assert world.one(select(Person.email)).email == OWNER


def test_nobody_suggests_with_an_address_that_was_never_confirmed(world: World) -> None:
    record = world.record(description="Soup")
    with pytest.raises(NotAllowed) as refused:
        world.suggest(world.person("ghost", confirmed=False), record, description="Soup and bread")
    assert refused.value.code == "address_unconfirmed"
    assert world.all(select(Change)) == []


# -- votes ------------------------------------------------------------------------------------------------


def test_a_vote_for_all_is_for_what_was_seen(app: Flask, world: World, sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    record, author = world.record(description="Soup"), world.person("author")
    (change,) = world.suggest(author, record, description="Soup and bread")
    path = f"/suggestions/{world.change(change).suggestion_id}/vote"
    world.amend(author, change, description="Buy pills")
    rita = sign_in(world.person("rita", "reviewer"))
    for seen in ({"seen": "1"}, {}):
        rita.post(path, {"change": "all", "choice": "approve", **seen}, status=409)
    assert world.all(select(Vote)) == []
    rita.post(path, {"change": "all", "choice": "approve", "seen": "2"})
    assert len(world.all(select(Vote))) == 1


# -- what proxies let through, and logs -------------------------------------------------------------------


def test_no_header_makes_our_links_lead_elsewhere(app: Flask, world: World, client: PageClient) -> None:
    world.record()
    for path in ("/services/harbour-soup-lunch", "/account/sign-in", "/account"):
        for _ in range(2):  # the first may be kept
            answer = client.browser.get(path, environ_overrides={"SCRIPT_NAME": "//evil.example"})
            assert answer.status_code == 404
            assert "evil.example" not in f"{answer.text}{answer.headers}"
        assert "evil.example" not in app.test_client().get(path).text


def test_a_broken_page_is_logged_without_what_was_asked(
    app: Flask, world: World, client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary@mail.example"

    def broken() -> NoReturn:
        with world.storage.read() as connection:
            connection.execute(text("SELECT nothing FROM nowhere WHERE email = :email"), {"email": canary})
        raise AssertionError

    app.view_functions["search.search"] = allow("search")(broken)
    with caplog.at_level(logging.DEBUG):
        client.get("/search?q=canary-words", status=500)
    assert "GET /search failed" in caplog.text
    assert "OperationalError" in caplog.text
    assert canary not in caplog.text
    assert "canary-words" not in caplog.text
