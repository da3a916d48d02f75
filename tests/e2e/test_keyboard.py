"""The whole way without a mouse: find, suggest and vote with Tab, Enter, Space and the arrows alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.acts import PHARMACY, WORDS, card, number_field, sign_in
from tests.e2e.conftest import Visit
from tests.support.browser import DESK, OLD, PHONE, Look
from tests.support.profile import IS_LONG

MOST_STOPS = 80
SHOWS_FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const outlined = (pseudo) => {
    const style = getComputedStyle(e, pseudo);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const name = `${e.tagName} ${(e.innerText || e.name || '').trim().slice(0, 40)}`;
  return [name, outlined(null) || outlined('::after'), inView];
}"""
FOLLOWS = """e => {
  const before = window.lastStop;
  window.lastStop = e;
  if (!before || !before.isConnected) return true;
  return Boolean(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there: every stop must show itself, inside the window, in the page's order."""
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        name, is_shown, is_in_view = page.evaluate(SHOWS_FOCUS)
        stops.append(name)
        assert is_shown, f"nothing shows that the focus is on {name}, at {page.url}"
        assert is_in_view, f"the focus is outside the window, on {name}, at {page.url}"
        if key == "Tab":
            assert page.locator(":focus").evaluate(FOLLOWS), f"the focus jumps back, to {name}, at {page.url}: {stops}"
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"no way to it with {key}, at {page.url}: {stops}")


def skip_to_the_page(page: Page) -> None:
    """The first stop of every page leads past the header."""
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def find_by_keys(page: Page) -> None:
    """From the front door to the record of the pharmacy."""
    skip_to_the_page(page)
    tab_to(page, page.get_by_label("What are you looking for?"))
    page.keyboard.type("pharmacy quayside")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("pharmacy quayside")
    skip_to_the_page(page)
    tab_to(page, page.get_by_role("main").get_by_role("link", name="Quayside Pharmacy").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quayside Pharmacy")


def fill_in_by_keys(page: Page, number: str) -> None:
    """On its form: a clearer description, a new number, and how one knows."""
    tab_to(page, summary(page, "Description"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("textbox", name="Description", exact=True))
    page.keyboard.press("Control+End")
    page.keyboard.type(f" {WORDS} Ring {number}.")
    tab_to(page, summary(page, "Phone numbers"))
    page.keyboard.press("Enter")
    tab_to(page, number_field(page))
    page.keyboard.press("Control+A")
    page.keyboard.type(f"01632 {number}")
    tab_to(page, page.get_by_label("Why should it change?"))
    page.keyboard.type("I phoned them this morning.")
    tab_to(page, page.get_by_role("combobox", name="How do you know?"))
    page.keyboard.press("ArrowDown")


@pytest.mark.parametrize(
    ("look", "number"), [(PHONE, "960 761"), (DESK, "960 762"), (OLD, "960 763")][: 3 if IS_LONG else 1], ids=str
)
def test_a_suggestion_needs_no_mouse(visit: Visit, look: Look, number: str) -> None:
    visitor = visit(look)
    sign_in(visitor, "Rab Corstane")
    page = visitor.open("/")
    find_by_keys(page)
    skip_to_the_page(page)
    tab_to(page, page.get_by_role("link", name="Suggest a change"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Suggest a change")
    skip_to_the_page(page)
    fill_in_by_keys(page, number)
    tab_to(page, page.get_by_role("button", name="Look it over before sending"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Nothing has been sent yet")
    skip_to_the_page(page)
    tab_to(page, page.get_by_role("button", name=re.compile("^Send")))
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Suggestion for"))
    expect(card(page, "Description")).to_contain_text(WORDS)
    expect(card(page, "Phone numbers")).to_contain_text(f"01632 {number}")
    visitor.check()


@pytest.mark.parametrize("look", [DESK, PHONE, OLD] if IS_LONG else [DESK], ids=str)
def test_a_vote_needs_no_mouse(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    sign_in(visitor, "Agnieszka")
    page = visitor.open("/review")
    skip_to_the_page(page)
    tab_to(page, page.get_by_role("main").get_by_role("listitem").get_by_role("link").first)
    tab_to(page, page.get_by_role("link", name=re.compile("^Start with")), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Suggestion for"))
    first = page.get_by_role("article").first
    rejection = first.locator("summary", has_text="Reject")
    tab_to(page, rejection)
    page.keyboard.press("Space")
    tab_to(page, first.get_by_label("Why?"))
    tab_to(page, rejection, key="Shift+Tab")
    page.keyboard.press("Space")
    expect(first.get_by_label("Why?")).to_be_hidden()
    tab_to(page, first.get_by_role("button", name=re.compile("^Approve")), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("You approved the last one")  # and the next one has come
    if look.has_javascript:
        expect(page.locator(":focus")).to_have_id(re.compile("^suggestion$|^change-.*-title$"))
        expect(page.get_by_role("status").last).to_contain_text("You approved the last one")
    visitor.check()


def test_still_correct_says_so_where_it_was_pressed(visit: Visit) -> None:
    visitor = visit(PHONE)
    sign_in(visitor, "Agnieszka")
    page = visitor.open(PHARMACY)
    button = page.get_by_role("button", name="Still correct")
    skip_to_the_page(page)
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("checked", re.IGNORECASE))).to_be_focused()
    expect(page.get_by_role("status").last).to_contain_text(re.compile("checked", re.IGNORECASE))
    visitor.check()


def summary(page: Page, name: str) -> Locator:
    """What opens a group of the form."""
    return page.locator("summary", has=page.get_by_role("heading", name=name, exact=True))
