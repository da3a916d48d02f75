"""Anything in any order: people, moderators, sources and time do what comes to mind, and a plain model says what
should be.

The model knows nothing of SQL: for each change its votes and its state, for each mask what it took out, for each
record what its source says. What people, moderators and sources do stands in `tests/support/stories`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

import webapp.storage
from tests.support.profile import scaled
from tests.support.stories import Stories
from tests.support.stories.wish import SOURCE, VOTERS
from tests.support.world import World
from webapp.storage.models import Revision

INVARIANTS = (
    *("creations_are_whole", "no_revision_says_what_is_masked", "ends_stay", "nothing_is_broken"),
    "time_goes_on",
)
PRIVATE = "Soup, ring {number}"
EVERYTHING: tuple[tuple[str, dict[str, Any]], ...] = (
    # people: a change by votes, one taken back, one withdrawn, one that another's makes true
    ("suggest", {"author": "ann", "place": 0, "name": "description", "text": "Soup and bread", "agreed": ""}),
    ("vote", {"place": 1, "voter": "rita", "choice": "approve"}),
    ("take_back", {"place": 1, "voter": "rita"}),
    ("amend", {"place": 1, "text": "Soup for all of us", "who": "author"}),
    ("approve_together", {"place": 1, "voters": VOTERS}),
    ("suggest", {"author": "ann", "place": 0, "name": "summary", "text": "Soup and bread", "agreed": ""}),
    ("withdraw", {"place": 1}),
    ("suggest", {"author": "ann", "place": 0, "name": "summary", "text": "Soup and bread", "agreed": ""}),
    ("confirm", {"place": 0}),
    # the source: it is followed, it clashes, and it makes true what somebody suggests
    ("imports", {"key": "0", "name": "summary", "text": "Soup and bread", "corrected": None, "as_suggestions": False}),
    (
        "imports",
        {"key": "1", "name": "summary", "text": "Soup and bread", "corrected": PRIVATE, "as_suggestions": False},
    ),
    ("import_again", {"place": 1}),
    ("imports", {"key": "3", "name": "summary", "text": PRIVATE, "corrected": None, "as_suggestions": True}),
    ("decide", {"place": 3, "outcome": "apply"}),
    # creation sets: by votes and time, taken out, and brought back
    ("create", {"author": "ben", "text": PRIVATE, "agreed": "votes"}),
    ("time_passes", {"hours": 24}),
    ("undo_creation", {"place": 0}),
    ("undo", {"place": -1}),
    # redaction: lifted; finished, and then every way back
    ("mask", {"place": 1, "confided": None, "by_unit": False}),
    ("lift", {"place": 0}),
    ("mask", {"place": 1, "confided": "description", "by_unit": False}),
    ("finish", {"place": 1}),
    ("roll_back", {"place": 1, "back": 2}),
    ("roll_back", {"place": 1, "back": 3}),
    ("revert", {"place": 1, "back": 0}),
    ("import_again", {"place": 1}),
    ("imports", {"key": "1", "name": "summary", "text": PRIVATE, "corrected": None, "as_suggestions": False}),
    # a merge with an open change, masked afterwards; and all of somebody's undone
    ("protect", {"place": 2, "level": "trusted"}),
    (
        "imports",
        {"key": "2", "name": "summary", "text": "Soup and company", "corrected": None, "as_suggestions": False},
    ),
    ("protect", {"place": 2, "level": None}),
    ("suggest", {"author": "ann", "place": 2, "name": "description", "text": PRIVATE, "agreed": ""}),
    ("decide_lifecycle", {"place": 2, "type_": "merge"}),
    ("mask", {"place": 2, "confided": None, "by_unit": True}),
    ("roll_back", {"place": 0, "back": 9}),
    ("ban_or_lift", {"who": "ben"}),
    ("incident", {"author": "ben"}),
    ("ban_or_lift", {"who": "ben"}),
    ("time_passes", {"hours": 24 * 7}),
)


@pytest.fixture
def fresh_world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Callable[[], Any]:
    """A new world on a new database of the same kind, for each story."""
    names = iter(range(10_000))

    @contextmanager
    def open_world() -> Iterator[World]:
        if database_url.startswith("sqlite"):
            template, server = request.getfixturevalue("sqlite_template"), None
            url = template.copy(tmp_path / f"story{next(names)}.db")
        else:
            server = request.getfixturevalue("postgres_template")
            url = server.create()
        storage = webapp.storage.init(url)
        world = World(storage)
        world.full_rules()
        try:
            yield world
        finally:
            storage.dispose()
            if server is not None:
                server.drop(url)

    return open_world


def test_whatever_happens_the_model_agrees(fresh_world: Callable[[], Any]) -> None:
    class Told(Stories):
        open_world = staticmethod(fresh_world)

    run_state_machine_as_test(
        Told,
        settings=settings(
            settings.get_profile(settings.get_current_profile_name()),
            max_examples=scaled(12, 150),
            stateful_step_count=scaled(25, 50),
        ),
    )


def test_every_act_of_a_story_does_something(fresh_world: Callable[[], Any]) -> None:
    """What chance may leave out of a short run: each act once, where it has its full effect."""

    class Told(Stories):
        open_world = staticmethod(fresh_world)

    story = Told()
    try:
        tell(story)
    finally:
        story.teardown()


def tell(story: Stories) -> None:
    """One story with everything in it; after each act the model is asked, as between the acts of the others."""
    for act, values in EVERYTHING:
        getattr(story, act)(**values)
        for name in INVARIANTS:
            getattr(story, name)()
    states = {(wish.type, wish.author == SOURCE, wish.state) for wish in story.wishes}
    assert states >= {
        ("edit", False, "applied"),
        ("edit", False, "withdrawn"),
        ("edit", False, "superseded"),
        ("edit", True, "open"),
        ("create", False, "applied"),
        ("create", True, "applied"),
        ("merge", False, "applied"),
    }
    assert {mask.state for mask in story.masks} == {"standing", "finished", "lifted"}
    causes = {row.cause for row in story.world.all(select(Revision.cause))}
    assert causes == {"import", "suggestion", "moderator", "revert", "roll_back", "redaction"}
