"""Moderators see where people pull to and fro, and protect the record with one press."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.services import incidents
from webapp.storage.queries import tugs

PAGE = "/moderate/tugs"
SOUP, STEW = "Soup for all of us", "Stew for all of us"


def pull(world: World, record: str, *texts: str) -> None:
    """Ann and Ben by turns; others approve each."""
    for number, text in enumerate(texts):
        (change,) = world.suggest(world.person(("ann", "ben")[number % 2]), record, summary=text)
        assert world.approve(change, "rita", "rob") == "applied"
        world.passes(hours=1)


@ON_BOTH
def test_a_tug_is_shown_and_protected_with_one_press(world: World, mo: PageClient) -> None:
    record = world.record(summary=SOUP)
    pull(world, record, STEW, SOUP, STEW)
    calm = world.record(name="Calm", summary="Tea for all of us")
    pull(world, calm, "Cake for all of us", "Bread for all of us", "Jam for all of us")
    page = mo.get("/moderate").click("Changed back and forth")
    assert page.texts("article h2") == ["Harbour Soup Lunch"]
    assert page.texts("article li p.as-typed") == [STEW, SOUP, STEW]
    assert [text.partition(", ")[2] for text in page.texts("article li p.meta")] == [
        "Ann · Revision 2", "Ben · Revision 3", "Ann · Revision 4"
    ]  # fmt: skip
    page.form("article form").submit().follow()
    assert world.row(record).protection == "trusted"
    again = mo.get(PAGE)
    assert again.find("article form") is None
    assert "protected" in again.one("article .note").text.lower()


def test_what_was_long_ago_is_over(world: World, mo: PageClient) -> None:
    pull(world, world.record(summary=SOUP), STEW, SOUP, STEW)
    assert mo.get(PAGE).all("article")
    world.passes(days=15)
    with clock.fixed(world.now):
        assert mo.get(PAGE).find("article") is None


def test_an_old_base_counts_for_nothing_but_how_it_stood(world: World, sign_in: SignIn) -> None:
    record = world.record(summary=SOUP)
    world.passes(days=30)
    pull(world, record, STEW, SOUP, STEW)
    with clock.fixed(world.now):
        mo = sign_in(world.person("mo", "moderator"))
        assert len(mo.get(PAGE).all("article li")) == 3


@ON_BOTH
def test_an_incident_rolled_back_and_put_back_buries_no_war(
    world: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    vandal, moderator = world.person("vic"), world.people["mo"]
    for number in range(2):
        (change,) = world.suggest(vandal, world.record(name=f"Lunch {number}", summary=SOUP), summary=STEW)
        world.approve(change, "rita", "rob")
    incident = incidents.Incident(actor_id=vandal)
    for _turn in range(4):
        world.passes(minutes=5)
        with clock.fixed(world.now):
            command = incidents.RollBackIncident(incident, moderator, "lies, or not")
            done = incidents.roll_back_incident(world.storage, command, world.now)
        incident = incidents.Incident(operation_id=done.operation_id)
    pull(world, world.record(name="War", summary=SOUP), STEW, SOUP, STEW)
    monkeypatch.setattr(tugs, "BUSIEST", tugs.BUSIEST.limit(1))
    with clock.fixed(world.now):
        assert mo.get(PAGE).texts("article h2") == ["War"]


@pytest.mark.parametrize("count", [1, 5])
def test_many_take_as_many_queries_as_one(world: World, mo: PageClient, count: int) -> None:
    for number in range(count):
        pull(world, world.record(name=f"Lunch {number}", summary=SOUP), STEW, SOUP, STEW)
    with at_most(6, world.storage.engine):
        assert len(mo.get(PAGE).all("article")) == count


def test_only_so_many_of_the_busiest_are_looked_at(
    world: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, texts in enumerate(((STEW, SOUP, STEW), (STEW, SOUP, STEW, SOUP))):
        pull(world, world.record(name=f"Lunch {number}", summary=SOUP), *texts)
    monkeypatch.setattr(tugs, "BUSIEST", tugs.BUSIEST.limit(1))
    assert mo.get(PAGE).texts("article h2") == ["Lunch 1"]
