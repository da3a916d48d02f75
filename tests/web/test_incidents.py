"""A moderator undoes what somebody did in many records: chosen, looked at, applied, and undone again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.services.test_incidents import descriptions, spoil
from tests.services.test_incidents_drawn import changed
from tests.services.test_merging import offer, pass_it
from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import incidents, suggest
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Change, Incident, Operation
from webapp.storage.unit_of_work import new_id

APPLY, CHOOSE = "button[value=apply]", "button[value=choose]"


def created(world: World, author: str, **values: str) -> str:
    """A new record of a trusted person that others let pass."""
    new = (suggest.NewRecord(new_id(), "organization", values),)
    command = suggest.SuggestRecords(world.person(author, "trusted"), new, "they told me")
    for change in suggest.suggest_records(world.storage, command, world.now).change_ids:
        assert pass_it(world, change) == "applied"
    return new[0].id




@pytest.fixture
def mo(world: World, sign_in: SignIn) -> PageClient:
    """A moderator's browser."""
    return sign_in(world.person("mo", "moderator"))


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


def test_a_record_that_keeps_what_others_changed_later_says_which_parts_and_by_whom(
    world: World, mo: PageClient
) -> None:
    spoiled = [world.record(name=f"Club {number}", description="Soup") for number in range(4)]
    for number, record in enumerate(spoiled):
        more = {} if number == 2 else {"alternate_name": "Lies"}
        changed(world, "liar", record, description="Soup and lies", **more)
    changed(world, "ann", spoiled[0], summary="Lunch")
    changed(world, "ann", spoiled[1], description="Soup and lies, they say", summary="Lunch")
    changed(world, "ann", spoiled[2], description="Soup and lies, they say")
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    assert dict(zip(preview.texts(".sums dt"), preview.texts(".sums dd"), strict=True)) == {
        "put back": "1",
        "put back but for later changes": "1",
        "with a choice for you": "2",
        "left as they are": "0",
    }
    assert preview.one(".lead").text == (
        "3 records are put back, 1 is kept or in conflict. 1 of those put back has a choice for you as well."
    )
    rows = {row.one("h3").text: row for row in preview.all("main .change")}
    assert [row.one(".tag").text for row in rows.values()].count("Choose") == 2
    merged = rows["Club 0"]
    assert merged.one(".tag").text == "Put back but for later changes"
    assert "Others changed this later, and it stays: Summary , by Ann" in merged.text
    assert merged.one("p a")["href"] == "/services/club-0/history/4"
    assert "it stays: Summary , by Ann" in rows["Club 1"].text
    assert "it stays" not in rows["Club 3"].text
    done = preview.form().fill(reason="lies").submit(APPLY).follow()
    assert dict(zip(done.texts(".sums dt"), done.texts(".sums dd"), strict=True)) == {
        "record put back": "1",
        "records put back but for later changes": "2",
        "record left as it is": "1",
    }
    wrote = {row.one("h3").text: row.text for row in done.all(".rows .row")}
    assert "Others changed this later, and it stays: Summary , by Ann" in wrote["Club 0"]
    assert "it stays: Description , by Ann; Summary , by Ann" in wrote["Club 1"]
    assert "it stays" not in wrote["Club 3"]


def test_the_button_counts_no_record_that_only_a_tick_would_put_back(world: World, mo: PageClient) -> None:
    spoil(world, 5)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    assert preview.texts(APPLY) == ["Roll back 2 records and what I chose"]
    boxes = [box["value"] for box in preview.all("input[name=chosen]")]
    kept = preview.form().fill(chosen=boxes[:1]).submit(CHOOSE).follow()
    assert kept.texts(APPLY) == ["Roll back 2 records and what I chose"]


@ON_BOTH
def test_what_was_put_back_before_and_undone_says_the_way_to_put_it_all_back_again(
    world: World, mo: PageClient
) -> None:
    made = [world.record(name=f"Club {number}", description="Soup") for number in range(3)]
    for record in made:
        changed(world, "liar", record, description="Soup and lies")
    asked = mo.get("/moderate/incidents").form().fill(person="liar")
    preview = asked.submit().follow()
    assert not preview.all("form[action$='/undo']")
    done = preview.form().fill(reason="lies").submit(APPLY).follow()
    done.form().submit().follow().form().fill(reason="by mistake").submit(APPLY)
    assert set(descriptions(world, made)) == {"Soup and lies"}
    stuck = asked.submit().follow()
    assert stuck.texts("main .change .tag") == ["Choose"] * 3
    assert "In 3 of these records this was put back before, and that was undone" in stuck.one(".note.waiting").text
    again = stuck.form("form[action$='/undo']").submit().follow()
    assert again.texts(APPLY) == ["Undo it in 3 records"]
    again.form().fill(reason="lies all the same").submit(APPLY)
    assert descriptions(world, made) == ["Soup"] * 3


