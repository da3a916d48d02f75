"""Suggesting by the pages: whole journeys without JavaScript, and that no answer loses a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.page_client import Page
from tests.web.suggesting import FORM, REVIEW, Town, element, filled
from webapp import clock
from webapp.storage import Storage
from webapp.storage.models import Change, Suggestion

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the services' own tests run on both


@pytest.fixture
def town(storage: Storage, tmp_path: Path) -> Iterator[Town]:
    """The town at its own time."""
    made = Town(storage, tmp_path)
    with clock.fixed(made.world.now):
        yield made


def review(page: Page, **values: object) -> Page:
    """Fill the form and look it over."""
    return filled(page, **values).submit(REVIEW, status=200)


def send(page: Page, status: int = 303) -> Page:
    """Send what was looked over."""
    return page.form("main form.stack").submit("button[value=send]", status=status)


def open_changes(town: Town) -> list[tuple[str, str]]:
    """Group and state of every change."""
    return [
        (row.group, row.state) for row in town.world.all(select(Change).order_by(Change.suggestion_id, Change.position))
    ]


def suggestions(town: Town) -> int:
    """How many suggestions are stored."""
    return int(town.world.one(select(func.count()).select_from(Suggestion))[0])


# -- the plain way ------------------------------------------------------------------------------------------


def test_a_change_is_filled_in_looked_over_and_sent(town: Town) -> None:
    ann = town.visitor("ann")
    looked = review(ann.get(town.address(town.service)), description="Soup for all, and bread.", how="visited")
    assert looked.texts("main .change h2") == ["Description"]
    assert looked.texts(".change ins") == [", and bread"]
    assert suggestions(town) == 0
    done = send(looked)
    assert done.location.startswith("/suggestions/")
    assert "Thank you" in done.follow().one(".messages").text
    assert open_changes(town) == [("description", "open")]


@SQLITE
def test_the_form_shows_the_record_as_it_is_and_sending_it_so_changes_nothing(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    form = filled(page)
    assert form.values["places-0-schedules.text"] == "Monday and Wednesday, 12:00 to 14:00"
    assert form.values.getlist("categories") == [town.lunch]
    answer = form.submit(REVIEW, status=422)
    assert answer.texts("#problems li") == ["The record says that already, so there is nothing to send."]


@SQLITE
def test_going_back_from_the_look_over_finds_everything_typed(town: Town) -> None:
    ann = town.visitor("ann")
    looked = review(ann.get(town.address(town.service)), name="Harbour Soup", phones__0__number="0131 496 0999")
    back = looked.form("main form.stack").submit("button[value=edit]", status=200).form(FORM)
    assert back.values["name"] == "Harbour Soup"
    assert back.values["phones-0-number"] == "0131 496 0999"
    assert back.values["reason"] == "I phoned them today"


@SQLITE
def test_a_reason_is_needed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    answer = filled(page, name="Harbour Soup", reason="").submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-reason"
    assert answer.form(FORM).values["name"] == "Harbour Soup"


# -- rows ---------------------------------------------------------------------------------------------------


@SQLITE
def test_adding_a_row_keeps_what_was_typed_and_gives_the_row_an_id(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    more = filled(page, name="Harbour So").submit("button[name=add][value=phones]", status=200)
    form = more.form(FORM)
    assert form.values["name"] == "Harbour So"
    assert form.values["phones-0-id"] == town.phone["id"]
    assert len(form.values["phones-1-id"]) == 36
    looked = form.fill({"phones-1-number": "0131 496 0456", "name": "Harbour Soup Lunch"}).submit(REVIEW, status=200)
    assert "0131 496 0456" in looked.one(".change").text


@SQLITE
def test_an_added_row_left_empty_is_no_problem_and_no_change(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    more = filled(page).submit("button[name=add][value=phones]", status=200)
    answer = more.form(FORM).submit(REVIEW, status=422)
    assert "says that already" in answer.one("#problems").text


@SQLITE
def test_a_row_inside_a_row_is_added_and_removed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    more = filled(page).submit('button[name=add][value="places-0-phones"]', status=200)
    more = (
        more.form(FORM)
        .fill({"places-0-phones-0-number": "0131 496 0777"})
        .submit('button[name=add][value="places-0-phones"]', status=200)
    )
    form = more.form(FORM)
    assert form.values["places-0-phones-0-number"] == "0131 496 0777"
    less = form.submit('button[name=remove][value="places-0-phones-1"]', status=200)
    assert less.form(FORM).values["places-0-phones.rows"] == "1"


@SQLITE
def test_removing_a_row_suggests_its_removal(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    less = filled(page).submit('button[name=remove][value="phones-0"]', status=200)
    looked = less.form(FORM).submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Phone numbers"]
    assert looked.one(".change del").text == "0131 496 0123"
    assert town.world.document(town.service)["phones"] == [town.phone]


# -- opening times in words ---------------------------------------------------------------------------------


@SQLITE
def test_hours_are_typed_in_words_and_untouched_rows_keep_their_ids(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    text = "Monday and Wednesday, 12:00 to 14:00\nSaturday, 10am to 1pm"
    looked = review(page, **{"places__0__schedules.text": text})
    send(looked)
    payload = town.world.one(select(Change.payload, Change.group))
    assert payload.group == "places.schedules"
    assert town.usual["id"] not in payload.payload
    assert '"10:00"' in payload.payload
    assert '"13:00"' in payload.payload


@SQLITE
def test_hours_that_cannot_be_read_come_back_as_typed_with_an_example(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    answer = filled(page, **{"places__0__schedules.text": "whenever we like"}).submit(REVIEW, status=422)
    assert answer.form(FORM).values["places-0-schedules.text"] == "whenever we like"
    assert "For example" in answer.one("#problems").text
    assert answer.one("#problems a")["href"] == "#f-places-0-schedules"


@SQLITE
def test_hours_that_words_cannot_say_stand_beside_and_can_be_removed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    assert "by appointment" in page.one(".item .item").text
    form = filled(page, **{"places__0__schedules.gone": True})
    again = form.submit("button[name=add][value=phones]", status=200)
    assert again.one('input[name="places-0-schedules.gone"]').get("checked") is not None
    looked = again.form(FORM).submit(REVIEW, status=200)
    assert "by appointment" in looked.one(".change del").text


# -- links and categories -----------------------------------------------------------------------------------


@SQLITE
def test_another_place_is_found_by_name_and_chosen(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    found = filled(page, **{"places__0__location_id.find": "leith h"}).submit(
        'button[name=find][value="places-0-location_id"]', status=200
    )
    options = found.texts("#f-places-0-location_id .check label")
    assert "Leith Hall (1 Shore, Edinburgh, EH6 6QN)" in options
    looked = review(found, **{"places__0__location_id": town.hall})
    assert looked.one(".change ins").text == "Leith Hall"


@SQLITE
def test_looking_for_what_is_not_there_says_so(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    found = filled(page, **{"organization_id.find": "zzzz"}).submit(
        "button[name=find][value=organization_id]", status=200
    )
    assert "Nothing is kept here by that name" in found.one("#f-organization_id [role=status]").text


@SQLITE
def test_a_category_is_a_box_to_tick(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    looked = review(page, categories=[town.food, town.lunch])
    assert looked.one(".change ins").text == "Food"


# -- what must not get in -----------------------------------------------------------------------------------


@SQLITE
def test_fields_that_are_not_on_the_form_are_ignored(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup")
    for name, value in {
        "status": "void",
        "merged_into": town.trust,
        "id": town.trust,
        "slug": "x",
        "person_id": "x",
    }.items():
        form.values[name] = value
    looked = form.submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Name"]
    send(looked)
    assert open_changes(town) == [("name", "open")]


@SQLITE
def test_names_that_make_no_sense_do_no_harm(town: Town) -> None:
    names = (
        "-",
        "--",
        "phones",
        "phones-",
        "phones-x",
        "phones-0",
        "phones-99-number",
        "phones-0-phones-0-number",
        "places-0",
    )
    names += (
        "-".join(["a"] * 400),
        "phones-0-id",
        "schedules.text-0",
        "categories.boxes-0",
        "base_revision",
        "phones-²-number",
    )
    form = filled(town.visitor("ann").get(town.address(town.service)), description="Soup and bread.")
    for name in names:
        values = form.values.copy()
        values.add(name, "½")
        answer = form.page.client.post(form.page.path, values, status=None)
        assert answer.status in (200, 422), name


@SQLITE
def test_buttons_that_make_no_sense_keep_what_was_typed(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)), description="Soup and bread.")
    for value in (
        "x",
        "phones-7-languages",
        "name",
        "phones-0-number-0",
        "-",
        "places-0-schedules-0",
        "organization_id-0",
    ):
        for button in ("add", "remove"):
            values = form.values.copy()
            values.add(button, value)
            answer = form.page.client.post(form.page.path, values, status=200)
            assert answer.form(FORM).values["description"] == "Soup and bread.", (button, value)


@SQLITE
def test_what_is_too_long_comes_back_whole(town: Town) -> None:
    text = "Soup. " * 2000
    answer = filled(town.visitor("ann").get(town.address(town.service)), description=text).submit(REVIEW, status=422)
    assert answer.form(FORM).values["description"] == text
    assert answer.one("#problems a")["href"] == "#f-description"


@SQLITE
def test_hostile_text_is_shown_as_text(town: Town) -> None:
    text = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    looked = review(town.visitor("ann").get(town.address(town.service)), summary=text)
    assert text in looked.one(".change").tag.get_text()
    assert not looked.all("main script, main img")


@SQLITE
def test_a_link_to_a_record_of_nowhere_is_refused(town: Town) -> None:
    form = filled(town.visitor("ann").get(town.address(town.service)))
    form.values["organization_id"] = "00000000-0000-4000-8000-000000000000"
    answer = form.submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-organization_id"


# -- doubts -------------------------------------------------------------------------------------------------


@SQLITE
def test_an_odd_value_is_sent_only_when_looked_at_again(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    looked = review(page, phones__0__number="12345")
    assert "does not look like a telephone number" in looked.one(".note.waiting li").text
    again = send(looked, status=422)
    assert suggestions(town) == 0
    again.form("main form.stack").fill(confirm_doubts=True).submit("button[value=send]", status=303)
    assert open_changes(town) == [("phones", "open")]


# -- when something is in the way ---------------------------------------------------------------------------


@SQLITE
def test_a_record_that_moved_meanwhile_is_shown_with_what_was_typed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    for change in town.world.suggest(town.world.person("bob"), town.service, description="Soup for all, on weekdays."):
        town.world.approve(change, "rose", "roy")
    answer = filled(page, name="Harbour Soup", description="Soup for everybody.").submit(REVIEW, status=409)
    assert "weekdays" in answer.one("#meanwhile").text
    form = answer.form(FORM)
    assert form.values["name"] == "Harbour Soup"
    assert form.values["description"] == "Soup for everybody."
    assert form.values["base_revision"] == "2"
    looked = form.submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Name", "Description"]


@SQLITE
def test_the_same_change_twice_leads_to_the_first(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    ann = town.visitor("ann")
    answer = send(review(ann.get(town.address(town.service)), name="Harbour Soup"), status=409)
    assert answer.one("h1").text == "Somebody suggested the same already"
    back = answer.form("main form:last-of-type").submit("button[value=edit]", status=200)
    assert back.form(FORM).values["name"] == "Harbour Soup"
    assert suggestions(town) == 1


@SQLITE
def test_how_somebody_knows_is_not_asked_again_where_the_first_is_offered(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    looked = review(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup", how="visited")
    assert send(looked, status=409).form("main form[action$=support]").values["how"] == "visited"


@SQLITE
def test_what_others_suggest_already_is_left_out_and_offered_and_the_rest_is_sent(town: Town) -> None:
    (first,) = town.world.suggest(town.world.person("bob"), town.service, description="Soup and bread.")
    rose = town.visitor("rose", "reviewer")
    looked = review(rose.get(town.address(town.service)), description="Soup and bread.", name="Harbour Soup")
    told = send(looked).follow()
    assert told.one("h1").text == "Part of it was suggested already"
    assert "is with the reviewers now" in told.one(".messages").text
    assert open_changes(town) == [("description", "open"), ("name", "open")]
    support = told.one("main a[href*=support]")["href"]
    answer = rose.get(support).form("main form[action$=support]").fill(how="phoned").submit(status=303)
    assert answer.location == f"/suggestions/{town.world.change(first).suggestion_id}"
    told.form("main form[action$=vote]").submit(status=303)
    assert town.world.change(first).approvals == 1


@SQLITE
def test_what_cannot_be_offered_is_left_off_the_page(town: Town) -> None:
    (mine,) = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    (gone,) = town.world.suggest(town.world.person("ben"), town.service, description="Soup and bread.")
    town.world.withdraw(town.world.person("ben"), gone)
    url = f"/suggestions/{town.world.change(mine).suggestion_id}/alike?change={gone}&change=nothing&change={mine}"
    page = town.visitor("ann").get(url)
    assert page.texts("main h2") == ["Harbour Soup Lunch: Name"]
    assert not page.find("main form[action$=vote]")
    assert "decided meanwhile" in town.visitor().get(url.partition("?")[0]).one("main").text


@SQLITE
def test_who_has_not_said_how_they_know_is_asked_before_what_is_not_everyday(town: Town) -> None:
    ann = town.visitor("ann")
    asked = "You have not said how you know"
    assert asked in review(ann.get(town.address(town.service)), name="Harbour Soup").one("main").text
    assert asked not in review(ann.get(town.address(town.service)), name="Soup", how="phoned").one("main").text
    assert asked not in review(ann.get(town.address(town.service)), description="Soup for everybody.").one("main").text
    send(review(ann.get(town.address(town.service)), name="Harbour Soup"))  # and taken without
    assert suggestions(town) == 1


@SQLITE
def test_too_many_open_suggestions_are_said_before_and_lose_nothing_after(town: Town) -> None:
    ann = town.visitor("ann")
    for number in range(5):
        town.world.suggest(town.world.person("ann"), town.service, name=f"Name {number}")
    page = ann.get(town.address(town.service))
    assert "5 suggestions open, as many as you may" in page.one("main").text
    answer = send(review(page, name="Harbour Soup"), status=429)
    assert answer.headers["Retry-After"]
    assert answer.form(FORM).values["name"] == "Harbour Soup"


@SQLITE
def test_a_protected_record_keeps_what_was_typed(town: Town) -> None:
    from sqlalchemy import update

    from webapp.storage.models import Record

    page = town.visitor("ann").get(town.address(town.service))
    town.world.storage.transact(lambda uow: uow.run(update(Record).values(protection="trusted")), town.world.now)
    answer = send(review(page, name="Harbour Soup"), status=403)
    assert answer.form(FORM).values["name"] == "Harbour Soup"


@SQLITE
def test_a_record_that_was_merged_leads_to_the_one_that_is_kept(town: Town) -> None:
    from sqlalchemy import update

    from webapp.storage.models import Record

    other = town.world.record("service", name="Harbour Soup")
    town.world.storage.transact(
        lambda uow: uow.run(update(Record).where(Record.id == other).values(status="merged", merged_into=town.service)),
        town.world.now,
    )
    assert town.visitor("ann").get("/services/harbour-soup/suggest", status=303).location == town.address(town.service)


@SQLITE
def test_every_kind_has_its_form(town: Town) -> None:
    guide = town.world.record("guide", name="How to find lunch", services=[element(service_id=town.service)])
    taxonomy = town.world.record("taxonomy", name="Our categories")
    ann = town.visitor("ann")
    for record in (town.trust, town.library, town.lunch, guide, taxonomy):
        page = ann.get(town.address(record))
        assert "nothing to send" in filled(page).submit(REVIEW, status=422).one("#problems").text
