"""Every field of every kind, and what becomes of changes to it, is said through the catalogue.

As `test_every_text`, in a town where every field says something: forms, pages, comparisons, and what was commented,
reported, protected, reverted, merged and closed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.addresses import PLACE, filled
from tests.support.world import World
from tests.web import richly
from tests.web.conftest import SignIn
from tests.web.test_every_surface import HostileTown
from tests.web.test_every_text import LEAVES, assert_said, unsaid, visitor
from webapp.domain.kinds import KINDS
from webapp.services import suggest

pytestmark = pytest.mark.usefixtures("in_brackets", "unlimited")
OF_ONE = {"slug", "record_id", "suggestion_id", "change_id", "kind"}
PEOPLE = frozenset(("ann", "bea", "mo", "rita", "rob", "ruth", "mia", "people", "example"))
LEAST_READ, LEAST_TOLD = 150, 50  # pages, whoever looks
SAID = PEOPLE | {"zquill", "zquince", "zq", "soup", "bread", "https", "gd", "bfi", "ky", "gb", "ie", "aa", "ab", "su"}
"""What the people of these towns write, and who they are."""


@pytest.fixture
def rich(world: World) -> list[dict[str, str]]:
    """A record of each kind, a suggestion to change all of it, and another to close it: their parts of addresses."""
    links: dict[str, str] = {}
    for name in ("organization", "taxonomy", "taxonomy_term", "location", "service", "guide"):
        links[name] = world.record(name, **richly.document(KINDS[name], links))
    return [parts for name, record in links.items() for parts in _changed(world, name, record, links)]


def _changed(world: World, name: str, record: str, links: dict[str, str]) -> Iterator[dict[str, str]]:
    kind, mia = KINDS[name], world.person("mia", "trusted")
    place = {"path": kind.path, "slug": world.row(record).slug, "record_id": record, "kind": name, "number": "2"}
    changes = world.suggest(world.person("ann", "reviewer"), record, **richly.document(kind, links, turn=1))
    command = suggest.SuggestLifecycle(mia, record, "close", "they told me", None)
    closing = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids[0]
    world.approve(changes[0], "rita")
    world.vote(world.person("rob", "reviewer"), changes[-1], "reject")
    for change in (changes[0], closing):
        yield {**place, "change_id": change, "suggestion_id": str(world.change(change).suggestion_id)}


@pytest.mark.parametrize("role", ["nobody", "administrator"])
def test_no_field_is_named_without_the_catalogue(
    role: str, app: Flask, world: World, rich: list[dict[str, str]], sign_in: SignIn
) -> None:
    client = visitor(role, app, world, sign_in)
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    about = sorted(rule for rule in rules if OF_ONE & set(PLACE.findall(rule)))
    paths = dict.fromkeys(filled(rule, parts) for parts in rich for rule in about)
    everywhere = [*paths, "/review?show=all", "/changes", "/people/ann", "/people/rita"]
    assert_said({path: unsaid(client, path, "", said=SAID) for path in everywhere}, least=LEAST_READ)


@pytest.mark.parametrize("role", ["nobody", "administrator"])
def test_nothing_that_happened_is_told_without_it(role: str, app: Flask, world: World, sign_in: SignIn) -> None:
    town = HostileTown(world, richly.SAID)
    client = visitor(role, app, world, sign_in)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in LEAVES]
    paths = [town.address(rule.rule) for rule in rules if rule.endpoint != "browse.static"]
    assert_said({path: unsaid(client, path, town.code, said=SAID) for path in paths}, least=LEAST_TOLD)
