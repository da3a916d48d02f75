"""Error pages: each says what to do about that error, and leads on from where the person was."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn

DEAD = ["/account/reset/x", "/account/confirm/x", "/account/guest/x", "/account/restore/x.eA"]
ELSEWHERE = ["https://evil.example/services/x", "http://localhost//evil.example", "http://[::1", ""]


@pytest.mark.parametrize("path", DEAD)
def test_a_dead_link_is_no_mistyped_address(client: PageClient, path: str) -> None:
    page = client.get(path, status=404)
    assert page.one("h1").text == "This link no longer works"
    assert page.find("main [role=search]") is None
    assert "mistyped" not in page.text


def test_an_unknown_address_offers_the_search(client: PageClient) -> None:
    assert client.get("/nowhere", status=404).find("main [role=search]") is not None


def test_a_role_that_is_missing_leads_to_how_it_is_earned(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.person("ann")).get("/moderate", status=403)
    assert page.one("main .btn:not(.quiet)")["href"] == "/rules"


def test_a_refused_form_leads_back_to_its_page(client: PageClient) -> None:
    came = {"Referer": "http://localhost/services/harbour-soup-lunch?x=1"}
    page = client.post("/account/demo-sign-in", {"handle": "nobody"}, status=400, headers=came)
    assert page.all("main .cluster a")[0]["href"] == "/services/harbour-soup-lunch"
    assert page.one("main .note.good").text == "Nothing was changed."


@pytest.mark.parametrize("came", ELSEWHERE)
def test_no_page_leads_back_to_another_site(client: PageClient, came: str) -> None:
    page = client.post("/account/demo-sign-in", {"handle": "nobody"}, status=400, headers={"Referer": came})
    assert [link["href"] for link in page.all("main .cluster a")] == ["/"]
