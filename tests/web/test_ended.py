"""A session that ended while somebody wrote: it is said so, and what was typed goes along through signing in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.accounts import SECRET, with_password
from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.test_account import csrf_of, sign_in
from webapp.storage.models import Comment, PersonSession, Vote

SAID = "I was there\non Monday: <b>no soup</b>."
AGAIN = "main form[data-again]"
SIGN_IN = "main form[action='/account/sign-in']"
OURS = {"Sec-Fetch-Site": "same-origin"}
ENDS = pytest.mark.parametrize("ends", ["expired", "signed out"])
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "changes"}


@pytest.fixture
def address(world: World) -> str:
    """The address of ann's suggestion."""
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    return f"/suggestions/{world.change(change).suggestion_id}"


def stopped(world: World, client: PageClient, address: str, act: str, ends: str, **sent: Any) -> Page:
    """What a form of a suggestion's page says when its session has ended meanwhile."""
    with_password(world, "rita", "reviewer")
    sign_in(client, "rita")
    form = client.get(address).form(f"form[action$='/{act}']")
    headers = sent.pop("headers", OURS)
    values = {**dict(form.values.items()), **sent}
    if ends == "expired":
        world.storage.transact(lambda uow: uow.run(update(PersonSession).values(expires_at=world.now)), world.now)
        client.is_signed_in = False
    else:
        client.set_session()
        client.post("/account/sign-out", csrf_of(client))
    headers = {**headers, "Referer": f"http://localhost{address}"}
    return client.post(f"{address}/{act}", values, status=403, headers=headers, csrf=False)


def signed_in_again(page: Page) -> Page:
    """Through the sign-in page, with a wrong password first."""
    page = page.form(AGAIN).submit(status=200)
    assert "is kept" in page.one("main .note.good").text
    assert page.all("#problems") == []
    page = page.form(SIGN_IN).fill(email="rita@people.example", password="not-this-one").submit(status=422)
    page = page.form(SIGN_IN).fill(email="rita@people.example", password=SECRET).submit(status=200)
    assert page.one("h1").text == "You are signed in"
    page.client.is_signed_in = True
    return page


@ENDS
def test_a_comment_goes_along_through_signing_in(ends: str, world: World, client: PageClient, address: str) -> None:
    page = stopped(world, client, address, "comments", ends, text=SAID)
    assert page.one("h1").text == "Sign in first"
    assert "You are not signed in any more" in page.one("main").text
    assert "open for very long" not in page.text
    page = signed_in_again(page)
    assert world.all(select(Comment)) == []
    assert page.one("main .cluster a")["href"] == address
    assert page.form(AGAIN).values["text"].splitlines() == SAID.splitlines()
    assert page.form(AGAIN).submit(status=303).location == address
    assert [row.text.splitlines() for row in world.all(select(Comment))] == [SAID.splitlines()]


@ENDS
@pytest.mark.parametrize("headers", [OURS, OURS | PARTIAL], ids=["page", "part"])
def test_a_vote_goes_along_through_signing_in(
    ends: str, headers: dict[str, str], world: World, client: PageClient, address: str
) -> None:
    vote = {"choice": "reject", "reason": "not_true", "note": "They have no soup.", "headers": headers}
    page = stopped(world, client, address, "vote", ends, **vote)
    assert "You are not signed in any more" in page.text
    page = signed_in_again(page) if "HX-Request" not in headers else page
    if "HX-Request" in headers:  # stands beside the form that asked
        assert page.headers["HX-Reswap"] == "beforebegin"
        assert page.all("main, textarea") == []
        assert page.form("form[action='/account/sign-in']").values["again.note"] == "They have no soup."
        return
    page.form(AGAIN).submit(status=303)
    assert [(row.choice, row.note) for row in world.all(select(Vote))] == [("reject", "They have no soup.")]


def test_a_vote_without_a_word_goes_along_too(world: World, client: PageClient, address: str) -> None:
    page = signed_in_again(stopped(world, client, address, "vote", "expired", choice="approve"))
    page.form(AGAIN).submit(status=303)
    assert [row.choice for row in world.all(select(Vote))] == ["approve"]


def test_what_no_browser_vouches_for_can_be_copied_only(world: World, client: PageClient, address: str) -> None:
    page = stopped(world, client, address, "comments", "signed out", text=SAID, headers={})
    assert page.all(AGAIN) == []
    assert "no soup" in page.one("main [data-kept] textarea").text
    assert page.one("main .btn[href='/account/sign-in']").text == "Sign in"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_does_not_go_along(site: str, world: World, client: PageClient, address: str) -> None:
    page = stopped(world, client, address, "comments", "expired", text=SAID, headers={"Sec-Fetch-Site": site})
    assert "no soup" not in page.text
    assert page.all(AGAIN) == []


@pytest.mark.parametrize("to", ["https://evil.example/x", "//evil.example", "/account/sign-in", ""])
def test_nothing_goes_along_to_another_site(to: str, world: World, client: PageClient) -> None:
    with_password(world, "rita")
    sent = {"again-to": to, "again.text": SAID, "email": "rita@people.example", "password": SECRET}
    assert client.post("/account/sign-in", sent | csrf_of(client), status=303).location == "/account"
