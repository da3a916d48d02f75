"""The story, as people live it: find, suggest, vote, see it apply, look back, undo; with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.support.browser import DARK, DESK, OLD, PHONE, Look, Visitor

RECORD = "/services/quayside-pharmacy"


def sign_in(visitor: Visitor, name: str) -> None:
    """One click, as the demo allows."""
    page = visitor.open("/account/sign-in")
    page.get_by_role("button", name=re.compile(name)).first.click()
    expect(page.get_by_role("link", name=re.compile("You"))).to_be_visible()


def suggest(visitor: Visitor, description: str, number: str) -> str:
    """A volunteer finds the pharmacy, and suggests a description and a telephone number; gives the address."""
    page = visitor.open("/")
    page.get_by_label("What are you looking for?").fill("pharmacy quayside")
    page.get_by_role("button", name="Find").last.click()
    page.get_by_role("link", name="Quayside Pharmacy").first.click()
    page.get_by_role("link", name="Suggest a change").click()
    page.locator("summary", has_text="Description").click()
    field = page.get_by_label("Description", exact=True)
    field.fill(f"{field.input_value()} {description}")
    page.locator("summary", has_text="Phone numbers").first.click()
    page.locator("input[type=tel]").first.fill(number)
    page.get_by_label("Why should it change?").fill("I phoned them this morning.")
    page.locator("#f-how").select_option("phoned")
    page.get_by_role("button", name="Look it over before sending").click()
    visitor.check()
    page.get_by_role("button", name=re.compile("Send")).first.click()
    expect(page.get_by_role("heading", name=re.compile("Suggestion for"))).to_be_visible()
    return str(page.url)


@pytest.mark.parametrize(
    ("look", "number"), [(DESK, "01632 960701"), (OLD, "01632 960702")], ids=["with JavaScript", "without"]
)
def test_two_reviewers_apply_a_description_and_the_number_says_what_it_needs(
    visit: Visit, look: Look, number: str
) -> None:
    volunteer = visit(look)
    sign_in(volunteer, "Rab Corstane")
    words = f"There is a quiet room. Ask for {'Jean' if look is DESK else 'Iain'}."
    address = suggest(volunteer, words, number).removeprefix(volunteer.url)
    for name in ("Callum", "Nadia"):
        reviewer = visit(look)
        sign_in(reviewer, name)
        page = reviewer.open(address)
        card = page.locator("article", has=page.get_by_role("heading", name="Description"))
        card.get_by_role("button", name="Approve").click()
        expect(card).to_contain_text("You approved this")
        reviewer.check()
    expect(card).to_contain_text("Applied")
    waiting = page.locator("article", has=page.get_by_role("heading", name=re.compile("Phone"))).locator(
        ".note.waiting"
    )
    expect(waiting).to_contain_text(
        re.compile(r"three more approvals, one of them from a trusted reviewer; at the earliest")
    )
    expect(reviewer.open(RECORD).locator(".prose")).to_contain_text("quiet room")


def test_a_moderator_reverts_a_middle_revision_then_rolls_back(visit: Visit) -> None:
    moderator = visit(DESK)
    sign_in(moderator, "Hamish Okafor")
    page = moderator.open("/services/harbour-soup-lunch/history")
    count = page.locator("a", has_text="Revert").count()
    assert count > 3
    page.goto(moderator.url + "/services/harbour-soup-lunch/history/4/revert")
    moderator.check()
    page.get_by_label("Why?").fill("Polish is spoken on Mondays only")
    page.get_by_role("button", name=re.compile("Revert")).click()
    expect(page.locator("main")).to_contain_text("Revision 4 is reverted")
    page.goto(moderator.url + "/services/harbour-soup-lunch/history/2/roll-back")
    moderator.check()
    page.get_by_label("Why?").fill("Start again from the second revision")
    page.get_by_role("button", name=re.compile("Roll back")).click()
    expect(page.locator("main")).to_contain_text("stands as at revision 2 again")
    page = moderator.open("/services/harbour-soup-lunch/compare?from=1&to=3")
    moderator.check()


def test_the_pages_of_the_readme(visit: Visit) -> None:
    visitor = visit(DESK)
    visitor.open("/services/shore-street-pantry-weekly-shop")
    visitor.picture("record", is_for_readme=True)


@pytest.mark.parametrize("look", [PHONE, DARK], ids=["phone", "dark"])
def test_a_phone_number_is_the_first_thing_to_press(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    page = visitor.open(RECORD)
    visitor.check()
    if look.width < 700:
        expect(page.get_by_role("link", name=re.compile("Call"))).to_be_in_viewport()
