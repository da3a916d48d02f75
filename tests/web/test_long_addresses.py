"""However long an address is, what answers is the directory itself; what was too long to be read is said."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.support.page_client import PageClient
from tests.support.server import flask, served
from tests.support.world import World
from webapp.web.search_asked import LONGEST

CUT = "You typed a lot: we looked for the first 200 letters of it."


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of gunicorn as people run it, with an empty directory."""
    instance = tmp_path_factory.mktemp("instance")
    flask(instance, "db", "upgrade")
    with served(instance) as site:
        yield site.url


@pytest.mark.parametrize("letter", ["a", "食", "\N{BOWL WITH SPOON}"], ids=ascii)
def test_ten_thousand_letters_of_any_script_are_answered_by_the_directory(url: str, letter: str) -> None:
    with urlopen(f"{url}/search?q={quote(letter * 10_000)}") as answer:  # noqa: S310 - our own server
        assert answer.status == 200
        assert CUT in answer.read().decode()


def test_an_address_without_end_is_refused(url: str) -> None:
    with pytest.raises(OSError, match=r"400|414|reset|closed|pipe"):
        urlopen(f"{url}/search?q={'a' * 1_000_000}")  # noqa: S310 - our own server


@pytest.mark.parametrize("address", ["/search?q={}", "/search?q=soup&near={}"])
def test_what_was_not_read_of_a_long_search_is_said(world: World, client: PageClient, address: str) -> None:
    assert CUT in client.get(address.format("a" * (LONGEST + 1))).one("main").text
    assert CUT not in client.get(address.format("a" * LONGEST)).one("main").text


def test_the_boxes_take_no_more_than_is_read(world: World, client: PageClient) -> None:
    for page in (client.get("/"), client.get("/search"), client.get("/rules")):
        boxes = page.all("form[action='/search'] input[name=q], form[action='/search'] input#near")
        assert boxes
        assert {str(box["maxlength"]) for box in boxes} == {str(LONGEST)}
