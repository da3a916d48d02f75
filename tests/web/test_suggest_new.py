"""Suggesting what is missing, an end, a merge; amending, fitting and taking back what is open: by the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.page_client import Page
from tests.web.suggesting import FORM, REVIEW, Town, element, filled
from webapp import clock
from webapp.storage import Storage
from webapp.storage.models import Change, ChangeAuthor, Evidence, Record

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the services' own tests run on both
pytestmark = SQLITE
STACK = "main form.stack"
SEND = "button[value=send]:not([tabindex])"


@pytest.fixture
def town(storage: Storage, tmp_path: Path) -> Iterator[Town]:
    """The town at its own time."""
    made = Town(storage, tmp_path)
    with clock.fixed(made.world.now):
        yield made


def send(page: Page, status: int = 303) -> Page:
    """Send what was looked over."""
    return page.form(STACK).submit("button[value=send]", status=status)


def payload(town: Town) -> Any:
    """The newest change's content."""
    return json.loads(town.world.one(select(Change.payload).order_by(Change.id.desc())).payload)


def change_url(town: Town, change: str, act: str) -> str:
    """The address of an act on a change."""
    return f"/suggestions/{town.world.change(change).suggestion_id}/changes/{change}/{act}"


# -- something missing --------------------------------------------------------------------------------------


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


