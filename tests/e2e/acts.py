"""What people do at the site, by the names that they read: sign in, find, suggest, vote. No markup is named here."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Visitor

PHARMACY = "/services/quayside-pharmacy"
WORDS = "There is a quiet room for talking."


def sign_in(visitor: Visitor, name: str) -> None:
    """One click, as the demo allows."""
    page = visitor.open("/account/sign-in")
    page.get_by_role("button", name=re.compile(name)).first.click()
    expect(you(page)).to_be_visible()


def you(page: Page) -> Locator:
    """The way to one's account, which shows that somebody is signed in."""
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^You"))


def find_the_pharmacy(visitor: Visitor) -> Page:
    """From the front door to the record."""
    page = visitor.open("/")
    visitor.check()
    page.get_by_label("What are you looking for?").fill("pharmacy quayside")
    page.get_by_role("main").get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("pharmacy quayside")
    visitor.check()
    page.get_by_role("main").get_by_role("link", name="Quayside Pharmacy").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quayside Pharmacy")
    visitor.check()
    return page


def fill_in(page: Page, number: str = "", words: str = WORDS, reason: str = "I phoned them this morning.") -> None:
    """On the form of the pharmacy: a clearer description, a new number, and how one knows."""
    unfold(page, "Description")
    field = page.get_by_role("textbox", name="Description", exact=True)
    field.fill(f"{field.input_value()} {words}")
    if number:
        unfold(page, "Phone numbers")
        number_field(page).fill(number)
    page.get_by_label("Why should it change?").fill(reason)
    page.get_by_role("combobox", name="How do you know?").select_option(index=1)


def unfold(page: Page, name: str) -> None:
    """Open a group of the form."""
    page.get_by_role("heading", name=name, exact=True).click()


def number_field(page: Page) -> Locator:
    """The first telephone number of the form."""
    return page.get_by_role("textbox", name=re.compile("^Number")).first


def look_over(page: Page) -> None:
    """From the form to what will be sent."""
    page.get_by_role("main").get_by_role("button", name="Look it over before sending").click()
    expect(page.get_by_role("button", name=re.compile("^Send"))).to_be_visible()


def send(page: Page) -> str:
    """Send it; gives the path of the suggestion."""
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.get_by_role("heading", name=re.compile("^Suggestion for"))).to_be_visible()
    return re.sub("^https?://[^/]+", "", page.url)


def card(page: Page, name: str) -> Locator:
    """One change of a suggestion."""
    return page.get_by_role("article", name=name)


def approve(page: Page, name: str) -> None:
    """Press the button; what then shows is the test's to say."""
    card(page, name).get_by_role("button", name=re.compile("^Approve")).click()
