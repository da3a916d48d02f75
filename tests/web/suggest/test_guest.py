"""Suggesting without an account, by the pages: from the form over the mail to the suggestion."""

from __future__ import annotations

import json

import pytest
from limits import parse
from sqlalchemy import func, select, update

from tests.support.page_client import Page, PageClient
from tests.web.suggest.suggesting import FORM, REVIEW, Town, filled, send
from webapp.services import account
from webapp.storage.models import Change, Outbox, ParkedSuggestion, Person, Record, Suggestion
from webapp.web import limits

WHO = {"guest_name": "Morag Bain", "guest_email": "morag@guests.example"}


def looked_over(visitor: PageClient, town: Town, **values: str) -> Page:
    """A change of the service, filled in and looked over."""
    form = filled(visitor.get(town.address(town.service)), **{**WHO, "name": "Harbour Soup", **values})
    return form.submit(REVIEW, status=200)


def link(town: Town) -> str:
    """The address of the newest letter's link."""
    row = town.world.all(select(Outbox.payload).where(Outbox.type == "account").order_by(Outbox.id.desc()))[0]
    payload = json.loads(row.payload)
    assert payload["what"] == "guest"
    return f"/account/guest/{payload['token']}"


def count(town: Town, model: type) -> int:
    return int(town.world.one(select(func.count()).select_from(model))[0])


def test_a_guests_way_from_the_form_to_the_suggestion(town: Town) -> None:
    visitor = town.visitor()
    answer = send(looked_over(visitor, town, how="phoned"))
    told = answer.follow()
    assert answer.location == "/account/check-mail"
    assert "morag@guests.example" in told.one("main").text
    assert (count(town, ParkedSuggestion), count(town, Suggestion)) == (1, 0)
    elsewhere = town.visitor()
    opened = elsewhere.get(link(town))
    assert count(town, Suggestion) == 0  # a scanner that opens the link sends nothing
    done = opened.form().submit()
    assert done.location == f"/suggestions/{town.world.one(select(Suggestion)).id}"
    shown = done.follow()
    assert "Thank you" in shown.one(".messages").text
    assert "Morag Bain" in shown.one("main").text
    assert "morag@guests.example" not in shown.text


def test_something_missing_is_suggested_without_an_account(town: Town) -> None:
    form = filled(town.visitor().get("/suggest/new/organization"), **WHO, name="Shore Kitchen")
    send(form.submit(REVIEW, status=200))
    town.visitor().get(link(town)).form().submit(status=303)
    assert town.world.one(select(Change.type)).type == "create"


def test_closing_is_suggested_without_an_account(town: Town) -> None:
    page = town.visitor().get(town.address(town.service, "close"))
    page.form("main form.stack").fill(reason="The hall is gone", **WHO).submit("button.btn[value=send]")
    town.visitor().get(link(town)).form().submit(status=303)
    assert town.world.one(select(Change.type)).type == "close"


@pytest.mark.parametrize(("name", "email"), [("", "morag@guests.example"), ("Morag", ""), ("Morag", "no address")])
def test_without_name_and_address_nothing_is_sent_and_nothing_is_lost(town: Town, name: str, email: str) -> None:
    page = town.visitor().get(town.address(town.service))
    form = filled(page, name="Harbour Soup", guest_name=name, guest_email=email)
    answer = form.submit(REVIEW, status=422)
    kept = answer.form(FORM).values
    assert (kept["name"], kept["guest_name"], kept["guest_email"]) == ("Harbour Soup", name, email)
    assert len(answer.texts("#problems li")) == 1


def test_going_back_from_the_look_over_finds_name_and_address(town: Town) -> None:
    looked = looked_over(town.visitor(), town)
    kept = looked.form("main form.stack").submit("button[value=edit]", status=200).form(FORM).values
    assert (kept["guest_name"], kept["guest_email"]) == tuple(WHO.values())


def test_a_guest_takes_no_moderators_name_and_loses_nothing(town: Town) -> None:
    town.world.person("mo", "moderator")
    page = send(looked_over(town.visitor(), town, guest_name="M O"), status=422)
    assert "could take “M O” for a moderator" in page.one("#problems").text
    assert page.form(FORM).values["name"] == "Harbour Soup"
    assert count(town, Outbox) == 0


def test_pressing_twice_suggests_once(town: Town) -> None:
    send(looked_over(town.visitor(), town))
    opened = town.visitor().get(link(town))
    opened.form().submit(status=303)
    again = opened.form().submit(status=303)
    assert "with the reviewers already" in again.follow().one(".messages").text
    assert town.world.one(select(Change.state)).state == "open"
    assert count(town, Suggestion) == 1


def test_the_link_shows_the_suggestion_afterwards_and_takes_it_back(town: Town) -> None:
    send(looked_over(town.visitor(), town))
    town.visitor().get(link(town)).form().submit(status=303)
    opened = town.visitor().get(link(town))
    suggestion = town.world.one(select(Suggestion)).id
    assert opened.find(f"main a[href='/suggestions/{suggestion}']")
    assert town.world.one(select(Change.state)).state == "open"  # opening changes nothing
    taken = opened.form().submit(status=303)
    assert taken.location == f"/suggestions/{suggestion}"
    assert "Taken back" in taken.follow().one(".messages").text
    assert town.world.one(select(Change.state)).state == "withdrawn"
    assert "Nothing of your suggestion is open" in town.visitor().get(link(town)).one("h1").text
    assert "decided meanwhile" in opened.form().submit(status=409).one("main").text


