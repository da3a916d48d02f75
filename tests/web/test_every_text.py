"""Every page says every text through the catalogue: seen in a language that puts texts in brackets.

The addresses come from the route table, so that a new page is read without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from flask import Flask

from tests.support import pseudo
from tests.support.addresses import addresses
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.gazetteer.areas import all_areas

pytestmark = pytest.mark.usefixtures("in_brackets", "unlimited")
DATA = """
    Harbour Soup Lunch; Harbour Lunch; Soup and company; they told me; For Mum; chemist, pharmacy; dancing; Fife;
    Author; Rita; Rob; Reviewer; Administrator; @author; @rita; @rob; author@people.example; reviewer@people.example;
    administrator@people.example; “test”
"""
"""What people wrote in the town, and what they are called."""
AREAS = "; ".join(area.name for area in all_areas().values())
NAMES = "Wellkept; English; Cymraeg; GeoNames; CC BY 4.0; http://localhost/lists/"
"""What is the same in each language."""
KNOWN = " ".join(f"{DATA} {AREAS}; {NAMES}".casefold().split())
WORDS = pseudo.locale_words()
ASKED = (
    "/search?q=lunch",
    "/search?q=zzz",
    "/search?q=lunch+near+fife&when=today&cost=free",
    "/review?show=all",
    "/services/harbour-soup-lunch/compare?from=1&to=2",
    "/nothing",
)
"""What no route says by itself."""
WAYS = ("nobody", "author", "reviewer", "administrator")
LEAST_READ, LEAST_ANSWERED = 60, 50  # pages, whoever looks
LEAVES = ("account.sign_out", "account.delete")


def visitor(role: str, app: Flask, world: World, sign_in: SignIn) -> PageClient:
    """Somebody of that role, who has chosen the language."""
    client = PageClient(app) if role == "nobody" else sign_in(person(world, role))
    client.browser.set_cookie("language", pseudo.TAG)
    return client


def person(world: World, role: str) -> str:
    """The author of the town, or somebody of a role, named after it."""
    return world.person(role, "volunteer" if role == "author" else role)


def unsaid(
    client: PageClient, path: str, code: str, method: str = "GET", said: frozenset[str] = frozenset()
) -> list[str] | None:
    """What went through no catalogue on the page at the end of a request; None where that is no page."""
    response = client.browser.open(path, method=method, data={} if method == "POST" else None, follow_redirects=True)
    if response.mimetype != "text/html":
        return None
    html = response.get_data(as_text=True)
    assert f'lang="{pseudo.TAG}"' in html or "<html" not in html, path
    return list(pseudo.unsaid(html, KNOWN.replace("/lists/", f"/lists/{code}"), WORDS | said))


@pytest.mark.parametrize("role", WAYS)
def test_no_page_says_a_word_that_is_not_in_the_catalogue(
    role: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    client = visitor(role, app, world, sign_in)
    paths = [path for rule, _method, path in addresses(app, town, "GET") if rule.endpoint not in LEAVES]
    read = {path: unsaid(client, path, town["code"]) for path in (*paths, *ASKED)}
    assert_said(read, least=LEAST_READ)


@pytest.mark.parametrize("role", WAYS)
def test_no_answer_to_an_empty_form_does_either(
    role: str, app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = visitor(role, app, world, sign_in)
    paths = [path for rule, _method, path in addresses(app, town, "POST") if rule.endpoint not in LEAVES]
    read = {path: unsaid(client, path, town["code"], "POST") for path in paths}
    assert_said(read, least=LEAST_ANSWERED)


def assert_said(read: Mapping[str, list[str] | None], *, least: int) -> None:
    """That so many pages at least were read, and each says all of its texts through the catalogue."""
    pages = {path: left for path, left in read.items() if left is not None}
    assert len(pages) >= least, f"{len(pages)} pages of {len(read)} addresses"
    found = {path: left for path, left in pages.items() if left}
    assert not found, told(found)


def told(found: dict[str, list[str]]) -> str:
    """Each piece once, with where it stands first."""
    first: dict[str, str] = {}
    for path, pieces in found.items():
        for piece in pieces:
            first.setdefault(re.sub(r"\d+", "0", piece), path)
    return "\n".join(f"{path}: {piece!r}" for piece, path in sorted(first.items(), key=lambda one: one[1]))
