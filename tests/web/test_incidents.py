"""A moderator undoes what somebody did in many records: chosen, looked at, applied, and undone again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.services.test_incidents import descriptions, spoil
from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from tests.web.undoing import APPLY, CHOOSE, preview_of
from webapp import clock
from webapp.services import history, incidents
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Operation


@ON_BOTH
def test_from_recent_changes_to_the_end_and_back(world: World, mo: PageClient) -> None:
    made, bettered = spoil(world, 5)
    before = descriptions(world, made)
    form = next(a for a in mo.get("/changes").all("main a") if a.text == "Roll back all by Liar")
    preview = mo.get(form["href"]).form().submit().follow()
    assert preview.one(".lead").text == "2 records are put back, 3 are kept or in conflict."
    assert preview.texts("main .change .tag") == ["Choose"] * 3 + ["Put back"] * 2
    assert descriptions(world, made) == before
    done = preview.form().fill(reason="lies").submit(APPLY).follow()
    assert done.one("h1").text == "A roll back"
    assert done.texts(".sums dd") == ["2", "3"]
    assert descriptions(world, made) == ["Soup and lies, they say"] * len(bettered) + ["Soup"] * 2
    undo = done.form().submit().follow()
    assert undo.one("h1").text == "What undoing the roll back would do"
    assert undo.one(".about-it").text.startswith("What was put back together, ")
    assert undo.texts(APPLY) == ["Undo it in 2 records"]
    undone = undo.form().fill(reason="they were right").submit(APPLY).follow()
    assert undone.one("h1").text == "The undoing of a roll back"
    assert descriptions(world, made) == before
    assert mo.get(done.path).one("main .note.waiting a").text == "undone"


def test_the_button_counts_no_record_that_only_a_tick_would_put_back(world: World, mo: PageClient) -> None:
    spoil(world, 5)
    preview = preview_of(mo)
    assert preview.texts(APPLY) == ["Roll back 2 records and what I chose"]
    boxes = [box["value"] for box in preview.all("input[name=chosen]")]
    kept = preview.form().fill(chosen=boxes[:1]).submit(CHOOSE).follow()
    assert kept.texts(APPLY) == ["Roll back 2 records and what I chose"]


def test_a_choice_is_kept_on_the_server_until_it_is_applied(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 3)
    preview = preview_of(mo)
    boxes = [box["value"] for box in preview.all("input[name=chosen]")]
    kept = preview.form().fill(chosen=boxes[:1], reason="some of").submit(CHOOSE).follow()
    assert [box["value"] for box in kept.all("input[name=chosen][checked]")] == boxes[:1]
    assert kept.one("#reason").text.strip() == "some of"
    kept.form().submit(APPLY).follow()
    assert sorted(descriptions(world, made)) == ["Soup", "Soup and lies, they say", "Soup and lies, they say"]


def test_more_records_than_a_page_holds_come_page_by_page_and_choices_stay(
    world: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.web.incidents.PER_PAGE", 2)
    made, _ = spoil(world, 3)
    first = preview_of(mo)
    second = first.form().fill(chosen=[box["value"] for box in first.all("input[name=chosen]")]).submit(CHOOSE).follow()
    assert len(second.all(".change")) == 1
    second.form().fill(reason="lies").submit(APPLY).follow()
    assert descriptions(world, made).count("Soup") == 2


def test_what_moved_since_is_said_and_shown_before_anything_is_written(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 5)
    preview = preview_of(mo)
    (change,) = world.suggest(world.person("ann", "trusted"), made[4], description="Soup and lies, all of it")
    for handle in ("mona", "max"):
        world.vote(world.person(handle, "moderator"), change)
    again = preview.form().fill(reason="lies").submit(APPLY, status=409)
    assert "Records have changed since you looked (1)" in again.body
    assert again.one(".lead").text == "1 record is put back, 4 are kept or in conflict."
    assert again.one("#reason").text.strip() == "lies"
    again.form().submit(APPLY).follow()
    assert descriptions(world, made[3:]) == ["Soup", "Soup and lies, all of it"]


def test_what_was_chosen_in_an_old_preview_goes_to_no_record_of_the_new_one(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 3)
    old = preview_of(mo)
    first = old.all("input[name=chosen]")[0]["value"]
    rolled_back = history.RollBackRecord(made[0], 1, world.people["mo"], 3, "so that another one comes first")
    history.roll_back_record(world.storage, rolled_back, world.now)
    world.passes(minutes=1)
    with clock.fixed(world.now):
        old.form().submit("button[value=again]").follow()  # in another tab
    before = descriptions(world, made)
    told = old.form().fill(chosen=[first], reason="lies").submit(APPLY, status=409)
    assert "This preview was drawn up anew since you looked." in told.summary()
    assert (descriptions(world, made), told.one("#reason").text.strip()) == (before, "lies")
    assert not told.all("input[name=chosen][checked]")
    told.form().fill(chosen=[first]).submit(APPLY).follow()
    assert descriptions(world, made) == ["Soup", "Soup", before[2]]


def test_two_moderators_and_two_presses_undo_once(world: World, mo: PageClient, sign_in: SignIn) -> None:
    spoil(world, 4)
    other = sign_in(world.person("moira", "moderator"))
    previews = [preview_of(browser) for browser in (mo, other)]
    forms = [preview.form().fill(reason="lies") for preview in previews]
    done = forms[0].submit(APPLY).follow()
    twice = forms[0].submit(APPLY)
    assert twice.location == done.path
    assert "applied already" in twice.follow().body
    late = forms[1].submit(APPLY, status=409)
    assert "Records have changed since you looked (1)" in late.body
    assert late.one(".lead").text == "0 records are put back, 4 are kept or in conflict."
    assert "Nothing is chosen yet" in late.form().submit(APPLY, status=422).body
    count = select(func.count()).select_from(Operation).where(Operation.type == "roll_back")
    assert world.one(count)[0] == 1


def test_everybody_sees_how_far_it_is_and_moderators_may_stop_it(
    world: World, mo: PageClient, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    made, _ = spoil(world, 8)
    preview = preview_of(mo)
    path = preview.form().fill(reason="lies").submit(APPLY).location
    incidents.continue_operations(world.storage, world.now)
    page = client.get(path)
    assert (page.one("progress")["max"], page.one("progress")["value"]) == ("5", "2")
    assert page.one("#progress")["hx-trigger"] == "every 2s"
    assert not page.all("form[action$='/undo']")
    part = client.get(path, fragment="progress")
    assert part.one("progress")["value"] == "2"
    undo = mo.get(path).form().submit().follow()
    assert undo.one(".lead").text.startswith("2 records are put back")
    stopped = client.get(path)
    assert (stopped.one("#state").text, stopped.one("#progress").get("hx-trigger")) == ("Stopped", None)
    assert incidents.continue_operations(world.storage, world.now) == 0
    undo.form().fill(reason="not so").submit(APPLY)
    incidents.continue_operations(world.storage, world.now)
    assert "Soup" not in descriptions(world, made)


def test_a_person_and_a_history_lead_there_too_for_moderators_only(
    world: World, mo: PageClient, client: PageClient
) -> None:
    spoil(world, 1)
    for path in ("/people/liar", "/services/club-0/history"):
        links = [a["href"] for a in mo.get(path).all("main a[href^='/moderate/incidents']")]
        assert "/moderate/incidents?person=liar" in links
        assert not client.get(path).all("main a[href^='/moderate/incidents']")


def test_a_preview_costs_a_few_statements_however_many_records_it_shows(
    app: Flask, world: World, mo: PageClient
) -> None:
    spoil(world, 12)
    path = mo.get("/moderate/incidents").form().fill(person="liar").submit().location
    with at_most(9, app.extensions["storage"].engine):
        mo.get(path)


def test_an_operation_that_counted_nothing_only_says_that_it_is_done(world: World, client: PageClient) -> None:
    world.record()
    (operation,) = world.all(select(Operation.id))
    page = client.get(f"/operations/{operation.id}")
    assert (page.one("#progress .tag").text, page.all("#progress h2")) == ("Done", [])
