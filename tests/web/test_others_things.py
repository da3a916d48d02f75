"""Nobody reaches for what is another's, does what their role may not, or sends more than a form asks for."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.rows import set_person
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.sending import ask, events
from webapp.domain.roles import Role
from webapp.storage.models import Person, Report, Vote

pytestmark = pytest.mark.usefixtures("unlimited", "tokenless")


def test_nobody_reaches_for_what_is_anothers(world: World, town: dict[str, str], sign_in: SignIn) -> None:
    world.vote(world.person("rita", "reviewer"), town["change_id"])
    other = sign_in(world.person("other"))
    base = f"/suggestions/{town['suggestion_id']}/changes/{town['change_id']}"
    before = events(world)
    for act in ("withdraw", "amend", "rebase", "take-back", "decide", "flag"):
        answer = ask(
            other, "POST", f"{base}/{act}", data={"outcome": "apply", "note": "x", "name": "Mine", "reason": "x"}
        )
        assert answer.status in (403, 404, 409, 422), (act, answer.status)
    assert world.change(town["change_id"]).state == "open"
    assert events(world) == before
    assert [row.is_live for row in world.all(select(Vote).where(Vote.change_id == town["change_id"]))] == [1]


def test_an_author_votes_through_no_door(world: World, town: dict[str, str], sign_in: SignIn) -> None:
    author = world.person("author")
    set_person(world, author, role="reviewer")
    for client in (sign_in(author), sign_in(author)):  # the second browser is no other person
        page = client.get(f"/suggestions/{town['suggestion_id']}")
        assert page.all("[name=choice]") == []
        for change in (town["change_id"], "all"):
            data = {"change": change, "choice": "approve", "seen": "1", "person_id": world.person("rita", "reviewer")}
            assert ask(client, "POST", f"/suggestions/{town['suggestion_id']}/vote", data=data).status in (403, 422)
    assert world.all(select(Vote).where(Vote.change_id == town["change_id"])) == []


def test_a_reviewer_does_no_moderators_act(world: World, town: dict[str, str], sign_in: SignIn) -> None:
    client = sign_in(world.person("rita", "reviewer"))
    base, record = f"/suggestions/{town['suggestion_id']}/changes/{town['change_id']}", f"/services/{town['slug']}"
    for path in (f"{base}/decide", f"{record}/protect", f"{record}/history/2/revert", f"{record}/history/1/roll-back",
                 f"/moderate/reports/{uuid.uuid4()}"):  # fmt: skip
        data = {
            "outcome": "apply",
            "note": "x",
            "level": "trusted",
            "days": "7",
            "seen": "2",
            "summary": "x",
            "answer": "x",
        }
        assert ask(client, "POST", path, data=data).status == 403, path


# -- more than is asked -----------------------------------------------------------------------------------

MORE = {
    "id": "x", "person_id": "x", "author_id": "x", "role": "administrator", "state": "applied", "status": "applied",
    "confirmed_at": "2026-01-01", "is_urgent": "1", "votes": "9", "needed": "0", "risk": "low", "protection": "",
    "stewardship": "1", "handle": "root", "profile-role": "administrator", "profile-handle": "root",
    "profile-email": "x@x.example",
}  # fmt: skip


def test_no_form_takes_more_than_it_asks(world: World, town: dict[str, str], sign_in: SignIn) -> None:
    ailsa = world.person("ailsa")
    client, slug = sign_in(ailsa), town["slug"]
    before = world.one(select(Person).where(Person.id == ailsa))
    sent = [
        ("/account/settings", {"profile-display_name": "Ailsa", "profile-about": ""}),
        (f"/services/{slug}/report", {"what": "wrong", "text": "No soup"}),
        (f"/services/{slug}/confirm", {"how": "visited"}),
        (f"/suggestions/{town['suggestion_id']}/comments", {"text": "Hello"}),
    ]
    for path, values in sent:
        assert ask(client, "POST", path, data={**MORE, **values}).status == 303, path
    after = world.one(select(Person).where(Person.id == ailsa))
    assert after._mapping == before._mapping
    (report,) = world.all(select(Report))
    assert (report.is_urgent, report.state, report.person_id) == (0, "open", ailsa)
    assert world.change(town["change_id"]).state == "open"


def test_signing_up_gives_no_more_than_an_account(world: World, client: PageClient) -> None:
    data = {**MORE, "display_name": "Eve", "email": "eve@people.example", "password": "marmalade on rye bread"}
    assert ask(client, "POST", "/account/sign-up", data=data).status == 303
    row = world.one(select(Person).where(Person.email == "eve@people.example"))
    assert (row.role, row.confirmed_at) == (Role.VOLUNTEER, None)
    assert row.handle != "root"


def test_how_somebody_knows_is_one_of_the_ways_that_are_offered(
    world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    client = sign_in(world.person("ailsa"))
    assert ask(client, "POST", f"/services/{town['slug']}/confirm", data={"how": "x" * 500}).status == 422
