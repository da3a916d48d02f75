"""Which language a page is in, and that it is told so: to readers, to browsers and to what keeps copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from scripts.catalogue import begun, write
from tests.support.page_client import PageClient
from tests.support.pseudo import all_texts
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import language
from webapp.storage.models import Preference
from webapp.web.languages import liked, offered

HELLO = "Sign in"


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Welsh and Arabic, each with one text translated."""
    folder = tmp_path_factory.mktemp("languages")
    for tag, text in (("cy", "Mewngofnodi"), ("ar", "تسجيل الدخول")):
        catalogue = begun(tag, all_texts())
        catalogue[HELLO].string = text  # type: ignore[union-attr]  # it is said in every page's head
        write(catalogue, folder)
    return folder


@pytest.fixture
def instance(translations: Path, tmp_path: Path) -> Path:
    """An instance that brings these languages."""
    shutil.copytree(translations, tmp_path / "instance" / "translations")
    return tmp_path / "instance"


@pytest.fixture
def speaking(instance: Path, request: pytest.FixtureRequest) -> Flask:
    """The application, with these languages there when it starts."""
    app: Flask = request.getfixturevalue("app")
    return app


def test_without_catalogues_there_is_english_only_and_nothing_to_choose(app: Flask, client: PageClient) -> None:
    page = client.get("/")
    assert list(offered(app)) == ["en-GB"]
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("en-GB", "ltr")
    assert page.find("nav[aria-label=Language]") is None
    assert "Accept-Language" not in page.headers["Vary"]


def test_a_catalogue_in_the_instance_is_offered_in_its_own_name(speaking: Flask, client: PageClient) -> None:
    links = client.get("/rules").all("nav[aria-label=Language] a")
    assert [(link.text, link["lang"]) for link in links] == [("English", "en-GB"), ("العربية", "ar"), ("Cymraeg", "cy")]
    assert links[2]["href"] == "/language/cy?next=/rules"


@pytest.mark.parametrize(
    ("asked", "heard"),
    [("cy-GB,cy;q=0.9,en;q=0.5", "cy"), ("ar;q=0.4", "ar"), ("fr", "en-GB"), ("en,cy;q=0.8", "en-GB"), ("", "en-GB")],
)
def test_a_browser_gets_what_it_likes_best_of_what_there_is(speaking: Flask, asked: str, heard: str) -> None:
    assert language.tag_of(liked(offered(speaking), {"HTTP_ACCEPT_LANGUAGE": asked})) == heard


def test_a_choice_is_kept_and_leads_back(speaking: Flask, client: PageClient) -> None:
    done = client.get("/language/cy?next=/rules", status=303)
    assert (done.status, done.headers["Location"]) == (303, "/rules")
    page = client.get("/rules", headers={"Accept-Language": "ar"})
    assert page.one("html")["lang"] == "cy"
    assert client.get("/language/xx", status=404)


def test_whoever_is_signed_in_keeps_the_choice_with_their_account(
    speaking: Flask, client: PageClient, world: World, sign_in: SignIn
) -> None:
    ann = world.person("ann")
    browser = sign_in(ann)
    page = browser.get("/rules")
    assert page.find("nav[aria-label=Language] a") is None
    assert page.form("nav form").submit("button[value=cy]", status=303).headers["Location"] == "/rules"
    assert browser.get("/rules").one("html")["lang"] == "cy"
    kept = [(row.person_id, row.name, row.value) for row in world.all(select(Preference))]
    assert kept == [(ann, "language", "cy")]


def test_a_link_to_a_language_keeps_nothing_with_an_account(speaking: Flask, world: World, sign_in: SignIn) -> None:
    ann = sign_in(world.person("ann"))
    assert ann.get("/language/cy?next=/rules", status=303).headers["Location"] == "/rules"
    assert world.all(select(Preference)) == []


def test_a_choice_never_leads_to_another_site(speaking: Flask, client: PageClient) -> None:
    assert client.get("/language/cy?next=https://evil.example/", status=303).headers["Location"] == "/"


def test_a_language_written_from_right_to_left_is_said_to_be(speaking: Flask, client: PageClient) -> None:
    page = client.get("/", headers={"Accept-Language": "ar"})
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("ar", "rtl")


def test_a_kept_page_is_kept_for_its_language_alone(speaking: Flask, client: PageClient, world: World) -> None:
    world.record()
    heard = []
    for asked in ("cy", "en", "cy", "ar", "en"):
        page = client.get("/services/harbour-soup-lunch", headers={"Accept-Language": asked})
        heard.append(page.one("html")["lang"])
        assert "Accept-Language" in page.headers["Vary"]
    assert heard == ["cy", "en-GB", "cy", "ar", "en-GB"]


def test_english_is_spoken_again_after_a_request_in_another_language(speaking: Flask, client: PageClient) -> None:
    client.get("/", headers={"Accept-Language": "cy"})
    assert language.present() is language.ENGLISH


def test_welsh_and_gaelic_have_their_own_plurals() -> None:
    forms = {tag: begun(tag, all_texts()) for tag in ("cy", "gd")}
    assert {tag: catalogue.num_plurals for tag, catalogue in forms.items()} == {"cy": 6, "gd": 4}
