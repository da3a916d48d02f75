"""Who may still vote does not see how others voted, anywhere; unless the rules say so, and then on the change's page.

The addresses come from the route table, so that a new page is asked without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.services.test_policy import write
from tests.services.test_ties import steward
from tests.support.addresses import addresses, small_town
from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.services import review

LATER = "Other people’s votes show after yours"
NOTE = "I rang them and nobody knows of it"
VOTER = "Quintilla"
ON_AND_OFF = pytest.mark.parametrize("hides", [True, False], ids=["hidden", "shown"])


@pytest.fixture
def change(world: World) -> str:
    """An open change that somebody with a name of her own has rejected with a note."""
    (made,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    reject(world, made)
    return made


def reject(world: World, change: str) -> None:
    voter = world.person(VOTER.lower(), "reviewer")
    review.cast_vote(world.storage, review.CastVote(change, voter, 1, "reject", "not_true", NOTE), world.now)


def ruled(world: World, *, hides: bool) -> None:
    """The rules of today hide votes, or an administrator has switched that off since."""
    if not hides:
        write(world, hides_votes=False)


def url(world: World, change: str) -> str:
    return f"/suggestions/{world.change(change).suggestion_id}"


def told(page: Page, change: str) -> tuple[bool, bool, bool, bool]:
    """Of a change's card: whether it says that votes show later, and tells who voted, how, and why."""
    card = page.one(f"#change-{change}").text
    return LATER in card, VOTER in card, f"{VOTER} rejected" in card, NOTE in card


HIDDEN, SHOWN = (True, False, False, False), (False, True, True, True)


# -- the card -----------------------------------------------------------------------------------------------


@ON_AND_OFF
@pytest.mark.parametrize("role", ["reviewer", "moderator", "steward"])
def test_votes_show_before_ones_own_only_where_the_rules_say_so(
    world: World, change: str, sign_in: SignIn, hides: bool, role: str
) -> None:
    ruled(world, hides=hides)
    record = str(world.change(change).record_id)
    viewer = steward(world, "voter", record) if role == "steward" else world.person("voter", role)
    page = sign_in(viewer).get(url(world, change))
    assert told(page, change) == (HIDDEN if hides else SHOWN)
    voted = page.form(f"#change-{change} form[action*='/vote']").submit("[value=abstain]").follow()
    assert told(voted, change) == SHOWN


@ON_AND_OFF
def test_who_has_no_vote_sees_the_votes_whatever_the_rules_say(
    world: World, change: str, sign_in: SignIn, hides: bool
) -> None:
    ruled(world, hides=hides)
    for visitor in (sign_in(world.people["ann"]), sign_in(world.person("vera"))):
        assert told(visitor.get(url(world, change)), change) == SHOWN


@ON_AND_OFF
def test_signing_out_shows_no_vote_on_what_is_open(
    world: World, change: str, client: PageClient, hides: bool
) -> None:
    ruled(world, hides=hides)
    page = client.get(url(world, change))
    assert told(page, change) == ((False, False, False, False) if hides else SHOWN)
    card = page.one(f"#change-{change}")
    assert ("shows once it is decided" in card.text) == hides
    assert "0 of 4 needed" in card.one(".tally").text
    world.withdraw(world.people["ann"], change)
    assert told(client.get(url(world, change)), change) == SHOWN


@ON_AND_OFF
def test_the_number_still_needed_shows_either_way(world: World, change: str, sign_in: SignIn, hides: bool) -> None:
    ruled(world, hides=hides)
    card = sign_in(world.person("voter", "reviewer")).get(url(world, change)).one(f"#change-{change}")
    assert "0 of 4 needed" in card.one(".tally").text


@ON_AND_OFF
def test_the_answer_to_a_vote_that_was_refused_shows_no_more_than_the_page(
    world: World, change: str, sign_in: SignIn, hides: bool
) -> None:
    ruled(world, hides=hides)
    page = sign_in(world.person("voter", "reviewer")).get(url(world, change))
    form = page.form(f"#change-{change} form[action*='/vote']")
    assert told(form.submit("[value=reject]", status=422), change) == (HIDDEN if hides else SHOWN)


def test_a_change_goes_by_the_rules_of_today_and_not_by_those_it_was_suggested_under(
    world: World, change: str, sign_in: SignIn
) -> None:
    client = sign_in(world.person("voter", "reviewer"))
    for seen, hides in ((1, False), (2, True)):
        write(world, seen, hides_votes=hides)
        assert told(client.get(url(world, change)), change) == (HIDDEN if hides else SHOWN)
    assert world.change(change).policy_version == 1


# -- everywhere else ----------------------------------------------------------------------------------------


@ON_AND_OFF
@pytest.mark.parametrize("role", ["administrator", None])  # to whom most pages tell something, and who may be anybody
def test_no_other_address_tells_how_anybody_voted_on_what_is_open(
    app: Flask, world: World, sign_in: SignIn, client: PageClient, hides: bool, role: str | None
) -> None:
    town = small_town(world)
    reject(world, town["change_id"])
    ruled(world, hides=hides)
    client = sign_in(world.person("voter", role)) if role else client
    telling = {path for path, body in bodies(app, client, {**town, "handle": VOTER.lower()}) if NOTE in body}
    assert telling == (set() if hides else {url(world, town["change_id"])})


def bodies(app: Flask, client: PageClient, town: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What each address that can be read answers, by where it leads to."""
    paths = {path for _rule, _method, path in addresses(app, town, "GET")}
    views = {"/review?show=all", "/review?show=contested", f"/people/{town['handle']}/contributions?show=votes"}
    for path in sorted(paths | views):
        answer = client.browser.get(path, follow_redirects=True)
        yield answer.request.path, answer.get_data(as_text=True)


@ON_AND_OFF
def test_feeds_and_contributions_tell_of_a_vote_once_its_change_has_ended(
    world: World, change: str, client: PageClient, hides: bool
) -> None:
    ruled(world, hides=hides)
    votes = f"/people/{VOTER.lower()}/contributions?show=votes"
    assert not client.get(votes).all("main a[href^='/suggestions/']")
    world.withdraw(world.people["ann"], change)
    assert [link["href"] for link in client.get(votes).all("main a[href^='/suggestions/']")] == [url(world, change)]
