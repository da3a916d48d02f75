"""Accounts by their pages: getting in and out, and that nobody learns whose address is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.accounts import SECRET, letters, with_password
from tests.support.page_client import Page, PageClient
from tests.support.rows import set_person
from tests.support.world import World
from webapp import clock
from webapp.storage.models import Person, PersonSession
from webapp.web.addresses import local_path


def sign_in(client: PageClient, handle: str, password: str = SECRET, status: int = 303, next_: str = "") -> Page:
    """Sign in through the page, as a visitor."""
    client.is_signed_in = False
    form = client.get(f"/account/sign-in?next={next_}").form("main form[action='/account/sign-in']")
    page = form.fill(email=f"{handle}@people.example", password=password).submit(status=status)
    client.is_signed_in = status == 303
    return page


# -- in and out -------------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_sign_out_ends_the_session(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    assert sign_in(client, "ailsa").location == "/account"
    assert world.one(select(PersonSession)).revoked_at is None
    client.set_session()
    client.get("/account/sign-in", status=303)
    client.post("/account/sign-out", csrf_of(client))
    assert world.one(select(PersonSession)).revoked_at is not None


def csrf_of(client: PageClient) -> dict[str, str]:
    """A token for a visitor whose last page is from before signing in."""
    client.is_signed_in = False
    token = client.get("/account/reset").one("main input[name=csrf_token]")["value"]
    return {"csrf_token": token}


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    wrong = sign_in(client, "ailsa", "not-that-password", status=422)
    unknown = sign_in(client, "nobody", "not-that-password", status=422)
    assert wrong.one("#problems").text == unknown.one("#problems").text
    assert wrong.one("#email")["value"] == "ailsa@people.example"
    assert wrong.one("#password").get("value") in (None, "")


def test_a_banned_person_is_told_only_behind_the_right_password(client: PageClient, world: World) -> None:
    id_ = with_password(world, "rory")
    set_person(world, id_, state="banned")
    assert "may not take part" in sign_in(client, "rory", status=422).one("#problems").text
    wrong = sign_in(client, "rory", "not-that-password", status=422).one("#problems").text
    assert "do not belong together" in wrong


def test_signing_in_begins_a_session_under_a_new_token(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    client.set_session(planted="by somebody else")
    sign_in(client, "ailsa")
    with client.browser.session_transaction() as first:
        assert "planted" not in first
        first_token = first["_user_id"]
        first.clear()
    sign_in(client, "ailsa")
    with client.browser.session_transaction() as second:
        assert second["_user_id"] != first_token


def test_a_session_ends_after_thirty_days(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    sign_in(client, "ailsa")
    with clock.fixed(world.now + timedelta(days=29, hours=23)):
        client.get("/account/sign-in", status=303)
    client.is_signed_in = False
    with clock.fixed(world.now + timedelta(days=30, seconds=1)):
        client.get("/account/sign-in", status=200)


def test_a_hash_of_weaker_parameters_is_renewed_at_signing_in(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    before = world.one(select(Person.password_hash)).password_hash
    sign_in(client, "ailsa")
    after = world.one(select(Person.password_hash)).password_hash
    assert after != before
    with client.browser.session_transaction() as cookie:
        cookie.clear()
    client.is_signed_in = False
    sign_in(client, "ailsa")
    assert world.one(select(Person.password_hash)).password_hash == after


def test_the_eleventh_try_in_a_quarter_of_an_hour_waits_even_with_the_right_password(
    client: PageClient, world: World
) -> None:
    with_password(world, "ailsa")
    for _ in range(10):
        sign_in(client, "ailsa", "not-that-password", status=422)
    page = sign_in(client, "ailsa", status=429)
    assert 0 < int(page.headers["Retry-After"]) <= 900
    assert page.one("#email")["value"] == "ailsa@people.example"
    with clock.fixed(world.now + timedelta(minutes=15)):
        sign_in(client, "ailsa", status=303)


def test_a_busy_database_keeps_the_form_and_says_when_to_come_back(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    with world.storage.engine.execution_options(write=True).begin():
        page = sign_in(client, "ailsa", status=503)
    assert page.headers["Retry-After"] == "2"
    assert page.one("#email")["value"] == "ailsa@people.example"


LOCAL = ["/", "/review", "/services/x?y=1&z=%2F", "/search?q=caf%C3%A9"]
ELSEWHERE = [
    "", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example",
    "http:/evil.example", "javascript:alert(1)", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
    "///evil.example", "evil.example", "@evil.example", "/x\\..\\y", "/account/sign-out", "/account/sign-in?next=/",
    "/ x", "/x\x00", "/" + "x" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("target", LOCAL)
def test_one_comes_back_to_a_page_of_this_site(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_one_is_not_sent_to_another_site(target: str) -> None:
    assert local_path(target) == ""


def test_signing_in_comes_back_to_where_one_was(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    assert sign_in(client, "ailsa", next_="/review").location == "/review"


def test_signing_in_leads_nowhere_else(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    assert sign_in(client, "ailsa", next_="//evil.example").location == "/account"


# -- a new account ----------------------------------------------------------------------------------------


def ask_for_account(client: PageClient, handle: str, password: str = SECRET, status: int = 303) -> Page:
    """Sign up through the page."""
    form = client.get("/account/sign-up?next=/suggest/new").form("main form")
    values = {"display_name": "Ailsa Reid", "email": f"{handle}@people.example", "password": password}
    return form.fill(values).submit(status=status)


def test_an_account_begins_with_a_letter_and_a_press(client: PageClient, world: World) -> None:
    page = ask_for_account(client, "ailsa").follow()
    assert "ailsa@people.example" in page.one("main").text
    link = f"/account/confirm/{letters(world, 'confirm')[0]['token']}"
    client.get(link)
    assert world.one(select(Person)).confirmed_at is None
    assert client.get(link).form("main form").submit().location == "/suggest/new"
    assert world.one(select(Person)).confirmed_at is not None
    client.is_signed_in = True
    client.get("/account/sign-in", status=303)


def test_another_browser_confirms_with_the_password_only(app: Flask, client: PageClient, world: World) -> None:
    """Or somebody could sign up with another's address and share the account that they confirm."""
    ask_for_account(client, "ailsa")
    link = f"/account/confirm/{letters(world, 'confirm')[0]['token']}"
    other = PageClient(app)
    other.get(link).form("main form").fill(password="not-that-password").submit(status=422)
    assert world.one(select(Person)).confirmed_at is None
    other.get(link).form("main form").fill(password=SECRET).submit()
    assert world.one(select(Person)).confirmed_at is not None


