"""What has applied is undone by new revisions, not by votes taken back: its page says where."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn


def applied(world: World) -> str:
    """A change that two reviewers let apply; gives the address of its suggestion."""
    record = world.record(name="Soup", summary="Hot soup")
    (change,) = world.suggest(world.person("ann"), record, summary="Cold soup")
    assert world.approve(change, "rita", "rob") == "applied"
    return f"/suggestions/{world.change(change).suggestion_id}"


@ON_BOTH
def test_an_applied_change_offers_moderators_its_revert(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.person("mo", "moderator")).get(applied(world))
    assert page.all("article a[href='/services/soup/history/2']")
    preview = page.client.get("/services/soup/history/2/revert")
    assert page.all("article a[href='/services/soup/history/2/revert']")
    assert "Revert revision 2" in preview.one("h1").text


def test_whoever_voted_is_told_how_it_can_be_put_right(world: World, client: PageClient, sign_in: SignIn) -> None:
    address = applied(world)
    voter = sign_in(world.people["rita"])
    for reader in (voter, client):
        page = reader.get(address)
        assert page.all("article a[href='/services/soup/suggest']")
        assert not page.all("a[href$='/revert']")
        assert reader.get("/services/soup/history/2").all("main a[href='/services/soup/suggest']")


def test_what_has_not_applied_has_nothing_to_revert(world: World, sign_in: SignIn) -> None:
    record = world.record(name="Soup", summary="Hot soup")
    (change,) = world.suggest(world.person("ann"), record, summary="Cold soup")
    page = sign_in(world.person("mo", "moderator")).get(f"/suggestions/{world.change(change).suggestion_id}")
    assert not page.all("article a[href*='/history/']")


@pytest.mark.parametrize("act", ["2/revert", "1/roll-back"])
def test_why_something_was_undone_is_kept_whole(world: World, sign_in: SignIn, act: str) -> None:
    applied(world)
    moderator = sign_in(world.person("mo", "moderator"))
    page = moderator.get(f"/services/soup/history/{act}")
    why = ("because " * 80)[: int(page.one("#summary")["maxlength"])].strip()
    page.form("main form.page").fill(summary=why).submit()
    assert why in moderator.get("/services/soup/history").body
