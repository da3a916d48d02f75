"""Finding in a real browser: names while typing, where somebody is when they say so, narrowing and taking back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.support.browser import DARK, LOOKS, OLD, PHONE, Look
from tests.support.profile import IS_LONG

TWO = LOOKS if IS_LONG else [PHONE, DARK]


@pytest.mark.parametrize("look", TWO, ids=str)
def test_names_show_while_somebody_types_and_lead_there(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    page = visitor.open("/")
    page.get_by_label("What are you looking for?").press_sequentially("harbour so")
    link = page.get_by_role("link", name="Harbour Soup Lunch")
    expect(link).to_be_visible()
    expect(page.locator("#names-said")).to_contain_text("below the box")
    visitor.check()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Soup Lunch")


@pytest.mark.parametrize("look", TWO, ids=str)
def test_a_search_is_narrowed_and_widened_again(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    page = visitor.open("/search?q=lunch")
    visitor.check()
    narrow = page.get_by_role("complementary", name="Narrow down")
    narrow.get_by_role("link", name=re.compile("^Step-free")).click()
    chips = page.get_by_role("list", name="Narrowed to")
    expect(chips.get_by_role("link")).to_have_count(1)
    visitor.check()
    page.get_by_role("navigation", name="Sort by").get_by_role("link", name="A to Z").click()
    names = page.locator("main .row h2").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    chips.get_by_role("link").click()
    expect(chips).to_have_count(0)


@pytest.mark.parametrize("look", TWO, ids=str)
def test_what_was_looked_for_can_be_seen_in_a_name_beside_its_own_underline(visit: Visit, look: Look) -> None:
    page = visit(look).open("/search?q=lunch")
    mark = page.locator("main .row h2 mark").first
    expect(mark).to_have_css("text-decoration-line", "underline")
    for is_forced in (False, True):
        page.emulate_media(forced_colors="active" if is_forced else "none")
        expect(mark).to_have_css("text-decoration-thickness", "3px")
        expect(page.locator("main .row h2 a").first).to_have_css("text-decoration-thickness", "1px")


def test_somebody_is_asked_where_they_are_only_when_they_press_the_button(visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.context.set_geolocation({"latitude": 56.318_812, "longitude": -3.012_345})
    visitor.context.grant_permissions(["geolocation"])
    page = visitor.open("/search?q=lunch")
    page.get_by_role("button", name="Use my location").click()
    page.wait_for_url(re.compile("near=56.319"))
    expect(page.get_by_role("main")).to_contain_text("Near where your device says you are")
    visitor.check()


def test_whoever_does_not_say_where_they_are_can_type_it(visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.open("/search?q=lunch")
    page.get_by_role("button", name="Use my location").click()  # nobody allowed it
    expect(page.locator("#live")).to_contain_text("Type a postcode or a town")
    expect(page.get_by_label("Near?")).to_be_focused()


def test_without_scripts_there_is_a_form_and_no_button_for_the_device(visit: Visit) -> None:
    page = visit(OLD).open("/search")
    expect(page.get_by_role("button", name="Use my location")).to_have_count(0)
    page.get_by_label("What?").fill("lunch")
    page.get_by_label("Near?").fill("Cupar")
    page.get_by_role("main").get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “lunch”")


def test_links_beside_results_and_records_are_tall_enough_for_a_finger(visit: Visit) -> None:
    visitor = visit(PHONE)
    for address, links in (
        ("/search?q=lunch", ".row .above"),
        ("/services/harbour-soup-lunch", "main p.small.cluster a"),
    ):
        found = visitor.open(address).locator(links)
        heights = [(one.bounding_box() or {"height": 0})["height"] for one in found.all()]
        assert heights, address
        assert min(heights) >= 24, (address, heights)


def test_the_example_in_the_box_is_whole_on_the_narrowest_phone(visit: Visit) -> None:
    page = visit(PHONE).open("/")
    page.set_viewport_size({"width": 320, "height": 640})
    box = page.get_by_label("What are you looking for?")
    box.evaluate("box => { box.value = box.placeholder }")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