def test_nothing_is_taken_back_by_a_link_that_never_was(town: Town) -> None:
    send(looked_over(town.visitor(), town))
    town.visitor().get(link(town)).form().submit(status=303)
    form = town.visitor().get(link(town)).form()
    form.tag["action"] = f"/account/guest/{'x' * 43}/take-back"
    form.submit(status=404)
    assert town.world.one(select(Change.state)).state == "open"


def test_a_link_that_never_was_is_answered_plainly(town: Town) -> None:
    page = town.visitor().get(f"/account/guest/{'x' * 43}", status=404)
    assert "used already, or is too old" in page.one("main").text


def test_too_many_for_one_address_wait_and_lose_nothing(town: Town) -> None:
    for number in range(5):
        send(looked_over(town.visitor(), town, name=f"Name {number}"))
    answer = send(looked_over(town.visitor(), town), status=429)
    assert answer.form(FORM).values["name"] == "Harbour Soup"
    assert answer.headers["Retry-After"]
    assert count(town, ParkedSuggestion) == 5


def test_too_many_from_one_place_wait_and_lose_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "suggest", limits.Limit(parse("1/hour")))
    send(looked_over(town.visitor(), town))
    answer = send(looked_over(town.visitor(), town, guest_email="other@guests.example"), status=429)
    assert answer.form(FORM).values["guest_email"] == "other@guests.example"


def test_the_pages_are_the_same_for_an_address_with_an_account(town: Town) -> None:
    ann = town.world.person("ann")
    said = []
    for email in ("ann@people.example", "nobody@people.example"):
        page = send(looked_over(town.visitor(), town, guest_email=email)).follow()
        said.append(page.one("main").text.replace(email, ""))
    assert said[0] == said[1]
    rows = town.world.all(select(Outbox.payload, Outbox.person_id).where(Outbox.type == "account"))
    assert {json.loads(row.payload)["what"] for row in rows} == {"guest"}
    assert ann in {row.person_id for row in rows}


def test_the_link_signs_nobody_in(town: Town) -> None:
    town.world.person("ann")
    send(looked_over(town.visitor(), town, guest_email="ann@people.example"))
    visitor = town.visitor()
    visitor.get(link(town)).form().submit(status=303)
    visitor.get("/account", status=303)


def test_a_protected_record_is_refused_before_a_mail_is_waited_for(town: Town) -> None:
    looked = looked_over(town.visitor(), town)
    town.world.storage.transact(lambda uow: uow.run(update(Record).values(protection="trusted")), town.world.now)
    assert send(looked, status=403).form(FORM).values["name"] == "Harbour Soup"
    assert count(town, Outbox) == 0


def test_who_was_quicker_is_named_kindly(town: Town) -> None:
    send(looked_over(town.visitor(), town))
    change = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")[0]
    page = town.visitor().get(link(town)).form().submit(status=409)
    assert "Somebody has suggested the same already" in page.one("main").text
    assert page.find(f"a[href='/suggestions/{town.world.change(change).suggestion_id}']")


def test_what_became_true_meanwhile_and_what_has_no_room_is_said_kindly(town: Town) -> None:
    send(looked_over(town.visitor(), town, name="Harbour Soup"))
    (change,) = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    town.world.approve(change, "rita", "rob")
    town.world.vote(town.world.person("tess", "trusted"), change)
    town.world.passes(hours=24)
    town.world.sweep()
    assert town.world.row(town.service).name == "Harbour Soup"
    page = town.visitor().get(link(town)).form().submit(status=409)
    assert "somebody was quicker" in page.one("main").text
    send(looked_over(town.visitor(), town, guest_email="ann@people.example", name="Soup"))
    for number in range(15):
        town.world.suggest(town.world.person("ann"), town.world.record(), name=f"Club {number}")
    page = town.visitor().get(link(town)).form().submit(status=429)
    assert "What you wrote is kept" in page.one("main").text


def test_a_guest_who_signs_up_later_keeps_their_suggestions(town: Town) -> None:
    send(looked_over(town.visitor(), town))
    town.visitor().get(link(town)).form().submit(status=303)
    command = account.SignUp("morag@guests.example", "seven-otters-hum-softly", "Morag Bain")
    account.sign_up(town.world.storage, command, town.world.now)
    row = town.world.all(select(Outbox.payload).where(Outbox.type == "account").order_by(Outbox.id.desc()))[0]
    page = town.visitor().get(f"/account/reset/{json.loads(row.payload)['token']}")
    page.form().fill(password="seven-otters-hum-softly").submit(status=303)
    person = town.world.one(select(Person).where(Person.email_key == "morag@guests.example"))
    assert person.role == "volunteer"
    assert town.world.one(select(Suggestion)).author_id == person.id


# -- who is asked who they are ------------------------------------------------------------------------------


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
