"""Suggesting what is missing, alone or as a set of records that apply together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.suggest.suggesting import FORM, REVIEW, Town, filled, payload, send
from webapp.storage.models import Change, Record


def test_the_first_question_is_what_is_missing(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new")
    assert page.one("h1").text == "What is missing?"
    assert page.click("A service").form(FORM).values["places.rows"] == "1"


def test_a_service_with_new_organisation_and_place_is_one_set_and_applies_whole(town: Town) -> None:
    ann = town.visitor("ann")
    page = ann.get("/suggest/new/service")
    looked = filled(
        page,
        **{
            "name": "Shore Choir",
            "organization__name": "Shore Singers",
            "location__name": "Shore Church",
            "location__address_1": "2 Shore",
            "location__city": "Edinburgh",
            "location__postal_code": "EH6 6QN",
            "places__0__schedules.text": "Tuesday, 19:00 to 21:00",
        },
    ).submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == [
        "New service: Shore Choir",
        "New organisation: Shore Singers",
        "New place: Shore Church",
    ]
    done = send(looked)
    assert done.location.startswith("/suggestions/")
    records = {entry["kind"]: entry for entry in payload(town)["records"]}
    service = records["service"]["document"]
    assert service["organization_id"] == records["organization"]["id"]
    assert service["places"][0]["location_id"] == records["location"]["id"]
    change = town.world.one(select(Change.id)).id
    town.world.approve(change, "rose", "roy")
    town.world.vote(town.world.person("tess", "trusted"), change)
    town.world.passes(hours=25)
    town.world.sweep()
    assert town.world.change(change).state == "applied"
    assert {row.name for row in town.world.all(select(Record.name))} >= {"Shore Choir", "Shore Singers", "Shore Church"}


def test_what_is_wrong_with_a_set_says_of_which_record(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/service")
    answer = filled(page, organization__description="They sing.", reason="").submit(REVIEW, status=422)
    told = answer.texts("#problems li")
    assert "The service itself: Enter something for “Name”." in told
    assert "A new organisation: Enter something for “Name”." in told
    assert "Say why it should be here, so that others can judge it." in told


def test_of_something_new_nobody_asks_why_it_should_change(town: Town) -> None:
    ann = town.visitor("ann")
    assert "Why should it be here?" in ann.get("/suggest/new/guide").text
    assert "Why should it change?" not in ann.get("/suggest/new/service").text
    assert "Why should it change?" in ann.get(town.address(town.service)).text


def test_an_organisation_that_is_here_already_is_found_and_chosen(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/service")
    found = filled(page, name="Shore Choir", **{"organization_id.find": "harbour"}).submit(
        "button[name=find][value=organization_id]", status=200
    )
    form = found.form(FORM)
    assert form.values["name"] == "Shore Choir"
    looked = form.fill({"organization_id": town.trust}).submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["New service: Shore Choir"]


def test_a_new_part_typed_beside_a_chosen_record_is_asked_about(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/service")
    found = filled(page, name="Shore Choir", **{"organization_id.find": "harbour"}).submit(
        "button[name=find][value=organization_id]", status=200
    )
    form = found.form(FORM).fill({"organization_id": town.trust, "organization-name": "Shore Singers"})
    answer = form.submit(REVIEW, status=422)
    assert "typed a new one too" in answer.one("#problems").text
    assert answer.form(FORM).values["organization-name"] == "Shore Singers"


def test_the_ids_of_new_records_stay_from_first_look_to_sending(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/organization")
    given = page.form(FORM).values["new_record"]
    looked = filled(page, name="Shore Singers").submit(REVIEW, status=200)
    send(looked)
    assert payload(town)["records"][0]["id"] == given


def test_the_id_of_a_record_that_is_there_cannot_be_taken(town: Town) -> None:
    form = filled(town.visitor("ann").get("/suggest/new/organization"), name="Shore Singers")
    form.values["new_record"] = town.trust
    send(form.submit(REVIEW, status=200))
    assert payload(town)["records"][0]["id"] != town.trust


def test_a_record_of_that_name_is_hinted(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/service")
    looked = filled(page, name="Harbour Soup Lunch").submit(REVIEW, status=200)
    assert looked.one(".note.waiting a")["href"] == "/services/harbour-soup-lunch"


@pytest.mark.parametrize(
    ("summary", "hint"),
    [
        ("S" * 80, "S" * 80),
        ("Soup " * 15 + "and bread and tea", "Soup " * 15 + "and…"),
        ("S" * 90, "S" * 79 + "…"),
    ],
)
def test_a_long_summary_of_what_is_hinted_ends_in_whole_words(town: Town, summary: str, hint: str) -> None:
    town.world.record(name="Dock Soup", summary=summary)
    page = town.visitor("ann").get("/suggest/new/service")
    looked = filled(page, name="Dock Soup").submit(REVIEW, status=200)
    assert looked.one("section.note li").text.endswith(f"here already. {hint}")


def test_a_new_record_needs_its_name(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/guide")
    answer = filled(page, body="Go and ask.").submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-name"
    assert answer.form(FORM).values["body"] == "Go and ask."


def test_a_place_without_a_name_has_its_own_form(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/location")
    looked = filled(page, address_1="3 Shore", city="Edinburgh", postal_code="eh6 6qn").submit(REVIEW, status=200)
    assert "EH6 6QN" in looked.one(".change").text
