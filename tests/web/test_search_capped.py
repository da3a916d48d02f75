"""Where more fit than are looked at: every number is true, every page is another one, and the end says how to go on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.lunching import CUPAR, HEADINGLEY, service
from tests.web.walking import look, names, said
from webapp import clock
from webapp.services.confirm import ConfirmRecord, confirm_record
from webapp.storage.models import Record
from webapp.storage.search import ranking
from webapp.web import search

UNSEEN = "and we did not look at all of them"


@pytest.fixture
def talks(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Four talks by telephone, one in Cupar, one in Leeds; five are looked at, and a page has two."""
    monkeypatch.setattr(ranking, "CANDIDATES", 5)
    monkeypatch.setattr(search, "PER_PAGE", 2)
    for name in ("Alpha talk", "Beta talk", "Gamma talk", "Delta talk"):
        service(world, name)
    service(world, "Fife talk", CUPAR)
    service(world, "Leeds talk", HEADINGLEY)
    return world


def count(page: Page) -> str:
    """How many results the page says there are."""
    return page.one(".found-head > p").text.partition(",")[0]


def pages(client: PageClient, address: str) -> list[Page]:
    """All pages of a search."""
    found = [look(client, address)]
    while (more := found[-1].find("main .more a")) and len(found) < 9:
        found.append(client.get(str(more["href"])))
    return found


def confirm(world: World, name: str) -> None:
    """Somebody says today that all is correct."""
    (row,) = world.all(select(Record.id).where(Record.name == name))
    command = ConfirmRecord(row.id, world.person("vera", "volunteer"), 1, "phoned")
    confirm_record(world.storage, command, clock.now())


def test_where_more_fit_than_were_looked_at_the_page_says_how_many_there_are_at_the_least(
    talks: World, client: PageClient
) -> None:
    confirm(talks, "Alpha talk")
    for address in ("q=talk&kind=service", "q=talk&kind=service&checked=3", "q=talk&near=Cupar&kind=service&within=25"):
        found = [name for page in pages(client, address) for name in names(page)]
        unit = "result" if len(found) == 1 else "results"
        assert count(look(client, address)) == f"At least {len(found)} {unit}", address


def test_where_all_within_the_distance_were_looked_at_their_number_is_the_very_number(
    talks: World, client: PageClient
) -> None:
    page = look(client, "q=talk&kind=service&near=Cupar&within=10")
    assert names(page) == ["Fife talk"]
    assert count(page) == "1 result"
    assert UNSEEN not in said(page)


@pytest.mark.parametrize("more", ["", "&near=Cupar", "&sort=name", "&near=Cupar&sort=nearest"])
def test_each_page_is_another_one_until_the_last_that_says_how_to_see_others(
    talks: World, client: PageClient, more: str
) -> None:
    found = pages(client, f"q=talk&kind=service{more}")
    shown = [name for page in found for name in names(page)]
    assert len(shown) == len(set(shown)) >= 5
    assert [UNSEEN in said(page) for page in found] == [False] * (len(found) - 1) + [True]


@pytest.mark.parametrize("more", ["", "&near=Cupar", "&cost=free"])
@pytest.mark.parametrize("start", ["6", "980", "999999", "9" * 40])
def test_behind_the_last_page_there_is_no_other_but_a_way_back(
    talks: World, client: PageClient, more: str, start: str
) -> None:
    talks.record(name="Free talk", fees_description="Free.")
    page = look(client, f"q=talk&kind=service{more}&from={start}")
    assert names(page) == []
    assert "The results end before this page" in said(page)
    assert (UNSEEN in said(page)) == (more != "&cost=free")
    assert names(client.get(str(page.one(".empty a")["href"])))


def test_where_nothing_fits_a_page_further_on_says_so_like_the_first(talks: World, client: PageClient) -> None:
    assert "Nothing found for these words" in said(look(client, "q=zebra&from=980"))


def test_where_none_of_those_that_were_looked_at_was_checked_the_page_says_that_others_may_be(
    talks: World, client: PageClient
) -> None:
    page = look(client, "q=talk&checked=3")
    assert names(page) == []
    assert UNSEEN in said(page)


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        ("q=talk&sort=name", True),
        ("q=talk&sort=checked", True),
        ("q=talk&near=Cupar&sort=nearest&from=2", True),
        ("q=talk&near=Cupar&sort=nearest&within=10", False),
        ("q=talk", False),
        ("q=alpha&sort=name", False),
    ],
)
def test_an_order_of_only_those_that_were_looked_at_says_so(
    talks: World, client: PageClient, address: str, is_told: bool
) -> None:
    assert ("Only those that we looked at are in this order" in said(look(client, address))) == is_told
