"""The discussion of a suggestion: the newest first seen, earlier ones a step away, people called by their handle."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.storage.models import Comment
from webapp.storage.queries.review import MOST_TALK
from webapp.storage.unit_of_work import new_id


def suggestion(world: World) -> str:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    return str(world.change(change).suggestion_id)


def say_often(world: World, about: str, count: int) -> None:
    """So many comments, a second apart."""
    said = [
        {
            "id": new_id(), "suggestion_id": about, "person_id": world.person("rita"), "text": f"Word {number}",
            "html": f"<p>Word {number}</p>", "renderer_version": 4, "created_at": world.now + timedelta(seconds=number),
            "hidden_at": None, "hidden_by": None, "asks_about": None,
        }
        for number in range(count)
    ]  # fmt: skip
    world.storage.transact(lambda uow: uow.run(insert(Comment), said), world.now)


@ON_BOTH
def test_of_a_long_discussion_the_newest_are_seen_first(world: World, client: PageClient) -> None:
    about = suggestion(world)
    say_often(world, about, MOST_TALK + 3)
    page = client.get(f"/suggestions/{about}")
    assert page.texts(".comment .prose") == [f"Word {number}" for number in range(3, MOST_TALK + 3)]
    earlier = page.click("Earlier ones")
    assert earlier.texts(".comment .prose") == ["Word 0", "Word 1", "Word 2"]
    assert earlier.click("The newest ones").texts(".comment .prose")[-1] == f"Word {MOST_TALK + 2}"


def test_reading_earlier_talk_is_no_way_out_of_the_queue(world: World, sign_in: SignIn) -> None:
    about = suggestion(world)
    say_often(world, about, MOST_TALK + 3)
    page = sign_in(world.person("rob", "reviewer")).get(f"/suggestions/{about}?next=/review?show=contested")
    for words in ("Earlier ones", "The newest ones"):
        page = page.click(words)
        assert page.all("main .crumbs a")[0]["href"] == "/review?show=contested"


def test_a_short_discussion_is_whole(world: World, client: PageClient) -> None:
    about = suggestion(world)
    say_often(world, about, MOST_TALK)
    page = client.get(f"/suggestions/{about}")
    assert len(page.all(".comment")) == MOST_TALK
    assert "Earlier ones" not in page.one("main").text
    assert client.get(f"/suggestions/{about}?said_before=nonsense").texts(".comment") == page.texts(".comment")


def test_a_mention_of_somebody_is_a_link_and_of_nobody_is_none(world: World, sign_in: SignIn) -> None:
    world.person("rita")
    page = sign_in(world.person("bob")).get(f"/suggestions/{suggestion(world)}")
    said = page.form("section form[action*='/comments']").fill(text="@rita and @nobody, see **this**").submit().follow()
    assert [(a.text, a["href"]) for a in said.all(".comment .prose a")] == [("@rita", "/people/rita")]
