"""What can not be rolled back as it was asked is refused in words, and what was typed and chosen is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.test_incidents import descriptions, spoil
from tests.services.test_incidents_drawn import changed
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.undoing import APPLY, preview_of
from webapp.storage.models import Change, Incident


def test_what_is_undone_already_is_refused_in_words(world: World, mo: PageClient) -> None:
    record = world.record(description="Soup")
    changed(world, "liar", record, description="Soup and lies")
    form = mo.get("/moderate/incidents").form().fill(person="liar")
    form.submit().follow().form().fill(reason="lies").submit(APPLY)
    nothing = form.submit(status=409)
    assert "nothing left to undo" in nothing.body
    assert nothing.one("#person")["value"] == "liar"


def test_what_was_never_written_is_not_said_to_be_undone(world: World, mo: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), summary="Lunch")
    (suggestion,) = world.one(select(Change.suggestion_id).where(Change.id == change))
    form = mo.get("/moderate/incidents").form()
    page = form.fill(suggestion=f"/suggestions/{suggestion}").submit(status=409)
    assert "Nothing of this suggestion was applied" in page.one("#suggestion-error").text
    page = form.fill(person="ann").submit(status=409)
    assert "Nothing that was written fits all of this" in page.summary()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Say at least one thing"),
        ({"person": "nobody-here"}, "Nobody here is called that"),
        ({"since": "last week"}, "Give a day"),
        ({"since": "2026-03-03", "until": "2026-03-02 14:30"}, "This is before the time that you gave as “Since”"),
        ({"text": "lies", "until": "0001-01-10"}, "Give a day"),  # nothing lies 90 days before it
        ({"since": "9999-12-31T23:59-05:00"}, "Give a day"),
        ({"text": "ab"}, "Give at least 3 letters"),
        ({"operation": "/services/x"}, "That is no such address"),
    ],
)
def test_what_can_not_be_understood_is_said_and_kept(
    world: World, mo: PageClient, typed: dict[str, str], words: str
) -> None:
    page = mo.get("/moderate/incidents").form().fill(typed).submit(status=422)
    assert words in page.summary()
    assert all(page.one(f"#{name}")["value"] == value for name, value in typed.items())
    assert world.all(select(Incident.id)) == []


def test_how_far_back_words_are_looked_for_is_said_before_and_after(world: World, mo: PageClient) -> None:
    spoil(world, 3)
    form = mo.get("/moderate/incidents")
    assert "the last 90 days are looked through" in form.one("#text-hint").text
    preview = form.form().fill(text="and lies").submit().follow()
    assert any(line.startswith("Since ") for line in preview.texts("main li"))


def test_a_reason_is_needed_and_choices_are_kept(world: World, mo: PageClient) -> None:
    spoil(world, 3)
    preview = preview_of(mo)
    boxes = [box["value"] for box in preview.all("input[name=chosen]")]
    page = preview.form().fill(chosen=boxes[:1]).submit(APPLY, status=422)
    assert "Say why" in page.summary()
    assert [box["value"] for box in page.all("input[name=chosen][checked]")] == boxes[:1]


def test_where_all_is_left_to_choose_it_is_said_that_nothing_is_chosen(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 3)
    preview = preview_of(mo)
    assert preview.one("#apply").text == "Apply what you choose"
    page = preview.form().fill(reason="lies").submit(APPLY, status=422)
    assert "Nothing is chosen yet. Choose below what to put back." in page.summary()
    assert page.one(page.one("#problems a")["href"])["type"] == "checkbox"
    assert page.one("#reason").text.strip() == "lies"
    assert set(descriptions(world, made)) == {"Soup and lies, they say"}
