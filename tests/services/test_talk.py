"""Comments: said by people with an account, told to those who talk, hidden by moderators, never deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotFound, Refused
from webapp.services.talk import MAX_COMMENT, HideComment, PostComment, hide_comment, post_comment
from webapp.storage.models import Comment, ModerationEntry, Outbox


def suggestion(world: World) -> str:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    return str(world.change(change).suggestion_id)


def say(world: World, suggestion_id: str, handle: str, text: str = "I **rang** them.", **person: Any) -> str:
    command = PostComment(suggestion_id, world.person(handle, **person), text)
    return post_comment(world.storage, command, world.now)


def test_comment_is_kept_as_written_beside_its_safe_html(world: World) -> None:
    id_ = say(world, suggestion(world), "bob", "  I **rang** them. <script>x</script>  ")
    row = world.one(select(Comment).where(Comment.id == id_))
    assert row.text == "I **rang** them. <script>x</script>"
    assert row.html.startswith("<p>I <strong>rang</strong> them. &lt;script&gt;")
    assert (row.created_at, row.hidden_at) == (world.now, None)


def test_author_and_earlier_speakers_are_told_but_not_who_spoke(world: World) -> None:
    about = suggestion(world)
    say(world, about, "bob")
    id_ = say(world, about, "cat")
    told = world.all(select(Outbox).where(Outbox.key.startswith(f"comment:{id_}")))
    assert {row.person_id for row in told} == {world.people["ann"], world.people["bob"]}
    assert {row.type for row in told} == {"notice"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "required"), (" \n ", "required"), ("x" * (MAX_COMMENT + 1), "too_long"), ("[" * 101, "too_hard")],
)
def test_comment_that_cannot_be_taken_is_refused_with_the_reason(world: World, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        say(world, suggestion(world), "bob", text)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert world.all(select(Comment)) == []


def test_unconfirmed_people_do_not_comment(world: World) -> None:
    with pytest.raises(NotAllowed):
        say(world, suggestion(world), "new", confirmed=False)


def test_comment_needs_a_suggestion_that_is_there(world: World) -> None:
    with pytest.raises(NotFound):
        say(world, "nowhere", "bob")


def test_moderator_hides_a_comment_and_shows_it_again(world: World) -> None:
    id_ = say(world, suggestion(world), "bob")
    moderator = world.person("mo", "moderator")
    assert hide_comment(world.storage, HideComment(id_, moderator, "a name in it"), world.now)
    row = world.one(select(Comment).where(Comment.id == id_))
    assert (row.hidden_at, row.hidden_by, row.text) == (world.now, moderator, "I **rang** them.")
    assert not hide_comment(world.storage, HideComment(id_, moderator, "again"), world.now)
    assert hide_comment(world.storage, HideComment(id_, moderator, "taken out", is_hidden=False), world.now)
    assert world.one(select(Comment).where(Comment.id == id_)).hidden_at is None
    log = [(row.act, row.note) for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))]
    assert log == [("hide_comment", "a name in it"), ("show_comment", "taken out")]


def test_nobody_else_hides_a_comment(world: World) -> None:
    id_ = say(world, suggestion(world), "bob")
    for handle, role in (("bob", "volunteer"), ("tru", "trusted")):
        with pytest.raises(NotAllowed):
            hide_comment(world.storage, HideComment(id_, world.person(handle, role), "no"), world.now)
    with pytest.raises(NotFound):
        hide_comment(world.storage, HideComment("nowhere", world.person("mo", "moderator"), "no"), world.now)


def letters(world: World, id_: str) -> dict[str, str]:
    """By handle: which letter a comment promised to whom."""
    names = {id_: handle for handle, id_ in world.people.items()}
    told = world.all(select(Outbox).where(Outbox.key.startswith(f"comment:{id_}")))
    return {names[str(row.person_id)]: json.loads(row.payload)["what"] for row in told}


def test_whoever_is_mentioned_is_told_once_by_the_letter_that_says_most(world: World) -> None:
    about = suggestion(world)
    say(world, about, "bob")
    for handle in ("rita", "cat"):
        world.person(handle)
    world.person("new", confirmed=False)
    id_ = say(world, about, "cat", "@rita @Rita @bob @cat @new @nobody: who knows?")
    assert letters(world, id_) == {"ann": "comment", "bob": "mention", "rita": "mention"}


def test_a_question_is_told_to_the_author_of_the_change_and_kept_with_it(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    about = str(world.change(change).suggestion_id)
    say(world, about, "bob")
    command = PostComment(about, world.person("rita", "reviewer"), "Who told you, @ann?", change)
    id_ = post_comment(world.storage, command, world.now)
    assert letters(world, id_) == {"ann": "question", "bob": "comment"}
    assert world.one(select(Comment).where(Comment.id == id_)).asks_about == change


def test_a_question_needs_an_open_change_of_somebody_else(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    (other,) = world.suggest(world.person("ann"), world.record(name="Bread"), name="Fresh bread")
    about, rita = str(world.change(change).suggestion_id), world.person("rita", "reviewer")

    def ask(person: str, of: str) -> None:
        post_comment(world.storage, PostComment(about, person, "Who told you?", of), world.now)

    for of in (other, "x"):
        with pytest.raises(NotFound):
            ask(rita, of)
    with pytest.raises(NotAllowed):
        ask(world.people["ann"], change)
    world.withdraw(world.people["ann"], change)
    with pytest.raises(AlreadyClosed):
        ask(rita, change)
    assert world.all(select(Comment)) == []
