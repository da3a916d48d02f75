"""Deciding: one vote for all that was read, endorsing, asking, skipping; and nothing of it lost on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.moderating import ban
from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.queueing import queue_of_form
from webapp.services import spam
from webapp.storage.models import Comment

QUEUE = "/review?show=all&record=x"
NEXT = "%2Freview%3Fshow%3Dall%26record%3Dx"


def url(world: World, change: str) -> str:
    return f"/suggestions/{world.change(change).suggestion_id}"


@pytest.fixture
def two(world: World) -> list[str]:
    """Two open changes of one suggestion: the name, which waits a day, and the description."""
    record = world.record(description="Soup")
    return world.suggest(world.person("ann"), record, name="Harbour Lunch", description="Soup and company")


def reworded(world: World, change: str) -> None:
    world.amend(world.people["ann"], change, description="Soup and chess")


# -- hidden ---------------------------------------------------------------------------------------------------


def test_what_a_ban_hides_is_not_called_spam(
    world: World, two: list[str], sign_in: SignIn, client: PageClient
) -> None:
    moderator = sign_in(world.person("mo", "moderator"))
    ban(world, "ann")
    told = client.get(url(world, two[0])).one("#changes").text
    assert told == "This is hidden until a moderator has looked at it, since its author may not take part any more."
    card = moderator.get(url(world, two[0])).one(f"#change-{two[0]}")
    assert "it is hidden until a moderator looks" in card.one(".note.waiting").text
    asked = card.one("form[action^='/moderate/flags/']").text
    assert "Its author may not take part any more, so only moderators see this." in asked
    assert "flagged" not in asked


# -- for all ----------------------------------------------------------------------------------------------


def test_a_vote_for_all_counts_on_each_change_as_it_was_read(world: World, two: list[str], sign_in: SignIn) -> None:
    name, description = two
    reworded(world, description)  # the two have different versions now
    page = sign_in(world.person("rob", "reviewer")).get(url(world, name))
    page.form("form[aria-labelledby=all-title]").submit("[value=approve]").follow()
    assert [world.change(change).approvals for change in two] == [1, 1]


def test_a_vote_for_all_leaves_what_was_reworded_meanwhile_and_says_what_it_was_taken_on(
    world: World, two: list[str], sign_in: SignIn
) -> None:
    name, description = two
    page = sign_in(world.person("rob", "reviewer")).get(url(world, name))
    reworded(world, description)
    told = page.form("form[aria-labelledby=all-title]").submit("[value=approve]", status=409)
    assert [world.change(change).approvals for change in two] == [1, 0]
    assert "Your vote is taken on: Name." in told.one("#problems").text
    assert told.one("#problems a")["href"] == f"#change-{description}"
    assert "You approved this." in told.one(f"#change-{name}").text


def test_a_vote_for_all_without_what_was_read_is_none(world: World, two: list[str], sign_in: SignIn) -> None:
    client = sign_in(world.person("rob", "reviewer"))
    client.get(url(world, two[0]))
    said = {"change": "all", "choice": "approve", "csrf_token": client.csrf_token()}
    for values, status in (({"seen": "1"}, 409), ({}, 409), ({"seen-nothing": "1"}, 404)):
        client.post(f"{url(world, two[0])}/vote", {**said, **values}, status=status)
    assert [world.change(change).approvals for change in two] == [0, 0]


def test_a_rejection_of_all_asks_for_a_reason_once(world: World, two: list[str], sign_in: SignIn) -> None:
    page = sign_in(world.person("rob", "reviewer")).get(url(world, two[0]))
    form = page.form("form[aria-labelledby=all-title]")
    assert form.submit("[value=reject]", status=422).one("#problems").text.count("Choose a reason") == 2
    form.fill(reason="not_true").submit("[value=reject]")
    assert [world.change(change).rejects for change in two] == [1, 1]


def test_one_change_alone_has_no_vote_for_all(world: World, two: list[str], sign_in: SignIn) -> None:
    client = sign_in(world.person("rob", "reviewer"))
    page = client.get(url(world, two[0]))
    page.form(f"#change-{two[0]} form[action*='/vote']").submit("[value=approve]")
    assert not client.get(url(world, two[0])).all("#all-title")


# -- the way back to the queue ------------------------------------------------------------------------------


def test_the_queue_that_somebody_came_from_goes_along_with_every_form(
    world: World, two: list[str], sign_in: SignIn
) -> None:
    page = sign_in(world.person("rob", "reviewer")).get(f"{url(world, two[0])}?next={NEXT}")
    done = page.form(f"#change-{two[0]} form[action*='/vote']").submit("[value=approve]").follow()
    told = {queue_of_form(form) for form in done.all("#changes form, #talk ~ form")}
    assert told == {"/review?show=all"}
    assert not done.all("main [name=next]")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_another_site_is_no_queue(world: World, two: list[str], sign_in: SignIn, elsewhere: str) -> None:
    page = sign_in(world.person("rob", "reviewer")).get(f"{url(world, two[0])}?next={elsewhere}")
    assert {queue_of_form(form) for form in page.all("#changes form, #talk ~ form")} == {""}


def test_a_reviewer_may_skip_to_the_next(world: World, two: list[str], sign_in: SignIn) -> None:
    page = sign_in(world.person("rob", "reviewer")).get(url(world, two[0]))
    skips = [a for a in page.all("main form a") if a.text == "Skip to the next suggestion"]
    assert len(skips) == 1
    assert skips[0]["href"].startswith("/review/next?")


# -- asking -------------------------------------------------------------------------------------------------


def test_a_question_shows_on_the_card_until_its_author_writes(world: World, two: list[str], sign_in: SignIn) -> None:
    name, description = two
    rita, ann = sign_in(world.person("rita", "reviewer")), sign_in(world.people["ann"])
    asked = rita.get(url(world, name)).form(f"#change-{name} form[action*=asks_about]")
    page = asked.fill(text="Who told you?").submit().follow()
    assert "It waits for an answer" in page.one(f"#change-{name}").text
    assert "It waits for an answer" not in page.one(f"#change-{description}").text
    assert "Question about Name" in page.one("#talk ~ article").text
    assert world.change(name).approvals == world.change(name).rejects == 0
    page.form("section form[action*='/comments']").fill(text="I wait").submit()  # who asked does not answer it
    assert "It waits for an answer" in rita.get(url(world, name)).one(f"#change-{name}").text
    ann.get(url(world, name)).form("section form[action*='/comments']").fill(text="The cook").submit()
    assert "It waits for an answer" not in rita.get(url(world, name)).one(f"#change-{name}").text


def test_nobody_asks_about_their_own_change(world: World, two: list[str], sign_in: SignIn) -> None:
    ann = sign_in(world.people["ann"])
    assert not ann.get(url(world, two[0])).all("[action*=asks_about]")
    said = {"text": "Why?", "csrf_token": ann.csrf_token()}
    for about, status in ((two[0], 403), ("x", 404)):
        ann.post(f"{url(world, two[0])}/comments?asks_about={about}", said, status=status)
    assert world.all(select(Comment)) == []


# -- on the way through a queue ---------------------------------------------------------------------------


def test_who_writes_or_flags_comes_back_to_the_suggestion_on_their_way_through_the_queue(
    world: World, two: list[str], sign_in: SignIn
) -> None:
    page = sign_in(world.person("rob", "reviewer")).get(f"{url(world, two[0])}?next=/review?show=contested")
    said = page.form("section form[action*='/comments']").fill(text="Good").submit().follow()
    flagged = page.form(f"#change-{two[0]} form[action*='/flag']").submit().follow()
    for after in (said, flagged):
        assert after.all("main .crumbs a")[0]["href"] == "/review?show=contested", after.path


def test_who_improves_fits_or_takes_back_a_change_or_hides_a_comment_stays_on_that_way(
    world: World, two: list[str], sign_in: SignIn
) -> None:
    name, description = two
    came = f"{url(world, name)}?next=/review?show=contested"
    said = sign_in(world.people["ann"]).get(came).form("section form[action*='/comments']").fill(text="Good")
    said.submit()
    page = sign_in(world.person("mona", "moderator")).get(came)
    hidden = page.form("article.comment form").fill(note="Rude").submit("[value=hide]").follow()
    improved = page.client.get(page.one(f"#change-{name} a[href*=amend]")["href"]).form().fill(name="Better")
    improved = improved.submit(status=200).form().submit("[value=send]").follow()
    withdrawn = sign_in(world.people["ann"]).get(came).form(f"#change-{description} form[action*=withdraw]")
    for after in (hidden, improved, withdrawn.submit().follow()):
        assert after.all("main .crumbs a")[0]["href"] == "/review?show=contested", after.path


def test_a_flag_that_hides_leads_back_to_the_queue(world: World, two: list[str], sign_in: SignIn) -> None:
    spam.flag_spam(world.storage, spam.FlagSpam(two[0], world.person("rita", "reviewer")), world.now)
    page = sign_in(world.person("rob", "reviewer")).get(f"{url(world, two[0])}?next=/review?show=contested")
    hidden = page.form(f"#change-{two[0]} form[action*='/flag']").submit(status=303)
    assert hidden.location == "/review?show=contested"


# -- blind --------------------------------------------------------------------------------------------------


def test_the_discussion_tells_nobody_who_may_still_vote_how_others_voted(
    world: World, two: list[str], sign_in: SignIn
) -> None:
    rita = sign_in(world.person("rita", "reviewer"))
    page = rita.get(url(world, two[0]))
    vote = page.form(f"#change-{two[0]} form[action*='/vote']")
    vote.fill(reason="not_true", note="I was there").submit("[value=reject]")
    page.form("section form[action*='/comments']").fill(text="Is it so?").submit()
    seen = sign_in(world.person("rob", "reviewer")).get(url(world, two[0]))
    assert "Is it so?" in seen.one("main").text
    assert "I was there" not in seen.one("main").text
    assert all("Rita" not in card.text for card in seen.all("article.change"))


def test_a_reviewers_page_takes_a_bounded_number_of_queries(world: World, two: list[str], sign_in: SignIn) -> None:
    client, address = sign_in(world.person("rob", "reviewer")), url(world, two[0])
    with at_most(16, world.storage.engine):
        client.get(address)
