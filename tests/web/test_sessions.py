"""Who one is: cookies for this site alone, pages that nobody keeps, and sessions that are over at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from tests.support.addresses import addresses
from tests.support.world import World
from tests.web.conftest import ROOT, SignIn
from webapp import create_app
from webapp.config import Settings
from webapp.services.sanction import BanPerson, ban_person


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


def test_pages_of_who_is_signed_in_are_kept_by_nobody(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    client = sign_in(world.person("ada", "administrator"))
    for _, _, path in addresses(app, town, "GET"):
        headers = client.browser.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        assert {"Cookie", "HX-Request"} <= set(headers["Vary"].split(", ")), path


def test_a_ban_ends_every_session_at_once(world: World, sign_in: SignIn) -> None:
    vandal = world.person("vandal")
    clients = sign_in(vandal), sign_in(vandal)
    for client in clients:
        client.get("/account")
    command = BanPerson(vandal, world.person("mo", "moderator"), "spam")
    ban_person(world.storage, command, world.now)
    for client in clients:
        client.is_signed_in = False
        assert "/account/sign-in" in client.get("/account", status=303).location
