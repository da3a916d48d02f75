"""Static files are kept for ever by their hashed address, and packed for browsers that take that."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

STATIC = Path(__file__).resolve().parents[2] / "static"
PACKED = {"Accept-Encoding": "gzip, br"}


class Browser:
    """Answers as they are, where another would unpack them."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        """The answer, read to its end."""
        return self._client.get(path, headers=headers, buffered=True)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A visitor's."""
    return Browser(app.test_client())


@pytest.fixture
def style(app: Flask) -> str:
    """The address of the style sheet."""
    with app.test_request_context():
        return str(app.jinja_env.globals["asset"]("css/site.css"))  # type: ignore[operator]  # it is a function


def test_a_hashed_address_is_good_for_ever_and_a_plain_one_for_an_hour(browser: Browser, style: str) -> None:
    assert browser.get(style).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert browser.get("/static/css/site.css").headers["Cache-Control"] == "public, max-age=3600"


def test_words_go_out_packed_to_whoever_takes_that(browser: Browser, style: str) -> None:
    packed, whole = browser.get(style, headers=PACKED), browser.get(style)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == whole.data == (STATIC / "css/site.css").read_bytes()
    assert len(packed.data) < len(whole.data) / 3
    assert "Content-Encoding" not in whole.headers
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (packed, whole))
    assert packed.mimetype == whole.mimetype == "text/css"


def test_each_way_has_its_own_tag_and_answers_304_to_it(browser: Browser, style: str) -> None:
    packed, whole = browser.get(style, headers=PACKED), browser.get(style)
    assert packed.headers["ETag"] != whole.headers["ETag"]
    for answer, asked in ((packed, PACKED), (whole, {})):
        known = {**asked, "If-None-Match": answer.headers["ETag"]}
        again = browser.get(style, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert "Accept-Encoding" in again.headers["Vary"]


def test_pictures_and_fonts_are_packed_already(browser: Browser) -> None:
    answer = browser.get("/static/icons/apple-touch-icon.png", headers=PACKED)
    assert "Content-Encoding" not in answer.headers


def test_a_part_of_a_file_is_a_part_of_the_file_as_it_is(browser: Browser, style: str) -> None:
    answer = browser.get(style, headers={**PACKED, "Range": "bytes=0-9"})
    assert (answer.status_code, answer.data) == (206, (STATIC / "css/site.css").read_bytes()[:10])


@pytest.mark.parametrize("name", ["nothing.css", "../requirements.txt", "css", "css/site.0000000000.css"])
def test_what_is_not_there_is_not_found(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/{name}", headers=PACKED).status_code == 404