def test_another_roll_back_that_was_undone_in_the_same_records_is_no_way_out(world: World, mo: PageClient) -> None:
    record = world.record(description="Soup")
    changed(world, "ben", record, summary="Lunch")
    done = mo.get("/moderate/incidents").form().fill(person="ben").submit().follow().form().fill(reason="no")
    undo = done.submit(APPLY).follow().form().submit().follow()
    undo.form().fill(reason="yes").submit(APPLY)
    changed(world, "liar", record, description="Soup and lies")
    changed(world, "ann", record, description="Soup and lies, they say")
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    assert preview.texts("main .change .tag") == ["Choose"]
    assert not preview.all("form[action$='/undo']")


def test_a_choice_is_kept_on_the_server_until_it_is_applied(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 3)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
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
    first = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    second = first.form().fill(chosen=[box["value"] for box in first.all("input[name=chosen]")]).submit(CHOOSE).follow()
    assert len(second.all(".change")) == 1
    second.form().fill(reason="lies").submit(APPLY).follow()
    assert descriptions(world, made).count("Soup") == 2


def test_what_moved_since_is_said_and_shown_before_anything_is_written(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 5)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    (change,) = world.suggest(world.person("ann", "trusted"), made[4], description="Soup and lies, all of it")
    for handle in ("mona", "max"):
        world.vote(world.person(handle, "moderator"), change)
    again = preview.form().fill(reason="lies").submit(APPLY, status=409)
    assert "Records have changed since you looked (1)" in again.body
    assert again.one(".lead").text == "1 record is put back, 4 are kept or in conflict."
    assert again.one("#reason").text.strip() == "lies"
    again.form().submit(APPLY).follow()
    assert descriptions(world, made[3:]) == ["Soup", "Soup and lies, all of it"]


def test_two_moderators_and_two_presses_undo_once(world: World, mo: PageClient, sign_in: SignIn) -> None:
    spoil(world, 4)
    other = sign_in(world.person("moira", "moderator"))
    previews = [
        browser.get("/moderate/incidents").form().fill(person="liar").submit().follow() for browser in (mo, other)
    ]
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
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    boxes = [box["value"] for box in preview.all("input[name=chosen]")]
    page = preview.form().fill(chosen=boxes[:1]).submit(APPLY, status=422)
    assert "Say why" in page.summary()
    assert [box["value"] for box in page.all("input[name=chosen][checked]")] == boxes[:1]


def test_where_all_is_left_to_choose_it_is_said_that_nothing_is_chosen(world: World, mo: PageClient) -> None:
    made, _ = spoil(world, 3)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    assert preview.one("#apply").text == "Apply what you choose"
    page = preview.form().fill(reason="lies").submit(APPLY, status=422)
    assert "Nothing is chosen yet. Choose below what to put back." in page.summary()
    assert page.one(page.one("#problems a")["href"])["type"] == "checkbox"
    assert page.one("#reason").text.strip() == "lies"
    assert set(descriptions(world, made)) == {"Soup and lies, they say"}


def test_a_record_that_others_merged_away_is_left_and_its_page_says_where_it_went(
    world: World, mo: PageClient
) -> None:
    survivor = world.record("organization", name="Soup Kitchen")
    made = created(world, "liar", name="Soup Kitchen too", description="Soup")
    pass_it(world, offer(world, made, "merge", survivor))
    form = mo.get("/moderate/incidents").form().fill(person="liar")
    assert "nothing left to undo: others have put it right, or merged it" in form.submit(status=409).body
    changed(world, "liar", world.record(), description="Soup and lies")
    preview = form.submit().follow()
    (row,) = (row for row in preview.all("main .change") if "Soup Kitchen too" in row.text)
    assert "It was merged into Soup Kitchen" in row.text
    assert not row.all("input[name=chosen]")


def test_of_what_nobody_touched_since_it_is_not_said_that_somebody_changed_it(world: World, mo: PageClient) -> None:
    changed(world, "ann", created(world, "liar", name="Lies", summary="Lies"), description="Soup")
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    words = preview.one("main .change .act").text
    assert "Others worked on the record later." in words
    assert "Name" not in preview.texts("main .change h4")


def test_everybody_sees_how_far_it_is_and_moderators_may_stop_it(
    world: World, mo: PageClient, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    made, _ = spoil(world, 8)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
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


def test_what_has_been_undone_offers_to_undo_what_is_left_of_it(world: World, mo: PageClient) -> None:
    spoil(world, 4)
    path = ""
    for lies in (True, False):  # and the undoing of it
        form = mo.get("/moderate/incidents").form().fill(person="liar") if lies else mo.get(path).form()
        preview = form.submit().follow()
        done = preview.form().fill(reason="lies").submit(APPLY).location
        path = path or done
    assert mo.get(path).texts("form[action$='/undo'] button") == ["Undo what is left of it"]
