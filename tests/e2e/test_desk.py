"""Reviewing by the keyboard alone: many mixed suggestions one after the other, by single keys and by Tab."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import webapp.storage
from tests.e2e.acts import sign_in
from tests.e2e.conftest import Visit
from tests.e2e.test_keyboard import tab_to
from tests.support.browser import DESK, PHONE, Visitor
from tests.support.profile import IS_LONG, scaled
from tests.support.server import Site, copied, demo_instance, served
from tests.support.world import World
from webapp import clock

MANY = scaled(6, 20)
PHONES = [{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}]
MIXED = (
    {"description": "Soup and company for everybody who comes"},
    {"phones": PHONES},
    {"name": "Harbour Lunch"},
    {"description": "A warm room", "phones": PHONES},
)
READ = 500  # milliseconds: a key that comes sooner was meant for the page before


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo community, to which newcomers have suggested many things."""
    instance = copied(demo_instance(tmp_path_factory), tmp_path_factory.mktemp("desk"))
    storage = webapp.storage.init(f"sqlite:///{instance / 'wellkept.db'}")
    world = World(storage)
    world.now = clock.now()
    for number in range(MANY):
        record = world.record(name=f"Lunch club {number}", description="Soup")
        world.suggest(world.person(f"newcomer{number % 8}"), record, **MIXED[number % len(MIXED)])
    storage.dispose()
    with served(instance) as running:
        yield running


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def at_the_next(page: Page, before: str) -> str:
    """Wait until another page has come, which begins where it should; gives its address."""
    page.wait_for_url(lambda url: url != before)
    page.wait_for_timeout(READ)
    if "/suggestions/" in page.url:
        expect(page.locator(":focus")).to_have_id(re.compile("^suggestion$|^change-.*-title$"))
        expect(page.locator("#live")).to_have_text(re.compile("^You (approved|rejected|abstained)"))
    return page.url


def reject_by_keys(page: Page, keys: Keys) -> None:
    """R opens it at the reasons; the first reason, past the note, and the button."""
    keys.press("r")
    expect(page.locator(":focus")).to_have_attribute("name", "reason")
    keys.press("ArrowDown", "Tab", "Tab", "Enter")


def test_suggestions_are_cleared_by_single_keys(visit: Visit) -> None:
    visitor = visit(DESK)
    sign_in(visitor, "Agnieszka")
    page = visitor.open("/review?author=new")
    visitor.check()
    visitor.picture("desk-queue")
    keys, began = Keys(page), time.monotonic()
    keys.press("j", "Enter")
    page.wait_for_url("**/suggestions/**")
    page.wait_for_timeout(READ)
    visitor.check()
    visitor.picture("desk-suggestion")
    for number in range(MANY):
        here = page.url
        if number % 5 == 4:
            reject_by_keys(page, keys)
        else:
            keys.press("a", "a")  # pressed twice by a nervous hand: one effect
        at_the_next(page, here)
    took = time.monotonic() - began
    assert votes_of(visitor) == MANY
    print(f"{MANY} votes: {keys.pressed} keys, {took:.1f} s")
    assert keys.pressed <= 4 * MANY
    assert took < 9 * MANY  # twenty in three minutes


def votes_of(visitor: Visitor) -> int:
    """How many of the newcomers' changes she has voted on, as the queue counts what is left."""
    rows = visitor.open("/review?show=all&author=new").locator("main .row").count()
    return rows - visitor.open("/review?author=new").locator("main .row").count()


def test_help_skip_and_taking_back_have_their_keys_which_text_fields_keep(visit: Visit) -> None:
    visitor = visit(DESK)
    sign_in(visitor, "Agnieszka")
    page = visitor.open("/review?author=new")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.check()
    visitor.picture("desk-keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jar?")
    expect(page.get_by_role("searchbox")).to_have_value("jar?")
    page.get_by_role("link", name="Start with the first").click()
    first = page.get_by_role("heading", level=1).inner_text()
    page.wait_for_timeout(READ)
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    second = page.get_by_role("heading", level=1).inner_text()
    page.wait_for_timeout(READ)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(second)
    page.wait_for_timeout(READ)
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    expect(page.get_by_text("Your vote is taken back.")).to_be_visible()
    visitor.check()
    page.wait_for_timeout(READ)
    page.keyboard.press("e")
    page.wait_for_url("**/amend?next=*author%3Dnew*")


def test_the_last_one_of_a_queue_can_be_taken_back_by_its_key(visit: Visit) -> None:
    visitor = visit(DESK)
    sign_in(visitor, "Agnieszka")
    page = visitor.open("/review?author=new&class=low")
    page.get_by_role("link", name="Start with the first").click()
    for _ in range(2 * MANY):
        page.wait_for_timeout(READ)
        here = page.url
        page.keyboard.press("a")
        if "/suggestions/" not in at_the_next(page, here):
            break
    expect(page.get_by_text("That was the last one for now.")).to_be_visible()
    expect(page.locator(":focus")).to_have_text("Review")
    expect(page.locator("#live")).to_have_text(re.compile("^You approved"))
    visitor.check()
    visitor.picture("desk-the-last-one")
    page.keyboard.press("u")
    expect(page.get_by_text("Your vote is taken back.")).to_be_visible()


@pytest.mark.parametrize("look", [DESK, PHONE] if IS_LONG else [DESK], ids=str)
def test_with_the_keys_turned_off_tab_and_enter_do(visit: Visit, look: object) -> None:
    visitor = visit(look)
    sign_in(visitor, "Agnieszka")
    page = visitor.open("/account/settings")
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Save this choice").click()
    page = visitor.open("/review?author=new")
    page.get_by_role("link", name="Start with the first").click()
    for _ in range(MANY if IS_LONG else 2):
        here = page.url
        page.wait_for_timeout(READ)
        page.keyboard.press("a")
        page.keyboard.press("s")
        assert page.url == here
        tab_to(page, page.get_by_role("button", name=re.compile("^Approve")).first)
        page.keyboard.press("Enter")
        at_the_next(page, here)
