"""What no request may do, whoever sends it: write from elsewhere or by looking, flood, take more than is asked."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.addresses import addresses
from tests.support.page_client import PageClient
from tests.support.queries import recorded
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.sending import ask, events
from webapp.storage.models import Outbox

WRITES = re.compile(r"\s*(insert|update|delete|replace|create|drop|alter)\b", re.IGNORECASE)

pytestmark = pytest.mark.usefixtures("unlimited")

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


@pytest.mark.usefixtures("tokenless")
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_form_is_taken_that_a_browser_says_comes_from_elsewhere(
    site: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
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


@pytest.mark.usefixtures("tokenless")
def test_a_letter_leads_to_the_configured_address(world: World, client: PageClient) -> None:
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


@pytest.mark.usefixtures("tokenless")
def test_thousands_of_fields_are_no_fault_of_ours(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
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
