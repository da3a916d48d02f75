"""Whom to tell of a weakness: /.well-known/security.txt as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.page_client import PageClient
from tests.web.conftest import ROOT
from webapp import clock, create_app
from webapp.config import Settings, SettingsError

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATH = "/.well-known/security.txt"


def told(database_url: str, folder: Path, contact: str) -> str:
    """The file of a site that was started with a contact, read much later."""
    environ = {
        "WELLKEPT_DATABASE_URL": database_url,
        "WELLKEPT_INSTANCE": str(folder / "site"),
        "WELLKEPT_PUBLIC_URL": "https://directory.example",
        "WELLKEPT_SECURITY_CONTACT": contact,
    }
    with clock.fixed(STARTED):
        app = create_app(Settings.from_environ(environ, ROOT))
    with clock.fixed(STARTED + timedelta(days=300)):
        answer = app.test_client().get(PATH)
    app.extensions["storage"].dispose()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    return answer.text


def test_the_file_says_whom_and_until_when(database_url: str, tmp_path: Path) -> None:
    fields = dict(line.split(": ", 1) for line in told(database_url, tmp_path, "safe@directory.example").splitlines())
    assert fields["Contact"] == "mailto:safe@directory.example"
    assert fields["Canonical"] == f"https://directory.example{PATH}"
    expires = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    # By when it was started, not by when it is read: a forgotten site does not promise for ever that somebody reads.
    assert expires == datetime(2026, 8, 29, tzinfo=UTC)
    assert expires - STARTED < timedelta(days=365)  # RFC 9116, 2.5.5


@pytest.mark.parametrize(
    "contact", ["https://directory.example/weak?a=b", "tel:+44-131-496-0000", "mailto:a@b.example"]
)
def test_a_contact_is_an_address_a_page_or_a_telephone(database_url: str, tmp_path: Path, contact: str) -> None:
    assert f"Contact: {contact}\n" in told(database_url, tmp_path, contact)


@pytest.mark.parametrize(
    "contact",
    ["http://directory.example", "nobody", "a@b.example\nExpires: x", "javascript:a", "a@b.example?subject=x"],
)
def test_any_other_contact_stops_the_start(tmp_path: Path, contact: str) -> None:
    environ = {"WELLKEPT_INSTANCE": str(tmp_path), "WELLKEPT_SECURITY_CONTACT": contact}
    with pytest.raises(SettingsError, match="WELLKEPT_SECURITY_CONTACT"):
        Settings.from_environ(environ, ROOT)


def test_where_nobody_is_named_there_is_no_file(client: PageClient) -> None:
    client.get(PATH, status=404)
