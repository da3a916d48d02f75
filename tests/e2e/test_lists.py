"""A visitor collects, prints and sends in a real browser; what is on paper is large, and nothing is cut in two."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.support.browser import PHONE

A4_WIDTH = 680  # pixels between the margins
LEAST = 16  # points
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.leaflet *')]
  .filter(e => !e.closest('svg') && !e.classList.contains('vh'))
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize))) * 72 / 96"""
PARTED = """() => [...document.querySelectorAll('.leaflet section, .leaflet footer')]
  .filter(e => getComputedStyle(e).breakInside !== 'avoid').length"""
COLOURED = """() => [...document.querySelectorAll('.leaflet, .leaflet *:not(svg *)')]
  .map(e => getComputedStyle(e).color).filter(c => c !== 'rgb(0, 0, 0)')"""


def title(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the page with that heading is there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_list_is_collected_changed_and_sent_on_a_phone(visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.expects(422)
    page = visitor.page
    for slug in ("harbour-soup-lunch", "garrowmill-peer-group", "steady-steps"):
        page.goto(f"{visitor.url}/services/{slug}")
        if slug == "garrowmill-peer-group":  # what is closed is offered on its page no more, but may be on a list
            assert page.get_by_role("link", name="Add to a list").count() == 0
            page.goto(f"{visitor.url}/services/{slug}/list")
        else:
            page.get_by_role("link", name="Add to a list").click()
        title(page, re.compile("^Add .* to a list$"))
        visitor.check()
        page.get_by_role("button", name="Add it").click()
        title(page, "My list")
        visitor.check()
    expect(page.locator("ol.stack > li h2")).to_have_count(3)
    listed = page.url
    last = page.locator("ol.stack > li h2").last.text_content()
    page.get_by_role("link", name="Change the list").click()
    title(page, "Change the list")
    visitor.check()
    page.get_by_role("button", name=re.compile(f"Move up +{last}")).click()
    expect(page.locator("ol.stack h3").nth(1)).to_have_text(str(last))
    visitor.check()
    page.goto(listed + "/send")
    page.get_by_label("To which address?").fill("nobody")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.check()
    page.get_by_label("To which address?").fill("mum@mail.example")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("on its way")).to_be_visible()
    page.goto(visitor.url + "/lists")
    visitor.check()


def test_a_leaflet_is_large_black_on_white_and_parts_no_service(visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    page.goto(f"{visitor.url}/services/harbour-soup-lunch/list")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Print as a leaflet").click()
    expect(page).to_have_url(re.compile(r"/lists/\w+/print$"))
    visitor.check()
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    assert round(page.evaluate(SMALLEST), 2) >= LEAST
    assert page.evaluate(PARTED) == 0
    assert page.evaluate(COLOURED) == []
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("img", name="QR code of this list’s address").is_visible()
