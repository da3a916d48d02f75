"""What no request may do, whoever sends it: write from elsewhere or by looking, flood, take more than is asked."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.support.addresses import addresses
from tests.support.page_client import Page, PageClient
from tests.support.queries import recorded
from tests.support.world import World
from tests.web.conftest import ROOT, SignIn
from webapp import create_app
from webapp.config import Settings
from webapp.domain.roles import Role
from webapp.services.sanction import BanPerson, ban_person
from webapp.storage.models import Event, Outbox, Person, PersonSession, Report, Vote

WRITES = re.compile(r"\s*(insert|update|delete|replace|create|drop|alter)\b", re.IGNORECASE)


@pytest.fixture
def town(town: dict[str, str], unlimited: None) -> dict[str, str]:
    """The small town, and no limit on how much is sent."""
    return town


def ask(client: PageClient, method: str, path: str, **options: Any) -> Page:
    """An answer, whatever its status; every HTML answer is checked."""
    page = Page(client, path, client.browser.open(path, method=method, **options), is_fragment=False)
    page.check()
    return page


def events(world: World) -> int:
    """How much has happened."""
    return int(world.one(select(func.count()).select_from(Event))[0])


# -- who may write ----------------------------------------------------------------------------------------


def test_no_form_is_taken_without_its_token(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    client = sign_in(world.person("ada", "administrator"))
    before = events(world)
    answers = {
        path: ask(client, "POST", path, data={"notices": "on"}).status for _, _, path in addresses(app, town, "POST")
    }
    assert {path: status for path, status in answers.items() if status != 400} == {}
    assert len(answers) > 25
    assert events(world) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_form_is_taken_that_a_browser_says_comes_from_elsewhere(
    site: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ada", "administrator"))
    answers = {
        path: ask(client, "POST", path, data={}, headers={"Sec-Fetch-Site": site}).status
        for _, _, path in addresses(app, town, "POST")
    }
    assert {path: status for path, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("site", [None, "same-origin", "none"])
def test_a_browser_that_names_no_other_site_may_write(
    site: str | None, client: PageClient, town: dict[str, str]
) -> None:
    form = (
        client.get(f"/services/{town['slug']}/report")
        .form("form[action$='/report']")
        .fill(what="wrong", text="No soup")
    )
    page = client.post(
        f"/services/{town['slug']}/report", form.values, headers={"Sec-Fetch-Site": site} if site else {}
    )
    assert page.location == "/services/harbour-soup-lunch"


@pytest.mark.parametrize("who", ["nobody", "author", "administrator"])
def test_looking_writes_nothing(who: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    client = PageClient(app) if who == "nobody" else sign_in(world.person(who, who if who != "author" else "volunteer"))
    wrong = []
    with recorded(world.storage.engine) as statements:
        for _, _, path in addresses(app, town, "GET"):
            for method in ("GET", "HEAD"):
                statements.seen.clear()
                client.browser.open(path, method=method)
                wrong += [f"{method} {path}: {text[:80]}" for text in statements.seen if WRITES.match(text)]
    assert wrong == []


def test_what_the_recorder_calls_writing_is_seen(world: World) -> None:
    with recorded(world.storage.engine) as statements:
        world.person("ailsa")
    assert any(WRITES.match(text) for text in statements.seen)


# -- what is believed -------------------------------------------------------------------------------------

EVIL = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "Forwarded": "host=evil.example",
}


def test_no_address_comes_from_the_host_header(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    visitors = [PageClient(app), sign_in(world.person("ada", "administrator"))]
    paths = [path for _, _, path in addresses(app, town, "GET")]
    for client in visitors:
        for path in [*paths, "//services//harbour-soup-lunch", "/review/", "//evil.example/..", "/services//x/history"]:
            response = client.browser.get(path, headers=EVIL)
            said = f"{response.headers.get('Location')} {response.headers.get('Link')}".encode() + response.get_data()
            assert b"evil.example" not in said.replace(b"/evil.example/", b""), path


def test_a_letter_leads_to_the_configured_address(app: Flask, world: World, client: PageClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    world.person("ailsa")
    asked = {"email": "ailsa@people.example"}
    assert client.browser.post("/account/reset", data=asked, headers=EVIL).status_code == 303
    (told,) = [row.payload for row in world.all(select(Outbox))]
    assert "reset" in told
    assert "evil" not in told


def test_a_way_back_leads_to_no_other_site(app: Flask, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.person("ailsa"))
    for target in (
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        "/\n/evil",
    ):
        page = client.browser.get("/account/sign-in", query_string={"next": target})
        assert page.headers["Location"] in ("/account", "/%09/evil.example"), target


# -- how much ---------------------------------------------------------------------------------------------


def test_more_than_a_megabyte_is_too_much(app: Flask, client: PageClient, town: dict[str, str]) -> None:
    for sent in ({"data": {"text": "x" * 1_100_000}}, {"data": b"x" * 1_100_000, "content_type": "text/plain"},
                 {"data": b"x" * 1_100_000, "content_type": "multipart/form-data; boundary=b"}):  # fmt: skip
        page = ask(client, "POST", f"/services/{town['slug']}/report", **sent)
        assert page.status in (400, 413)
        assert page.find("h1") is not None
    assert ask(client, "POST", f"/services/{town['slug']}/report", data={"text": "x" * 1_100_000}).status == 413


def test_thousands_of_fields_are_no_fault_of_ours(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ada", "administrator"))
    names = [f"places-{n}-x{n}" for n in range(3000)]
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n' for name in names)
    bodies = {
        "application/x-www-form-urlencoded": "&".join(f"{name}=x" for name in names),
        "multipart/form-data; boundary=b": f"{parts}--b--\r\n",
    }
    for _, _, path in addresses(app, town, "POST"):
        for kind, body in bodies.items():
            if not path.startswith("/account/s"):  # which would sign out
                assert client.browser.post(path, data=body, content_type=kind).status_code < 500, (path, kind)


# -- who one is -------------------------------------------------------------------------------------------


def test_pages_of_who_is_signed_in_are_kept_by_nobody(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    client = sign_in(world.person("ada", "administrator"))
    for _, _, path in addresses(app, town, "GET"):
        headers = client.browser.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        assert {"Cookie", "HX-Request"} <= set(headers["Vary"].split(", ")), path


def test_cookies_are_for_this_site_and_no_script(sqlite_template: Any, tmp_path: Path) -> None:
    app = create_app(
        Settings.from_environ(
            {
                "WELLKEPT_DATABASE_URL": sqlite_template.copy(tmp_path / "https.db"),
                "WELLKEPT_INSTANCE": str(tmp_path / "instance"),
                "WELLKEPT_PUBLIC_URL": "https://directory.example",
            },
            ROOT,
        )
    )
    response = app.test_client().get("/account/sign-in", base_url="https://directory.example")
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie
    assert response.headers["Strict-Transport-Security"]
    app.extensions["storage"].dispose()


def test_a_revoked_session_is_over_at_once(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.person("ailsa"))
    client.get("/account")
    gone = update(PersonSession).values(revoked_at=world.now)
    world.storage.transact(lambda uow: uow.run(gone), world.now)
    client.is_signed_in = False
    assert "/account/sign-in" in client.get("/account", status=303).location


def test_a_ban_ends_every_session_at_once(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.person("vandal"))
    client.get("/account")
    command = BanPerson(world.person("vandal"), world.person("mo", "moderator"), "spam")
    ban_person(world.storage, command, world.now)
    client.is_signed_in = False
    assert "/account/sign-in" in client.get("/account", status=303).location


# -- other people's things --------------------------------------------------------------------------------


def test_nobody_reaches_for_what_is_anothers(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    world.vote(world.person("rita", "reviewer"), town["change_id"])
    other = sign_in(world.person("other"))
    base = f"/suggestions/{town['suggestion_id']}/changes/{town['change_id']}"
    before = events(world)
    for act in ("withdraw", "amend", "rebase", "take-back", "decide", "flag"):
        answer = ask(
            other, "POST", f"{base}/{act}", data={"outcome": "apply", "note": "x", "name": "Mine", "reason": "x"}
        )
        assert answer.status in (403, 404, 409, 422), (act, answer.status)
    assert world.change(town["change_id"]).state == "open"
    assert events(world) == before
    assert [row.is_live for row in world.all(select(Vote).where(Vote.change_id == town["change_id"]))] == [1]


def test_an_author_votes_through_no_door(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    author = world.person("author")
    world.storage.transact(
        lambda uow: uow.run(update(Person).where(Person.id == author).values(role="reviewer")), world.now
    )
    for client in (sign_in(author), sign_in(author)):  # the second browser is no other person
        page = client.get(f"/suggestions/{town['suggestion_id']}")
        assert page.all("[name=choice]") == []
        for change in (town["change_id"], "all"):
            data = {"change": change, "choice": "approve", "seen": "1", "person_id": world.person("rita", "reviewer")}
            assert ask(client, "POST", f"/suggestions/{town['suggestion_id']}/vote", data=data).status in (403, 422)
    assert world.all(select(Vote).where(Vote.change_id == town["change_id"])) == []


def test_a_reviewer_does_no_moderators_act(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("rita", "reviewer"))
    base, record = f"/suggestions/{town['suggestion_id']}/changes/{town['change_id']}", f"/services/{town['slug']}"
    for path in (f"{base}/decide", f"{record}/protect", f"{record}/history/2/revert", f"{record}/history/1/roll-back",
                 f"/moderate/reports/{uuid.uuid4()}"):  # fmt: skip
        data = {
            "outcome": "apply",
            "note": "x",
            "level": "trusted",
            "days": "7",
            "seen": "2",
            "summary": "x",
            "answer": "x",
        }
        assert ask(client, "POST", path, data=data).status == 403, path


MORE = {
    "id": "x", "person_id": "x", "author_id": "x", "role": "administrator", "state": "applied", "status": "applied",
    "confirmed_at": "2026-01-01", "is_urgent": "1", "votes": "9", "needed": "0", "risk": "low", "protection": "",
    "stewardship": "1", "handle": "root", "profile-role": "administrator", "profile-handle": "root",
    "profile-email": "x@x.example",
}  # fmt: skip


def test_no_form_takes_more_than_it_asks(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    ailsa = world.person("ailsa")
    client, slug = sign_in(ailsa), town["slug"]
    before = world.one(select(Person).where(Person.id == ailsa))
    sent = [
        ("/account/settings", {"profile-display_name": "Ailsa", "profile-about": ""}),
        (f"/services/{slug}/report", {"what": "wrong", "text": "No soup"}),
        (f"/services/{slug}/confirm", {"how": "visited"}),
        (f"/suggestions/{town['suggestion_id']}/comments", {"text": "Hello"}),
    ]
    for path, values in sent:
        assert ask(client, "POST", path, data={**MORE, **values}).status == 303, path
    after = world.one(select(Person).where(Person.id == ailsa))
    assert after._mapping == before._mapping
    (report,) = world.all(select(Report))
    assert (report.is_urgent, report.state, report.person_id) == (0, "open", ailsa)
    assert world.change(town["change_id"]).state == "open"


def test_signing_up_gives_no_more_than_an_account(app: Flask, world: World, client: PageClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    data = {**MORE, "display_name": "Eve", "email": "eve@people.example", "password": "marmalade on rye bread"}
    assert ask(client, "POST", "/account/sign-up", data=data).status == 303
    row = world.one(select(Person).where(Person.email == "eve@people.example"))
    assert (row.role, row.confirmed_at) == (Role.VOLUNTEER, None)
    assert row.handle != "root"


def test_how_somebody_knows_is_one_of_the_ways_that_are_offered(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ailsa"))
    assert ask(client, "POST", f"/services/{town['slug']}/confirm", data={"how": "x" * 500}).status == 422


def test_the_twenty_first_report_in_an_hour_waits(client: PageClient, world: World) -> None:
    world.record()
    address = "/services/harbour-soup-lunch/report"
    for _ in range(20):
        client.get(address).form("form[action$='/report']").fill(what="wrong", text="No soup").submit()
    page = client.get(address).form("form[action$='/report']").fill(what="wrong", text="No soup").submit(status=429)
    assert int(page.headers["Retry-After"]) > 0
    assert len(world.all(select(Report))) == 20
