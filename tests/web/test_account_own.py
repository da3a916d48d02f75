"""The own account and the public profile: what they show, and to whom."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.services import suggest
from webapp.storage.models import Person
from webapp.storage.unit_of_work import new_id


@pytest.fixture
def ailsa(world: World) -> str:
    """A volunteer."""
    return world.person("ailsa")


def test_a_newcomer_is_told_what_to_do_next(ailsa: str, sign_in: SignIn) -> None:
    page = sign_in(ailsa).get("/account")
    assert page.one("main .empty a")["href"] == "/suggest/new"
    words = page.one("main .note.people").text
    assert "five more applied changes" in words
    assert "three more people" in words


def test_suggestions_are_shown_with_their_states(ailsa: str, world: World, sign_in: SignIn) -> None:
    record = world.record(name="Harbour Soup Lunch")
    (change,) = world.suggest(ailsa, record, description="Soup and bread for all.")
    world.passes(minutes=5)
    world.suggest(ailsa, record, alternate_name="Soup at the harbour")
    with clock.fixed(world.now):
        world.approve(change, "brodie", "catriona")
        page = sign_in(ailsa).get("/account")
    assert page.texts("main ol .tag") == ["Open", "Applied"]
    assert page.texts("main ol h3") == ["Harbour Soup Lunch"] * 2
    assert "1 open, of 15" in page.one("section[aria-labelledby=mine]").text
    assert "four more applied changes" in page.one("main .note.people").text


def test_a_suggestion_of_which_a_part_has_ended_says_which(ailsa: str, world: World, sign_in: SignIn) -> None:
    record = world.record(name="Harbour Soup Lunch")
    parts = world.suggest(ailsa, record, description="Soup and bread for all.", alternate_name="Soup")
    described = next(id_ for id_ in parts if world.change(id_).group == "description")
    world.passes(minutes=5)
    with clock.fixed(world.now):
        world.approve(described, "brodie", "catriona")
        (row,) = sign_in(ailsa).get("/account").all("main ol li")
    assert row.one(".tag").text == "Open"
    assert row.all("p")[0].text == "Open Open: Name. Applied: Description."


def test_a_suggested_entry_is_shown_by_its_name(ailsa: str, world: World, sign_in: SignIn) -> None:
    new = suggest.NewRecord(new_id(), "guide", {"name": "Winter warmth"})
    suggest.suggest_records(world.storage, suggest.SuggestRecords(ailsa, (new,), "I wrote it"), world.now)
    assert sign_in(ailsa).get("/account").texts("main ol h3") == ["Winter warmth"]


def test_long_lists_are_shown_page_after_page_without_gaps(ailsa: str, world: World, sign_in: SignIn) -> None:
    record = world.record()
    changes: list[str] = []
    for number in range(25):
        changes += world.suggest(ailsa, record, description=f"Words number {number}.")
        world.withdraw(ailsa, changes[-1])
        world.passes(seconds=0 if number % 3 else 1)  # several at one moment
    client = sign_in(ailsa)
    page = client.get("/account")
    seen = [link["href"] for link in page.all("main ol h3 a")]
    page = page.click("Earlier")
    seen += [link["href"] for link in page.all("main ol h3 a")]
    assert len(seen) == len(set(seen)) == 25
    assert page.find("a[rel=next]") is None


@pytest.mark.parametrize("mark", ["x", "20260302T090000000000", "99999999T999999999999." + "a" * 36, "\u0662" * 60])
def test_an_address_that_no_list_leads_to_is_not_found(ailsa: str, sign_in: SignIn, mark: str) -> None:
    sign_in(ailsa).get(f"/account?before={mark}", status=404)


def test_a_profile_shows_sums_and_what_was_applied(ailsa: str, world: World, client: PageClient) -> None:
    (change,) = world.suggest(ailsa, world.record(), description="Soup and bread for all.")
    world.approve(change, "brodie", "catriona")
    page = client.get("/people/ailsa")
    assert page.texts(".sums dd") == ["1", "0", "0"]
    assert page.texts("ol.timeline h3") == ["Harbour Soup Lunch"]
    assert "ailsa@people.example" not in page.body
    assert client.get("/people/brodie").texts(".sums dd") == ["0", "1", "0"]


@pytest.mark.parametrize("state", ["erased", "unconfirmed"])
def test_who_is_gone_or_never_was_there_has_no_profile(
    ailsa: str, world: World, client: PageClient, state: str
) -> None:
    values = {"state": "erased"} if state == "erased" else {"confirmed_at": None}
    world.storage.transact(lambda uow: uow.run(update(Person).values(values)), world.now)
    client.get("/people/ailsa", status=404)


@pytest.mark.parametrize(
    "path", ["/account", "/account/sessions", "/account/settings", "/account/interests", "/account/notifications"]
)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: PageClient, path: str) -> None:
    assert client.get(path, status=303).location == f"/account/sign-in?next={path}"
