"""What tests of the queue share: open changes, and what its page shows."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.support.page_client import Element, Page
from tests.support.world import World

PHONES = [{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}]


def suggested(world: World, name: str, author: str = "ann", **values: object) -> str:
    """An open change to a new service of that name, of its description or of what is named: the first of them."""
    return world.suggest(world.person(author), world.record(name=name), **(values or {"description": name}))[0]


def titles(page: Page) -> list[str]:
    return page.texts("main .row h2 a")


def tab(page: Page, name: str) -> Page:
    """The page behind a tab."""
    (link,) = [one for one in page.all("main .tabs a") if one.text.startswith(name)]
    return page.client.get(link["href"])


def chosen(page: Page) -> str:
    """The tab that is shown, without its count."""
    return page.one("main .tabs [aria-current]").text.rstrip("0123456789+ ")


def number(world: World, name: str) -> str:
    """An open change of a telephone number, which is careful."""
    return suggested(world, name, phones=PHONES)


def queue_of(page: Page) -> dict[str, list[str]]:
    """What the page's address says of its queue."""
    return parse_qs(urlsplit(parse_qs(urlsplit(page.path).query)["next"][0]).query)


def queue_of_form(form: Element) -> str:
    """The queue that the address of a form says one came from, or nothing."""
    return parse_qs(urlsplit(form["action"]).query).get("next", [""])[0]
