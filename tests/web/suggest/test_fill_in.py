"""Filling a form in by the pages, without JavaScript: what it shows, its rows, and what looking it over says."""

from __future__ import annotations

from sqlalchemy import select

from tests.web.suggest.suggesting import FORM, REVIEW, Town, element, filled, open_changes, review, send, suggestions
from webapp.storage.models import Change

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


def test_the_form_shows_the_record_as_it_is_and_sending_it_so_changes_nothing(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    form = filled(page)
    assert form.values["places-0-schedules.text"] == "Monday and Wednesday, 12:00 to 14:00"
    assert form.values.getlist("categories") == [town.lunch]
    answer = form.submit(REVIEW, status=422)
    assert answer.texts("#problems li") == ["The record says that already, so there is nothing to send."]


def test_going_back_from_the_look_over_finds_everything_typed(town: Town) -> None:
    ann = town.visitor("ann")
    looked = review(ann.get(town.address(town.service)), name="Harbour Soup", phones__0__number="0131 496 0999")
    back = looked.form("main form.stack").submit("button[value=edit]", status=200).form(FORM)
    assert back.values["name"] == "Harbour Soup"
    assert back.values["phones-0-number"] == "0131 496 0999"
    assert back.values["reason"] == "I phoned them today"


def test_a_reason_is_needed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    answer = filled(page, name="Harbour Soup", reason="").submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-reason"
    assert answer.form(FORM).values["name"] == "Harbour Soup"


def test_every_kind_has_its_form(town: Town) -> None:
    guide = town.world.record("guide", name="How to find lunch", services=[element(service_id=town.service)])
    taxonomy = town.world.record("taxonomy", name="Our categories")
    ann = town.visitor("ann")
    for record in (town.trust, town.library, town.lunch, guide, taxonomy):
        page = ann.get(town.address(record))
        assert "nothing to send" in filled(page).submit(REVIEW, status=422).one("#problems").text


# -- rows ---------------------------------------------------------------------------------------------------


def test_adding_a_row_keeps_what_was_typed_and_gives_the_row_an_id(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    more = filled(page, name="Harbour So").submit("button[name=add][value=phones]", status=200)
    form = more.form(FORM)
    assert form.values["name"] == "Harbour So"
    assert form.values["phones-0-id"] == town.phone["id"]
    assert len(form.values["phones-1-id"]) == 36
    looked = form.fill({"phones-1-number": "0131 496 0456", "name": "Harbour Soup Lunch"}).submit(REVIEW, status=200)
    assert "0131 496 0456" in looked.one(".change").text


def test_an_added_row_left_empty_is_no_problem_and_no_change(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    more = filled(page).submit("button[name=add][value=phones]", status=200)
    answer = more.form(FORM).submit(REVIEW, status=422)
    assert "says that already" in answer.one("#problems").text


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


def test_removing_a_row_suggests_its_removal(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    less = filled(page).submit('button[name=remove][value="phones-0"]', status=200)
    looked = less.form(FORM).submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Phone numbers"]
    assert looked.one(".change del").text == "0131 496 0123"
    assert town.world.document(town.service)["phones"] == [town.phone]


# -- opening times in words ---------------------------------------------------------------------------------


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


def test_hours_that_cannot_be_read_come_back_as_typed_with_an_example(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    answer = filled(page, **{"places__0__schedules.text": "whenever we like"}).submit(REVIEW, status=422)
    assert answer.form(FORM).values["places-0-schedules.text"] == "whenever we like"
    assert "For example" in answer.one("#problems").text
    assert answer.one("#problems a")["href"] == "#f-places-0-schedules"


def test_the_note_of_opening_times_is_corrected_and_another_added_without_script(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    lines = "Monday, 12:00 to 14:00"
    typed = {"places__0__schedules__0__description": "term time only", "places__0__schedules.text": lines}
    form = filled(page, **typed)
    again = form.submit("button[name=add][value=places-0-schedules]", status=200)
    values = again.form(FORM).values
    assert values["places-0-schedules-0-description"] == "term time only"
    assert values["places-0-schedules.text"] == lines
    row = {"when": "Friday, 10:00 to 11:00", "notes": "Ring the bell"}
    form = filled(again, **{f"places__0__schedules__1__{name}": said for name, said in row.items()})
    looked = form.submit(REVIEW, status=200)
    assert "term time only" in looked.one(".change").text
    send(looked)
    (place,) = town.world.document(town.service)["places"]
    payload = town.world.one(select(Change.payload)).payload
    assert all(f'"{said}"' in payload for said in ("term time only", "Ring the bell", "FR"))
    assert "by appointment" in str(place["schedules"])  # until it is decided


def test_times_with_a_note_can_be_removed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    form = filled(page, name="Soup for all")
    again = form.submit("button[name=remove][value=places-0-schedules-0]", status=200)
    assert again.form(FORM).values["name"] == "Soup for all"
    looked = again.form(FORM).submit(REVIEW, status=200)
    assert any("by appointment" in text for text in looked.texts(".change del"))


# -- links and categories -----------------------------------------------------------------------------------


def test_another_place_is_found_by_name_and_chosen(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    found = filled(page, **{"places__0__location_id.find": "leith h"}).submit(
        'button[name=find][value="places-0-location_id"]', status=200
    )
    options = found.texts("#f-places-0-location_id .check label")
    assert "Leith Hall (1 Shore, Edinburgh, EH6 6QN)" in options
    looked = review(found, **{"places__0__location_id": town.hall})
    assert looked.one(".change ins").text == "Leith Hall"


def test_looking_for_what_is_not_there_says_so(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    found = filled(page, **{"organization_id.find": "zzzz"}).submit(
        "button[name=find][value=organization_id]", status=200
    )
    assert "Nothing is kept here by that name" in found.one("#f-organization_id [role=status]").text


def test_a_category_is_a_box_to_tick(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    looked = review(page, categories=[town.food, town.lunch])
    assert looked.one(".change ins").text == "Food"


def test_related_services_of_a_guide_are_chosen_by_name(town: Town) -> None:
    guide = town.world.record(
        "guide", name="How to find lunch", services=[element(note="Every week", service_id=town.service)]
    )
    page = town.visitor("ann").get(town.address(guide))
    assert "Harbour Soup Lunch" in page.one("#f-services-0-service_id").text
