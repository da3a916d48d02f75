"""The own account and the public profile: what they show, and that they change nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp import clock
from webapp.config import Settings
from webapp.services import notify, suggest
from webapp.services.passwords import CHEAP_HASHER
from webapp.storage.models import Outbox, Person, PersonSession, Subscription
from webapp.storage.unit_of_work import new_id

SECRET = "seven-otters-hum-softly"
SignIn = Callable[[str], PageClient]


@pytest.fixture
def ailsa(world: World) -> str:
    """A volunteer with a password."""
    id_ = world.person("ailsa")
    kept = update(Person).where(Person.id == id_).values(password_hash=CHEAP_HASHER.hash(SECRET))
    world.storage.transact(lambda uow: uow.run(kept), world.now)
    return id_


def settings_of(app: Flask) -> Settings:
    """The application's settings."""
    found: Settings = app.extensions["settings"]
    return found


# -- what is shown ----------------------------------------------------------------------------------------


def test_a_newcomer_is_told_what_to_do_next(ailsa: str, sign_in: SignIn) -> None:
    page = sign_in(ailsa).get("/account")
    assert page.one("main .empty a")["href"] == "/suggest/new"
    words = page.one("main .note.people").text
    assert "five more applied changes" in words
    assert "three more people" in words


def test_suggestions_are_shown_with_their_states(ailsa: str, world: World, sign_in: SignIn) -> None:
    record = world.record(name="Harbour Soup Lunch")
    (change,) = world.suggest(ailsa, record, description="Soup and bread for all.")
    world.passes(minutes=5)
    world.suggest(ailsa, record, alternate_name="Soup at the harbour")
    with clock.fixed(world.now):
        world.approve(change, "brodie", "catriona")
        page = sign_in(ailsa).get("/account")
    assert page.texts("main ol .tag") == ["Open", "Applied"]
    assert page.texts("main ol h3") == ["Harbour Soup Lunch"] * 2
    assert "1 open, of 15" in page.one("section[aria-labelledby=mine]").text
    assert "four more applied changes" in page.one("main .note.people").text


def test_a_suggested_entry_is_shown_by_its_name(ailsa: str, world: World, sign_in: SignIn) -> None:
    new = suggest.NewRecord(new_id(), "guide", {"name": "Winter warmth"})
    suggest.suggest_records(world.storage, suggest.SuggestRecords(ailsa, (new,), "I wrote it"), world.now)
    assert sign_in(ailsa).get("/account").texts("main ol h3") == ["Winter warmth"]


def test_long_lists_are_shown_page_after_page_without_gaps(ailsa: str, world: World, sign_in: SignIn) -> None:
    record = world.record()
    seen, changes = [], []
    for number in range(25):
        changes += world.suggest(ailsa, record, description=f"Words number {number}.")
        world.withdraw(ailsa, changes[-1])
        world.passes(seconds=0 if number % 3 else 1)  # several at one moment
    client = sign_in(ailsa)
    page = client.get("/account")
    seen = [link["href"] for link in page.all("main ol h3 a")]
    page = page.click("Earlier")
    seen += [link["href"] for link in page.all("main ol h3 a")]
    assert len(seen) == len(set(seen)) == 25
    assert page.find("a[rel=next]") is None


@pytest.mark.parametrize("mark", ["x", "20260302T090000000000", "99999999T999999999999." + "a" * 36, "\u0662" * 60])
def test_an_address_that_no_list_leads_to_is_not_found(ailsa: str, sign_in: SignIn, mark: str) -> None:
    sign_in(ailsa).get(f"/account?before={mark}", status=404)


def test_a_profile_shows_sums_and_what_was_applied(ailsa: str, world: World, client: PageClient) -> None:
    (change,) = world.suggest(ailsa, world.record(), description="Soup and bread for all.")
    world.approve(change, "brodie", "catriona")
    page = client.get("/people/ailsa")
    assert page.texts(".sums dd") == ["1", "0", "0"]
    assert page.texts("ol.timeline h3") == ["Harbour Soup Lunch"]
    assert "ailsa@people.example" not in page.body
    assert client.get("/people/brodie").texts(".sums dd") == ["0", "1", "0"]


@pytest.mark.parametrize("state", ["erased", "unconfirmed"])
def test_who_is_gone_or_never_was_there_has_no_profile(
    ailsa: str, world: World, client: PageClient, state: str
) -> None:
    values = {"state": "erased"} if state == "erased" else {"confirmed_at": None}
    world.storage.transact(lambda uow: uow.run(update(Person).values(values)), world.now)
    client.get("/people/ailsa", status=404)


