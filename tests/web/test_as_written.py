"""On a page in another language a record's own words say that they are English, so that they are read out as such."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.support import pseudo
from tests.support.page_client import PageClient
from tests.support.world import World

SUMMARY, WORDS = "Soup and company at one.", "Come as you are. There is **always** a chair."
PAGES = ("/services/harbour-lunch", "/locations/kirk-hall", "/search?q=harbour", "/", "/changes")


@pytest.fixture
def lunch(world: World) -> World:
    """A service with words of its own, at a place, in a category."""
    food = world.record("taxonomy_term", name="Food")
    hall = world.record("location", name="Kirk hall", location_type="physical", address_1="1 Kirkgate", city="Cupar")
    rows = {"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0}
    world.record(
        name="Harbour lunch",
        summary=SUMMARY,
        description=WORDS,
        alert="Shut on Friday for painting.",
        places=[{**rows, "location_id": hall}],
        categories=[{**rows, "taxonomy_term_id": food}],
    )
    return world


@pytest.fixture(autouse=True)
def bracketed(tmp_path: Path) -> None:
    """An instance with the language of brackets, before the application starts."""
    pseudo.install(tmp_path / "instance")


@pytest.fixture
def welsh(app: Flask) -> PageClient:
    """A visitor who has chosen it."""
    client = PageClient(app)
    client.browser.set_cookie("language", pseudo.TAG)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_what_says_that_it_is_english_holds_a_records_words_alone(
    path: str, lunch: World, welsh: PageClient
) -> None:
    page = welsh.get(path)
    english = [found.text for found in page.all("main [lang=en]")]
    assert english != []
    assert [text for text in english if pseudo.OPENED in text] == []


def test_every_word_of_a_record_says_that_it_is_english(lunch: World, welsh: PageClient) -> None:
    page = welsh.get("/services/harbour-lunch")
    assert page.one("h1")["lang"] == page.one(".lead")["lang"] == page.one(".prose")["lang"] == "en"
    said = [found.text for found in page.all("main [lang=en]")]
    for words in ("Kirk hall", "1 Kirkgate, Cupar", "Shut on Friday for painting.", "Food", SUMMARY):
        assert words in said, words
    assert [row.one("h2 a")["lang"] for row in welsh.get("/search?q=harbour").all(".row")] == ["en"]


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_says_its_language_once(path: str, lunch: World, client: PageClient) -> None:
    page = client.get(path)
    assert page.one("html")["lang"] == "en-GB"
    assert page.find("main [lang]") is None
