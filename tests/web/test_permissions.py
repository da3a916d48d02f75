"""Every address as every role: what the permission table says is what the door does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.addresses import addresses
from tests.web.conftest import SignIn
from webapp.domain.permissions import PERMISSIONS, Actor, admits
from webapp.domain.roles import Role
from webapp.storage.models import Person

BY_TOKEN = {"/account/notifications"}  # open to who brings the token of a letter; others are asked to sign in
ROLES = ("nobody", "volunteer", "author", "reviewer", "trusted", "moderator", "administrator", "paused", "banned")


def actor_of(role: str) -> Actor:
    """The actor that the table is asked about."""
    if role == "nobody":
        return Actor()
    names = {"author": "volunteer", "paused": "reviewer", "banned": "reviewer"}
    return Actor("x", Role(names.get(role, role)), True, role == "paused", role == "banned")


def test_a_route_without_an_entry_fails(app: Flask) -> None:
    unnamed = [name for name, view in app.view_functions.items() if getattr(view, "action", None) not in PERMISSIONS]
    assert unnamed == []


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_the_table_says(
    role: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = PageClient(app) if role == "nobody" else sign_in(member(world, role))
    wrong = [
        f"{method} {path}: {said}"
        for rule, method, path in addresses(app, town, "GET", "POST")
        if rule.endpoint != "account.sign_out"
        and (
            said := fault(client, method, path, bool(admits(actor_of(role), app.view_functions[rule.endpoint].action)))
        )  # type: ignore[attr-defined]  # set by allow()
    ]
    assert wrong == []


def member(world: World, role: str) -> str:
    """A person of that role; paused and banned ones are reviewers."""
    if role == "author":
        return world.person("author")
    person = world.person(role, "reviewer" if role in ("paused", "banned") else role)
    state = {"paused": {"paused_until": world.now + timedelta(days=3)}, "banned": {"state": "banned"}}.get(role)
    if state:
        world.storage.transact(
            lambda uow: uow.run(update(Person).where(Person.id == person).values(**state)), world.now
        )
    return person


def fault(client: PageClient, method: str, path: str, may: bool) -> str:
    """What is wrong with the door's answer, or nothing."""
    response = client.browser.open(path, method=method, data={} if method == "POST" else None)
    to_sign_in = response.status_code in (302, 303) and "/account/sign-in" in response.headers.get("Location", "")
    refused = response.status_code == 403 or (to_sign_in and not path.startswith("/account"))
    if response.status_code >= 500:
        return f"{response.status_code}"
    if may and to_sign_in and path not in BY_TOKEN and "next=" in response.headers.get("Location", ""):
        return "sent to sign in though the table allows it"
    return "" if may or refused or to_sign_in else f"{response.status_code} though the table refuses it"
