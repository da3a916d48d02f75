"""What a page says of an open change is what the rules say of it: of both records of a merge, and of its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.page_client import PageClient
from tests.support.world import START, World
from tests.web.conftest import ON_BOTH
from webapp import clock
from webapp.services import suggest
from webapp.storage.models import Change, Record, Suggestion
from webapp.web.sentences import brief_sentence, end_sentence, missing_words, waiting_sentence


def sentence(world: World, client: PageClient, change: str) -> str:
    """The sentence of a change on its page, which its row in the queue says too."""
    said = str(client.get(f"/suggestions/{world.change(change).suggestion_id}").one(".note.waiting").text)
    row = client.get("/review?show=all").one("main .row").text
    assert said.removeprefix("Not applied yet: ")[1:] in row
    return said


def alter(world: World, model: Any, id_: str, **values: Any) -> None:
    world.storage.transact(lambda uow: uow.run(update(model).where(model.id == id_).values(**values)), world.now)


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """A record and its duplicate."""
    return world.record(), world.record(name="Harbour Soup")


@pytest.fixture
def merge(world: World, pair: tuple[str, str]) -> str:
    """An open suggestion to merge the duplicate into the record."""
    kept, twice = pair
    command = suggest.SuggestLifecycle(world.person("ann"), twice, "merge", "they are the same", kept)
    (change,) = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids
    return str(change)


@ON_BOTH
def test_an_open_merge_shows_on_its_page_and_in_the_queue(world: World, merge: str, client: PageClient) -> None:
    assert sentence(world, client, merge).startswith("Not applied yet: three more approvals")
    record = world.change(merge).record_id
    assert client.get(f"/review?record={record}").one("main .row").text.startswith("Harbour Soup")


def test_a_merge_into_a_closed_record_says_that_it_waits(
    world: World, pair: tuple[str, str], merge: str, client: PageClient
) -> None:
    alter(world, Record, pair[0], status="closed")
    assert "waits until that is reopened" in sentence(world, client, merge)


def test_a_closed_duplicate_keeps_no_merge_waiting(
    world: World, pair: tuple[str, str], merge: str, client: PageClient
) -> None:
    alter(world, Record, pair[1], status="closed")
    assert "reopened" not in sentence(world, client, merge)


@ON_BOTH
def test_a_merge_needs_the_approvals_that_protect_what_it_goes_into(
    world: World, pair: tuple[str, str], merge: str, client: PageClient
) -> None:
    alter(world, Record, pair[0], protection="moderators", protected_until=world.now + timedelta(days=1))
    assert "three more approvals from moderators" in sentence(world, client, merge)
    alter(world, Record, pair[0], protected_until=world.now - timedelta(days=1))
    assert "one of them from a trusted reviewer" in sentence(world, client, merge)


@ON_BOTH
@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_a_grave_change_without_a_reason_says_that_one_is_missing(
    world: World, merge: str, client: PageClient, reason: str
) -> None:
    alter(world, Suggestion, world.change(merge).suggestion_id, reason=reason)
    assert "a reason for it" in sentence(world, client, merge)


@pytest.mark.parametrize(("voters", "words"), [("", "set aside"), ("ray", "applies as soon as it is looked at")])
def test_votes_that_were_set_aside_hold_a_change_until_somebody_approves_it_anew(
    world: World, client: PageClient, voters: str, words: str
) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    world.vote(world.person("ted", "trusted"), change)
    world.approve(change, "rita", "rob")
    alter(world, Change, change, rejudged_at=world.now)
    world.passes(minutes=1)
    world.approve(change, *voters.split())
    world.passes(hours=24)
    with clock.fixed(world.now):
        assert words in client.get(f"/suggestions/{world.change(change).suggestion_id}").one(".note.waiting").text
        assert words in client.get("/review?show=all").one("main .row").text


# -- the words ----------------------------------------------------------------------------------------------

SOON = START + timedelta(hours=3)


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ([], ""),
        ([("approvals_missing", {"count": 1})], "one more approval"),
        ([("approvals_missing", {"count": 1}), ("trusted_missing", {})], "one more approval from a trusted reviewer"),
        (
            [("approvals_missing", {"count": 2}), ("moderator_missing", {})],
            "two more approvals, one of them from a moderator",
        ),
        ([("trusted_missing", {})], "an approval from a trusted reviewer"),
        ([("protected", {"level": "trusted"})], "an approval from trusted people"),
        (
            [("paused_by_reject", {"until": SOON})],
            "at the earliest today at 12:00; somebody rejected it, so it rests until then",
        ),
        (
            [("contested_margin", {"count": 2})],
            "two more approvals; somebody rejected it, so it needs more approvals than usual",
        ),
        (
            [("paused_by_reject", {"until": SOON}), ("contested_margin", {"count": 2})],
            "two more approvals; at the earliest today at 12:00;"
            " somebody rejected it, so it rests until then and needs more approvals than usual",
        ),
        ([("escalated", {})], "moderators have been asked to look"),
        ([("escalated", {}), ("contested", {})], "people disagree, so a moderator decides"),
    ],
)
def test_what_is_missing_is_told_in_clauses(reasons: list[tuple[str, dict[str, Any]]], words: str) -> None:
    assert missing_words(reasons, START) == words


def test_a_sentence_says_what_is_missing_and_a_row_without_the_words_that_all_begin_with() -> None:
    assert waiting_sentence("one more approval") == "Not applied yet: one more approval."
    assert brief_sentence("one more approval") == "One more approval."
    assert waiting_sentence("") == brief_sentence("") == "It applies as soon as it is looked at again."


@pytest.mark.parametrize(
    ("state", "decider", "words"),
    [
        ("applied", None, "Applied by 3 votes."),
        ("applied", "Mo", "Applied by Mo, a moderator."),
        ("rejected", None, "Rejected by the votes. The record stays as it was."),
        ("rejected", "Mo", "Rejected by Mo, a moderator. The record stays as it was."),
        ("expired", None, "Nobody decided it in 90 days, so it ended. It can be suggested again."),
    ],
)
def test_how_a_change_ended_is_told_in_one_breath(state: str, decider: str | None, words: str) -> None:
    assert end_sentence(state, decider, 3, timedelta(days=90))[0] == words
