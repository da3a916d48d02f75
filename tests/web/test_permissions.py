"""Every address as every role: what the permission table says is what the door does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, request
from sqlalchemy import update

from tests.support.addresses import addresses
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import PERMISSIONS, Actor, admits
from webapp.domain.roles import Role
from webapp.storage.models import Person
from webapp.web.wording import REFUSALS

BY_TOKEN = {"/account/notifications"}  # open to who brings the token of a letter; others are asked to sign in
REFITS = [(method, f"suggest.{act}_change") for act in ("amend", "rebase") for method in ("GET", "POST")]
ON_LISTS = [("GET", "edit_form"), ("POST", "word"), ("POST", "change_entry"), ("POST", "keep"), ("POST", "forget"),
            ("POST", "delete")]  # fmt: skip
OTHERS = ("volunteer", "reviewer", "trusted", "moderator", "administrator", "paused")  # who wrote nothing in the town
NOT_THEIRS = {
    **{(role, "POST", "suggest.withdraw_change"): "not_your_change" for role in OTHERS},
    **{("volunteer", *door): "role_needed" for door in REFITS},
    **{("paused", *door): "paused" for door in REFITS},
    **{(role, how, f"lists.changes.{act}"): "not_your_list" for role in (*OTHERS, "nobody") for how, act in ON_LISTS},
    ("author", "POST", "browse.confirm_record"): "own_last_touch",
}
"""What the table allows and the thing itself forbids to this one: the code of that refusal, and no other."""
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
    assert faults(role, app, world, town, sign_in) == []


@pytest.mark.parametrize(
    ("role", "endpoints"),
    [
        ("author", {"suggest.withdraw_change", "suggest.amend_change"}),
        ("reviewer", {"review.cast_vote"}),
        ("moderator", {"moderate.room", "moderate.protect", "history.revert"}),
    ],
)
def test_a_door_that_refuses_whom_the_table_allows_is_found(
    role: str, endpoints: set[str], app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    @app.before_request
    def refuse() -> None:
        if request.endpoint in endpoints:
            raise NotAllowed("role_needed")

    found = faults(role, app, world, town, sign_in)
    assert {fault.split()[0] for fault in found} == endpoints
    assert all(fault.endswith("403 though the table allows it") for fault in found)


def faults(role: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> list[str]:
    """Every address that answers somebody of that role otherwise than the table says."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = PageClient(app) if role == "nobody" else sign_in(member(world, role))
    found = []
    for rule, method, path in addresses(app, town, "GET", "POST"):
        if rule.endpoint != "account.sign_out":
            action = app.view_functions[rule.endpoint].action  # type: ignore[attr-defined]  # set by allow()
            code = NOT_THEIRS.get((role, method, rule.endpoint))
            said = fault(client, method, path, bool(admits(actor_of(role), action)), code)
            found += [f"{rule.endpoint} {method}: {said}"] if said else []
    return found


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


def fault(client: PageClient, method: str, path: str, may: bool, code: str | None) -> str:
    """What is wrong with the door's answer, or nothing; `code` is of the refusal that is right beyond the table's."""
    response = client.browser.open(path, method=method, data={} if method == "POST" else None)
    place = response.headers.get("Location", "")
    to_sign_in = response.status_code in (302, 303) and "/account/sign-in" in place
    if response.status_code >= 500:
        return f"{response.status_code}"
    if not may:
        return "" if response.status_code == 403 or to_sign_in else f"{response.status_code} though the table refuses"
    if code:
        is_refused = response.status_code == 403 and REFUSALS[code] in response.text
        return "" if is_refused else f"{response.status_code} and not {code}"
    if to_sign_in and path not in BY_TOKEN and "next=" in place:
        return "sent to sign in though the table allows it"
    return "403 though the table allows it" if response.status_code == 403 else ""