def test_a_new_record_needs_its_name(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/guide")
    answer = filled(page, body="Go and ask.").submit(REVIEW, status=422)
    assert answer.one("#problems a")["href"] == "#f-name"
    assert answer.form(FORM).values["body"] == "Go and ask."


def test_a_place_without_a_name_has_its_own_form(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/location")
    looked = filled(page, address_1="3 Shore", city="Edinburgh", postal_code="eh6 6qn").submit(REVIEW, status=200)
    assert "EH6 6QN" in looked.one(".change").text


# -- an end, and a merge ------------------------------------------------------------------------------------


def test_a_record_is_closed_with_a_reason_and_reopened_the_same_way(town: Town) -> None:
    ann = town.visitor("ann")
    page = ann.get(town.address(town.service, "close"))
    answer = page.form(STACK).submit(SEND, status=422)
    assert answer.one("#problems a")["href"] == "#f-reason"
    answer.form(STACK).fill(reason="The hall was sold").submit(SEND, status=303)
    change = town.world.one(select(Change.id, Change.type, Change.risk))
    assert (change.type, change.risk) == ("close", "destructive")
    town.world.approve(change.id, "rose", "roy")
    town.world.vote(town.world.person("tess", "trusted"), change.id)
    town.world.passes(hours=49)
    town.world.sweep()
    assert town.world.row(town.service).status == "closed"
    page = ann.get(town.address(town.service, "reopen"))
    page.form(STACK).fill(reason="They found another hall").submit(SEND, status=303)
    assert town.world.one(select(Change.type).order_by(Change.id.desc())).type == "reopen"


def test_reopening_what_is_open_says_so_and_keeps_the_reason(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service, "reopen"))
    answer = page.form(STACK).fill(reason="It runs").submit(SEND, status=422)
    assert answer.form(STACK).values["reason"] == "It runs"


def test_closing_twice_leads_to_the_first(town: Town) -> None:
    town.visitor("bob").get(town.address(town.service, "close")).form(STACK).fill(reason="Sold").submit(
        SEND, status=303
    )
    page = town.visitor("ann").get(town.address(town.service, "close"))
    assert page.texts(".note.waiting li") == ["Close"]
    answer = page.form(STACK).fill(reason="It was sold").submit(SEND, status=409)
    back = answer.form("main form:last-of-type").submit("button[value=edit]", status=200)
    assert back.form(STACK).values["reason"] == "It was sold"


def test_a_merge_is_sent_only_after_both_stood_side_by_side(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches", description="Soup.")
    ann = town.visitor("ann")
    page = ann.get(town.address(twin, "merge"))
    found = (
        page.form(STACK)
        .fill({"into.find": "Harbour Soup", "reason": "The same lunch"})
        .submit("button[name=find]", status=200)
    )
    early = found.form(STACK).fill(into=town.service).submit(SEND, status=200)
    assert "Soup for all." in early.one(".change").text
    early.form(STACK).submit(SEND, status=303)
    assert payload(town)["into"] == town.service


def test_a_record_is_never_offered_itself_to_merge_into(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service, "merge"))
    assert town.service not in [box["value"] for box in page.all("input[name=into]")]
    form = page.form(STACK).fill(reason="The same")
    form.values["into"] = town.service
    form.values["compared"] = town.service
    assert form.submit(SEND, status=422).one("#problems a")["href"] == "#f-into"


# -- amending, improving ------------------------------------------------------------------------------------


def test_the_author_amends_only_the_part_that_the_change_is_about(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    page = town.visitor("ann").get(change_url(town, change, "amend"))
    assert page.texts("main details.fold > summary h2") == ["Name"]
    assert page.form(FORM).values["name"] == "Harbour Soup"
    looked = page.form(FORM).fill(name="Harbour Soup Club").submit(REVIEW, status=200)
    done = send(looked)
    assert done.location == f"/suggestions/{town.world.change(change).suggestion_id}"
    assert town.world.change(change).content_version == 2
    assert "Harbour Soup Club" in town.world.change(change).payload


def test_opening_times_of_a_place_are_amended_without_the_rest_of_the_place(town: Town) -> None:
    place = {**town.place, "schedules": [town.by_appointment, {**town.usual, "closes_at": "15:00"}]}
    [change] = town.world.suggest(town.world.person("ann"), town.service, places=[place])
    page = town.visitor("ann").get(change_url(town, change, "amend"))
    assert not page.all("button[name=add], button[name=remove]")
    assert page.one("#row-places-0 > legend").text.startswith("Leith Library")
    form = page.form(FORM)
    assert form.values["places-0-schedules.text"] == "Monday and Wednesday, 12:00 to 15:00"
    looked = form.fill({"places-0-schedules.text": "Monday and Wednesday, 12:00 to 15:30"}).submit(REVIEW, status=200)
    send(looked)
    assert '"15:30"' in town.world.change(change).payload
    assert town.usual["id"] in town.world.change(change).payload


def test_a_reviewer_improves_and_becomes_coauthor(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    page = town.visitor("rose", "reviewer").get(change_url(town, change, "amend"))
    assert page.one("h1").text == "Improve this suggestion: Name"
    send(page.form(FORM).fill(name="Harbour Soup Club").submit(REVIEW, status=200))
    roles = {row.role for row in town.world.all(select(ChangeAuthor.role).where(ChangeAuthor.change_id == change))}
    assert roles == {"author", "coauthor"}


def test_another_volunteer_may_not_amend(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    town.visitor("bob").get(change_url(town, change, "amend"), status=403)


def test_amending_what_moved_meanwhile_keeps_what_was_typed(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    looked = (
        town.visitor("ann")
        .get(change_url(town, change, "amend"))
        .form(FORM)
        .fill(name="Soup Club")
        .submit(REVIEW, status=200)
    )
    rose = town.visitor("rose", "reviewer").get(change_url(town, change, "amend"))
    send(rose.form(FORM).fill(name="Harbour Club").submit(REVIEW, status=200))
    answer = send(looked, status=409)
    assert answer.form(FORM).values["name"] == "Soup Club"


def test_a_change_that_has_ended_is_not_amended(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    town.world.withdraw(town.world.person("ann"), change)
    town.visitor("ann").get(change_url(town, change, "amend"), status=409)


# -- fitting to the record ----------------------------------------------------------------------------------


def conflicted(town: Town) -> str:
    """A change by ann whose record moved under it."""
    [change] = town.world.suggest(town.world.person("ann"), town.service, description="Soup for all, and bread.")
    [other] = town.world.suggest(town.world.person("bob"), town.service, description="Soup for all, on Mondays.")
    town.world.approve(other, "rose", "roy")
    assert town.world.change(change).conflicted_at is not None
    return change


def test_where_both_moved_a_person_chooses(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    assert page.texts("main .change h2") == ["Description"]
    page.form(STACK).fill({"unit-0": "description"}).submit(status=303)
    assert town.world.change(change).conflicted_at is None
    assert "bread" in town.world.change(change).payload


def test_taking_the_records_side_leaves_nothing_to_say(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    done = page.form(STACK).fill({"unit-0": ""}).submit(status=303)
    assert town.world.change(change).state == "superseded"
    assert "says it already" in done.follow().one(".messages").text


def test_a_rebase_of_what_moved_again_keeps_the_choices(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    form = page.form(STACK).fill({"unit-0": "description"})
    form.values["seen"] = "99"
    answer = form.submit(status=409)
    assert answer.one("#unit-0-mine").get("checked") is not None


# -- taking back, supporting --------------------------------------------------------------------------------


def test_the_author_takes_a_change_back(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    ann = town.visitor("ann")
    ann.get(town.address(town.service))
    done = ann.post(change_url(town, change, "withdraw"))
    assert "Taken back" in done.follow().one(".messages").text
    assert town.world.change(change).state == "withdrawn"


def test_somebody_elses_change_is_not_taken_back(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    bob = town.visitor("bob")
    bob.get(town.address(town.service))
    bob.post(change_url(town, change, "withdraw"), status=403)
    assert town.world.change(change).state == "open"


def test_a_second_author_supports_the_first_with_evidence(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    looked = filled(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup").submit(REVIEW, status=200)
    same = send(looked, status=409)
    support = "main form[action$=support]"
    answer = same.form(support).submit(status=422)
    assert answer.one("#problems a")["href"] == "#f-how"
    answer.form(support).fill(how="phoned", how_detail="today").submit(status=303)
    assert [(row.how, row.detail) for row in town.world.all(select(Evidence))] == [("phoned", "today")]
    roles = {row.role for row in town.world.all(select(ChangeAuthor.role))}
    assert roles == {"author", "supporter"}


def test_a_reviewer_may_approve_the_first_at_once(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    rose = town.visitor("rose", "reviewer")
    same = send(
        filled(rose.get(town.address(town.service)), name="Harbour Soup").submit(REVIEW, status=200), status=409
    )
    same.form("main form[action$=vote]").submit(status=303)
    assert town.world.change(change).approvals == 1


# -- without signing in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["suggest", "close", "reopen"])
def test_who_is_not_signed_in_is_asked_who_is_writing(town: Town, act: str) -> None:
    page = town.visitor().get(town.address(town.service, act))
    assert page.one("#f-guest_email").get("value") in (None, "")


def test_who_is_not_signed_in_is_asked_to_before_merging_and_led_back(town: Town) -> None:
    answer = town.visitor().get(town.address(town.service, "merge"), status=303)
    assert answer.location.startswith("/account/sign-in?next=")


def test_signing_out_meanwhile_loses_nothing(town: Town) -> None:
    ann = town.visitor("ann")
    form = filled(ann.get(town.address(town.service)), name="Harbour Soup")
    with ann.browser.session_transaction() as session:
        session.pop("_user_id")
    ann.is_signed_in = False
    answer = form.submit(REVIEW, status=422)
    assert "Enter your e-mail address." in answer.texts("#problems li")
    assert answer.form(FORM).values["name"] == "Harbour Soup"


def test_related_services_of_a_guide_are_chosen_by_name(town: Town) -> None:
    guide = town.world.record(
        "guide", name="How to find lunch", services=[element(note="Every week", service_id=town.service)]
    )
    page = town.visitor("ann").get(town.address(guide))
    assert "Harbour Soup Lunch" in page.one("#f-services-0-service_id").text
