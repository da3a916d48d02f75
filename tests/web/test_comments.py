"""Moderators hide a comment where it stands, with a reason, and show it again; others no longer read it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import talk
from webapp.storage.models import Comment, ModerationEntry


@pytest.fixture
def page(world: World) -> str:
    """The page of a suggestion with an unkind word."""
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    suggestion = str(world.change(change).suggestion_id)
    talk.post_comment(world.storage, talk.PostComment(suggestion, world.person("ben"), "You **fool**"), world.now)
    return f"/suggestions/{suggestion}"


@ON_BOTH
def test_a_comment_is_hidden_with_a_reason_and_shown_again(world: World, page: str, sign_in: SignIn) -> None:
    mo, ann = sign_in(world.person("mo", "moderator")), sign_in(world.person("ann"))
    assert ann.get(page).find(".comment form") is None
    form = mo.get(page).form(".comment form")
    assert "few words" in form.fill(note=" ").submit(status=422).text
    after = form.fill(note="Unkind").submit().follow()
    assert "only moderators see this" in after.one(".comment").text
    assert "fool" in after.one(".comment").text
    assert ann.get(page).one(".comment p:last-child").text == "Hidden by a moderator."
    assert "fool" not in ann.get(page).text
    assert "done so already" in form.submit().follow().text
    after.form(".comment form").fill(note="A joke between friends").submit()
    assert "fool" in ann.get(page).one(".comment").text
    assert [(row.act, row.note) for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))] == [
        ("hide_comment", "Unkind"),
        ("show_comment", "A joke between friends"),
    ]


def test_nobody_else_hides_anything(world: World, page: str, sign_in: SignIn) -> None:
    comment = world.one(select(Comment)).id
    rita = sign_in(world.person("rita", "trusted"))
    rita.get(page)
    rita.post(f"{page}/comments/{comment}/hide", {"note": "No"}, status=403)
    assert world.one(select(Comment)).hidden_at is None
