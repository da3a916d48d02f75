"""What the card of a change shows, and to whom: what it says now and said before, votes, and buttons."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.reviewing import soup, suggestion_url
from webapp import clock


@pytest.fixture
def record(world: World) -> str:
    """A service with words and a number."""
    return soup(world)


def test_visitors_see_what_is_open_but_no_buttons(world: World, record: str, client: object) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    page = client.get(suggestion_url(world, change))  # type: ignore[attr-defined]  # a PageClient
    assert not page.all("[name=choice]")
    assert page.find(".note.waiting")


def test_an_author_is_not_offered_a_vote(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    page = sign_in(ann).get(suggestion_url(world, change))
    assert not page.all("[name=choice]")


def test_a_vote_that_was_cast_folds_the_others_away(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    card = sign_in(world.people["rita"]).get(suggestion_url(world, change)).one(f"#change-{change}")
    assert "You approved this." in card.text
    assert card.find("details.again:not([open]) [value=reject]") is not None
    assert card.find("[value=approve]") is None


def test_now_on_a_card_is_what_the_record_says_now(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    assert world.approve(other, "rita", "rob") == "applied"
    card = client.get(suggestion_url(world, change)).one(f"#change-{change}")
    told = ["When it was written Soup", "Now Soup and bread", "Suggested Soup and company"]
    assert card.texts(".diff > div") == told


def test_a_decided_card_says_what_the_record_said_before(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and bread")
    world.approve(change, "rita", "rob")
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread and tea")
    assert world.approve(other, "rita", "rob") == "applied"
    card = client.get(suggestion_url(world, change)).one(f"#change-{change}")
    assert card.texts(".diff > div") == ["Before Soup", "Suggested Soup and bread"]


LATER = "Other people’s votes show after yours"


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_who_may_still_vote_sees_the_votes_of_others_after_their_own(
    world: World, record: str, sign_in: SignIn, role: str
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    client = sign_in(world.person("voter", role))
    page = client.get(suggestion_url(world, change))
    card = page.one(f"#change-{change}").text
    assert (LATER in card, "Rita" in card) == (True, False)
    voted = page.form(f"#change-{change} form[action*='/vote']").submit("[value=abstain]").follow()
    card = voted.one(f"#change-{change}").text
    assert (LATER in card, "Rita" in card) == (False, True)


def test_who_has_no_vote_sees_those_that_there_are(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.approve(change, "rita")
    for client in (sign_in(ann), sign_in(world.person("vera"))):
        card = client.get(suggestion_url(world, change)).one(f"#change-{change}").text
        assert (LATER in card, "Rita" in card) == (False, True)


def test_a_rejection_is_said_to_raise_what_is_needed(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.vote(world.person("rob", "reviewer"), change, "reject")
    url = suggestion_url(world, change)
    assert "so it rests until then and needs more approvals than usual" in client.get(url).one(".note.waiting").text
    world.passes(hours=73)
    with clock.fixed(world.now):
        said = client.get(url).one(".note.waiting").text
    assert "four more approvals" in said
    assert said.endswith("somebody rejected it, so it needs more approvals than usual.")