@pytest.mark.parametrize(
    "path", ["/account", "/account/sessions", "/account/settings", "/account/interests", "/account/notifications"]
)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: PageClient, path: str) -> None:
    assert client.get(path, status=303).location == f"/account/sign-in?next={path}"


def test_looking_at_pages_writes_nothing(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    before = [world.all(select(model)) for model in (Person, PersonSession, Subscription, Outbox)]
    for path in ("/account", "/account/sessions", "/account/settings", "/account/notifications", "/people/ailsa"):
        client.get(path)
    assert [world.all(select(model)) for model in (Person, PersonSession, Subscription, Outbox)] == before


# -- sessions ---------------------------------------------------------------------------------------------


def test_one_session_can_be_ended_from_another(ailsa: str, sign_in: SignIn) -> None:
    here, there = sign_in(ailsa), sign_in(ailsa)
    page = here.get("/account/sessions")
    assert len(page.all("main ol li")) == 2
    page.form("main ol form").submit().follow()
    here.get("/account")
    there.is_signed_in = False
    there.get("/account", status=303)


def test_all_other_sessions_can_be_ended_at_once(ailsa: str, world: World, sign_in: SignIn) -> None:
    here, others = sign_in(ailsa), [sign_in(ailsa), sign_in(ailsa)]
    stranger = sign_in(world.person("brodie"))
    page = here.get("/account/sessions").form("main > .wrap > .page > form").submit().follow()
    assert len(page.all("main ol li")) == 1
    for other in others:
        other.is_signed_in = False
        other.get("/account", status=303)
    stranger.get("/account")


def test_nobody_ends_anothers_session(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    thief = sign_in(world.person("brodie"))
    thief.get("/account/settings")
    hash_ = world.one(select(PersonSession.token_hash).where(PersonSession.person_id == ailsa)).token_hash
    thief.post("/account/sessions/end", {"session": hash_}, status=404)
    client.get("/account")


# -- settings ---------------------------------------------------------------------------------------------


def test_a_name_changes_and_nothing_else_with_it(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    values = {"profile-display_name": "Ailsa  Reid", "profile-about": "I cook.", "profile-role": "administrator"}
    client.post("/account/settings", {**values, "role": "administrator", "handle": "boss", "email": "x@y.example"})
    row = world.one(select(Person).where(Person.id == ailsa))
    assert (row.display_name, row.about) == ("Ailsa Reid", "I cook.")
    assert (row.role, row.handle, row.email) == ("volunteer", "ailsa", "ailsa@people.example")


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 81, "Ail\u202esa", "Ailsa\u200b", "\x00x\ufffe"])
def test_a_name_that_nobody_can_read_is_refused(ailsa: str, world: World, sign_in: SignIn, name: str) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    client.post("/account/settings", {"profile-display_name": name, "profile-about": ""}, status=422)
    assert world.one(select(Person)).display_name == "Ailsa"


def test_a_moderators_name_is_refused_kindly_and_nothing_typed_is_lost(
    ailsa: str, world: World, client: PageClient, sign_in: SignIn
) -> None:
    world.person("mo", "moderator")
    form = sign_in(ailsa).get("/account/settings").form("form[action='/account/settings']")
    page = form.fill({"profile-display_name": "MO", "profile-about": "I cook."}).submit(status=422)
    assert "could take “MO” for a moderator" in page.one("#problems").text
    kept = page.form("form[action='/account/settings']").values
    assert (kept["profile-display_name"], kept["profile-about"]) == ("MO", "I cook.")
    values = {"display_name": "MO", "email": "new@people.example", "password": "seven-otters-hum-softly"}
    page = client.get("/account/sign-up").form("main form").fill(values).submit(status=422)
    assert "could take “MO” for a moderator" in page.one("#problems").text
    assert page.form("main form").values["email"] == "new@people.example"


def test_another_password_needs_the_present_one_and_ends_every_session(ailsa: str, sign_in: SignIn) -> None:
    client, other = sign_in(ailsa), sign_in(ailsa)
    selector = "form[action='/account/settings/password']"
    values = {"password-current": "not-that-password", "password-password": "nine-herons-at-noon"}
    page = client.get("/account/settings").form(selector).fill(values).submit(status=422)
    assert page.one("#password-current-error").text == "That is not your present password."
    page.form(selector).fill({**values, "password-current": SECRET}).submit().follow()
    other.is_signed_in = False
    other.get("/account", status=303)


def test_the_present_password_can_be_guessed_ten_times_at_most(ailsa: str, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.get("/account/settings")
    values = {"password-current": "not-that-password", "password-password": "nine-herons-at-noon"}
    for _ in range(10):
        client.post("/account/settings/password", values, status=422)
    page = client.post("/account/settings/password", {**values, "password-current": SECRET}, status=429)
    assert int(page.headers["Retry-After"]) > 0


def letters(world: World) -> list[tuple[str, dict[str, str]]]:
    """To whom the outbox promises which account letters."""
    rows = world.all(select(Outbox.person_id, Outbox.payload).where(Outbox.type == "account").order_by(Outbox.id))
    return [(row.person_id, json.loads(row.payload)) for row in rows]


def ask_email(client: PageClient, email: str, password: str = SECRET, status: int = 303) -> None:
    """Ask for another address through the page."""
    form = client.get("/account/settings").form("form[action='/account/settings/email']")
    form.fill({"email-email": email, "email-current": password}).submit(status=status)


def test_another_address_counts_once_its_letter_was_answered(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example", "not-that-password", status=422)
    ask_email(client, "ailsa@elsewhere.example")
    ((to, letter),) = letters(world)
    assert (to, letter["email"]) == (ailsa, "ailsa@elsewhere.example")
    page = client.get(f"/account/email/{letter['token']}")
    assert world.one(select(Person)).email == "ailsa@people.example"
    page.form("main form").submit()
    assert world.one(select(Person)).email == "ailsa@elsewhere.example"
    client.get(f"/account/email/{letter['token']}", status=404)
    (old,) = [payload for _, payload in letters(world) if payload["what"] == "restore"]
    page = client.get(f"/account/restore/{old['token']}")
    assert world.one(select(Person)).email == "ailsa@elsewhere.example"  # looking changes nothing
    page.form("main form").submit(status=303)
    assert world.one(select(Person)).email == "ailsa@people.example"
    client.get(f"/account/restore/{old['token']}", status=404)


def test_a_link_carries_no_other_address_than_it_was_made_for(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example")
    token = letters(world)[0][1]["token"].partition(".")[0] + ".YUBldmlsLmV4YW1wbGU"
    client.get(f"/account/email/{token}", status=404)


def test_the_owner_of_a_known_address_is_told_and_the_asker_is_not(ailsa: str, world: World, sign_in: SignIn) -> None:
    brodie = world.person("brodie")
    ask_email(sign_in(ailsa), "brodie@people.example")
    assert [(to, letter["what"]) for to, letter in letters(world)] == [(brodie, "already_here")]


# -- mail -------------------------------------------------------------------------------------------------


def rhythms(world: World) -> list[tuple[str, str]]:
    """Who chose what."""
    return [(row.person_id, row.rhythm) for row in world.all(select(Subscription.person_id, Subscription.rhythm))]


def test_notices_stop_and_come_again(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    page = client.get("/account/notifications").form("main form").submit().follow()
    assert rhythms(world) == [(ailsa, "off")]
    page.form("main form").submit()
    assert rhythms(world) == [(ailsa, "at_once")]


def test_a_letter_stops_notices_without_signing_in(ailsa: str, app: Flask, world: World, client: PageClient) -> None:
    token = notify.stop_token(settings_of(app), ailsa)
    client.get(f"/account/notifications?token={token}").form("main form").submit().follow()
    assert rhythms(world) == [(ailsa, "off")]


def test_a_mail_program_stops_notices_by_itself(ailsa: str, app: Flask, world: World, client: PageClient) -> None:
    token = notify.stop_token(settings_of(app), ailsa)
    sent = {"List-Unsubscribe": "One-Click"}
    client.post(f"/account/notifications?token={token}", sent, csrf=False)
    assert rhythms(world) == [(ailsa, "off")]


def test_a_forged_letter_and_a_forged_form_stop_nothing(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    client.post("/account/notifications?token=forged", {"notices": "off"}, csrf=False, status=404)
    client.post("/account/notifications", {"notices": "off"}, csrf=False, status=400)
    assert rhythms(world) == []


def test_a_link_for_an_address_dies_after_two_days(ailsa: str, world: World, sign_in: SignIn) -> None:
    client = sign_in(ailsa)
    ask_email(client, "ailsa@elsewhere.example")
    link = f"/account/email/{letters(world)[0][1]['token']}"
    client.get(link)
    with clock.fixed(world.now + timedelta(days=2)):
        client.get(link, status=404)
