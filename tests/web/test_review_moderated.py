"""A moderator decides alone, and judges flags, where the change is shown: with a note, and a line in the log."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.reviewing import soup, suggestion_url
from webapp.services import spam


@pytest.fixture
def record(world: World) -> str:
    """A service with words and a number."""
    return soup(world)


def test_a_moderator_decides_with_a_line_in_the_log(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    client = sign_in(world.person("mo", "moderator"))
    page = client.get(suggestion_url(world, change))
    page.form("form[action*='/decide']").fill(note="I phoned them").submit("[value=apply]").follow()
    assert world.change(change).state == "applied"
    assert "I phoned them" in client.get("/moderation-log").one("main").text


def test_a_decision_without_the_note_that_it_needs_can_be_mended(
    world: World, record: str, sign_in: SignIn
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    told = page.form("form[action*='/decide']").submit("[value=reject]", status=422)
    assert "Write them a note" in told.one("#problems").text
    told.form("form[action*='/decide']").fill(note="I phoned them").submit("[value=reject]").follow()
    assert world.change(change).state == "rejected"


def test_what_a_moderator_decided_shows_everybody_the_note_that_says_why(
    world: World, record: str, sign_in: SignIn, client: PageClient
) -> None:
    first, second = world.suggest(world.person("ann"), record, description="Soup & <b>tea</b>", name="Harbour Tea")
    moderator = sign_in(world.person("mo", "moderator"))
    for change, outcome in ((first, "reject"), (second, "apply")):
        page = moderator.get(f"/suggestions/{world.change(change).suggestion_id}")
        form = page.form(f"form[action$='/{change}/decide']").fill(note=f"They say <i>no</i>\nto {outcome}")
        form.submit(f"[value={outcome}]").follow()
    for visitor in (sign_in(world.people["ann"]), client):
        page = visitor.get(f"/suggestions/{world.change(first).suggestion_id}")
        for change, outcome in ((first, "reject"), (second, "apply")):
            note = page.one(f"#change-{change} .note .as-typed")
            assert note.text == f"“They say <i>no</i> to {outcome}”"


def test_a_moderator_decides_only_what_they_have_seen(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann")
    (change,) = world.suggest(ann, record, description="Soup and company")
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    world.amend(ann, change, description="Soup and chess")
    told = page.form("form[action*='/decide']").fill(note="I phoned them").submit("[value=apply]", status=409)
    kept = told.one("form[action*='/decide'] [name=note]").text.strip()
    assert (world.change(change).state, kept) == ("open", "I phoned them")


@pytest.mark.parametrize(("verdict", "state"), [("spam", "rejected"), ("fair", "open")])
def test_a_moderator_judges_flags_where_the_change_is_shown(
    world: World, record: str, sign_in: SignIn, client: PageClient, verdict: str, state: str
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Cash today")
    for handle in ("rita", "rob"):
        spam.flag_spam(world.storage, spam.FlagSpam(change, world.person(handle, "reviewer")), world.now)
    assert "hidden as possible spam" in client.get(suggestion_url(world, change)).one("#changes").text
    page = sign_in(world.person("mo", "moderator")).get(f"{suggestion_url(world, change)}?next=/review?show=all")
    judged = page.form("form[action^='/moderate/flags/']").submit(f"[value={verdict}]", status=303)
    assert judged.location == "/review?show=all"
    assert world.change(change).state == state
    is_told = "hidden as possible spam" in client.get(suggestion_url(world, change)).one("#changes").text
    assert not is_told


def test_what_somebody_approved_is_rejected_as_spam_with_a_note_for_them(
    world: World, record: str, sign_in: SignIn
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Cash today")
    world.approve(change, "ray")
    for handle in ("rita", "rob"):
        spam.flag_spam(world.storage, spam.FlagSpam(change, world.person(handle, "reviewer")), world.now)
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    form = page.form("form[action^='/moderate/flags/']")
    assert "Write them a note" in form.submit("[value=spam]", status=422).text
    form.fill(note="It stands on twenty records").submit("[value=spam]")
    assert world.change(change).state == "rejected"