def test_a_link_works_once(client: PageClient, world: World) -> None:
    ask_for_account(client, "ailsa")
    link = f"/account/confirm/{letters(world, 'confirm')[0]['token']}"
    client.get(link).form("main form").submit()
    client.is_signed_in = True
    assert "used already" in client.get(link, status=404).one("main").text


def test_signing_up_with_a_known_address_looks_the_same_and_changes_nothing(
    app: Flask, client: PageClient, world: World
) -> None:
    id_ = with_password(world, "ailsa")
    before = world.one(select(Person).where(Person.id == id_))
    known = ask_for_account(client, "ailsa")
    stranger = PageClient(app)
    unknown = ask_for_account(stranger, "catriona")
    assert known.location == unknown.location
    pages = [known.follow().one("main").text, unknown.follow().one("main").text.replace("catriona", "ailsa")]
    assert pages[0] == pages[1]
    assert world.one(select(Person).where(Person.id == id_)) == before
    assert [len(letters(world, what)) for what in ("already_here", "confirm")] == [1, 1]


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "ailsareid1", "ailsa@people.example"])
def test_a_bad_password_is_refused_and_the_rest_is_kept(client: PageClient, world: World, password: str) -> None:
    page = ask_for_account(client, "ailsa", password, status=422)
    assert page.one("#display_name")["value"] == "Ailsa Reid"
    assert page.one("#password").get("value") in (None, "")
    assert page.one("#password-error").text
    assert world.all(select(Person)) == []


def test_the_eleventh_account_in_an_hour_waits(client: PageClient, world: World) -> None:
    for number in range(10):
        ask_for_account(client, f"person{number}")
    page = ask_for_account(client, "ailsa", status=429)
    assert int(page.headers["Retry-After"]) > 0
    assert page.one("#display_name")["value"] == "Ailsa Reid"


# -- a new password ---------------------------------------------------------------------------------------


def ask_reset(client: PageClient, handle: str) -> Page:
    """Ask for a new password through the page."""
    form = client.get("/account/reset").form("main form")
    return form.fill(email=f"{handle}@people.example").submit()


def test_a_new_password_ends_the_sessions_and_the_old_password(app: Flask, client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    thief = PageClient(app)
    sign_in(thief, "ailsa")
    ask_reset(client, "ailsa")
    page = client.get(f"/account/reset/{letters(world, 'reset')[0]['token']}")
    assert page.form("main form").fill(password="nine-herons-at-noon").submit().location == "/account"
    thief.is_signed_in = False
    thief.get("/account/sign-in", status=200)
    sign_in(thief, "ailsa", status=422)
    sign_in(thief, "ailsa", "nine-herons-at-noon")


def test_asking_for_a_new_password_tells_nobody_whose_address_is_known(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    known, unknown = ask_reset(client, "ailsa").follow(), ask_reset(client, "nobody").follow()
    assert known.one("main").text.replace("ailsa", "nobody") == unknown.one("main").text
    assert len(letters(world, "reset")) == 1


def test_a_link_for_a_new_password_dies_after_half_an_hour(client: PageClient, world: World) -> None:
    with_password(world, "ailsa")
    ask_reset(client, "ailsa")
    link = f"/account/reset/{letters(world, 'reset')[0]['token']}"
    client.get(link)
    with clock.fixed(world.now + timedelta(minutes=30)):
        client.get(link, status=404)
