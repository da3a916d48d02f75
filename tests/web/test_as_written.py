"""On a page in another language a record's own words say that they are English, so that they are read out as such."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from flask import Flask

from tests.services import test_check_items as checks
from tests.services import test_policy as policies
from tests.support import pseudo
from tests.support.addresses import addresses
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.services import confirm, steward

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


# -- wherever a record is spoken of -----------------------------------------------------------------------

NOT_ITS_WORDS = ("script", "style", "textarea", "option")
"""What is never read out, or is typed; an <option> is one of a list that the page speaks."""
IN_SHORT = "now"
"""The class of what a closed part of a form says in short, put together of fields of several kinds."""
COMPARED = "/services/harbour-soup-lunch/compare?from=1&to=2"
ASKED = (COMPARED, "/review?show=all", "/changes", "/moderation-log", "/moderate")
OF_RECORDS = {"slug", "suggestion_id", "operation_id", "incident_id", "handle", "seq", "record_id"}
"""Addresses with one of these lead to something that speaks of records; ASKED do without any."""


def said_in(html: str, words: str) -> tuple[list[str], list[str]]:
    """The texts of a page's main part that have a record's words without their language; and those that say the
    language of a record and have the page's words in them."""
    main = BeautifulSoup(html, "html.parser").find("main")
    without: list[str] = []
    if main is None:
        return without, without
    for text in main.find_all(string=True):
        is_read = type(text) is NavigableString and not any(
            one.name in NOT_ITS_WORDS or IN_SHORT in one.get("class", ()) for one in text.parents
        )
        if is_read and words in text and text.find_parent(lang="en") is None:
            without.append(" ".join(text.split()))
    mixed = [found.get_text() for found in main.find_all(lang="en") if pseudo.OPENED in found.get_text()]
    return without, mixed


def test_no_page_speaks_of_a_record_without_its_language(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    client = sign_in(world.person("mo", "administrator"))
    client.browser.set_cookie("language", pseudo.TAG)
    wrong, spoken = {}, 0
    about = [path for rule, _, path in addresses(app, town, "GET") if rule.arguments & OF_RECORDS]
    for path in (*ASKED, *about):
        answer = client.browser.get(path, follow_redirects=True)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            without, mixed = said_in(answer.get_data(as_text=True), "Harbour")
            spoken += 'lang="en"' in answer.get_data(as_text=True)
            if without or mixed:
                wrong[path] = without + mixed
    assert wrong == {}, "\n".join(f"{path}: {found}" for path, found in wrong.items())
    assert spoken > 20


def test_what_people_have_to_do_with_a_record_names_it_in_its_language(world: World, sign_in: SignIn) -> None:
    trust, lunch = world.record("organization", name="Harbour Trust"), world.record(name="Harbour lunch")
    abe = checks.takes_part(world, "abe", "administrator")
    for urgent in ("urgent", "wrong"):
        told = confirm.ReportProblem(lunch, urgent, "It rings out", None, None)
        confirm.report_problem(world.storage, told, world.now)
    claim = steward.ClaimRecord(lunch, world.person("stu"), "I cook there", True)
    steward.claim_record(world.storage, claim, world.now)
    steward.declare_affiliation(world.storage, steward.DeclareAffiliation(abe, trust), world.now)
    policies.write(world, check_every=1)
    checks.answer(world, abe, checks.plant(world, lunch))
    client = sign_in(abe)
    client.browser.set_cookie("language", pseudo.TAG)
    for path in ("/moderate", "/account/checks", "/account/ties", "/account/settings", "/people/abe"):
        html = client.browser.get(path).get_data(as_text=True)
        assert "Harbour" in html, path
        assert said_in(html, "Harbour") == ([], []), path
