"""The page of what may be the same leads into the merge, and forgets what a moderator called two."""

from __future__ import annotations

import pytest

from tests.services.test_duplicates import found, phones, twins
from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp.storage.queries import duplicates as queries


@ON_BOTH
def test_a_pair_is_told_with_its_reasons_and_leads_into_the_merge(world: World, mo: PageClient) -> None:
    twins(world)
    found(world)
    page = mo.get("/moderate").click("May be the same")
    (pair,) = page.all("article.change")
    assert pair.one("h2").text == "Same phone number and names 96 % alike"
    assert "94 points of 100" in pair.text
    links = {link.text.partition(": ")[2]: link["href"] for link in pair.all("a.btn")}
    form = mo.get(links["Harbour Soups"])
    assert form.one("h1").text == "Suggest to merge: Harbour Soup"
    assert form.one("#sides-title").text == "Side by side"
    assert "Harbour Soups" in form.texts(".sides .diff > div, .unit .diff > div")[1]


def test_two_that_are_not_the_same_are_not_listed_again(world: World, mo: PageClient) -> None:
    twins(world)
    found(world)
    form = mo.get("/moderate/duplicates").form("article form")
    assert "not listed again" in form.submit().follow().text
    assert mo.get("/moderate/duplicates").find("article") is None
    assert "said so already" in form.submit().follow().text
    mo.get("/moderate")  # whose forms have a mark
    mo.post("/moderate/duplicates", {"first": "x", "second": "y", "csrf_token": form.values["csrf_token"]}, status=404)


def test_the_list_goes_on_where_the_page_ends_with_as_many_queries(
    world: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        for name in (f"{'x' * number} soup", f"{'x' * number} soup"):
            world.record(name=name, phones=phones(f"0131 496 011{number}"))
    found(world)
    seen: list[str] = []
    path = "/moderate/duplicates"
    for _ in range(3):
        with at_most(4, world.storage.engine):
            page = mo.get(path)
        seen += [article["aria-labelledby"] for article in page.all("article")]
        more = page.find("a[rel=next]")
        path = more["href"] if more else ""
    assert (len(seen), len(set(seen)), path) == (5, 5, "")
    assert mo.get("/moderate/duplicates?after=nonsense").all("article")
