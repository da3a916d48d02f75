"""The pin of a form: moved by keys, mouse and finger, typed to its place, kept by the form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import look_over, send, sign_in
from tests.e2e.conftest import Visit
from tests.e2e.maps import LIBRARY, fingers, map_of, middle, touch
from tests.support.browser import DESK, PHONE, Visitor


def pinned(visitor: Visitor, path: str = LIBRARY) -> Page:
    """The form of a place with its map open."""
    page = visitor.open(f"{path}/suggest")
    page.get_by_role("heading", name="Address and map point").click()
    map_of(page)
    return page


def point(page: Page) -> tuple[float, float]:
    """What the two fields say."""
    up, across = (page.get_by_label(name).input_value() for name in ("Latitude", "Longitude"))
    assert all(re.fullmatch(r"-?\d+\.\d{6}", text) for text in (up, across))
    return float(up), float(across)


def test_the_arrow_keys_move_the_pin_and_the_form_keeps_it(visit: Visit) -> None:
    visitor = visit(PHONE)
    sign_in(visitor, "Rab Corstane")
    page = pinned(visitor)
    visitor.check()
    before = point(page)
    pin = page.get_by_role("button", name=re.compile("^The pin"))
    pin.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    moved = point(page)
    assert moved[0] > before[0]
    assert moved[1] < before[1]
    expect(pin).to_be_focused()
    expect(page.locator("#live")).to_have_text(f"The pin is at latitude {moved[0]:.6f}, longitude {moved[1]:.6f}.")
    page.keyboard.press("Shift+ArrowDown")
    assert before[0] < point(page)[0] < moved[0]
    visitor.check()
    wanted = point(page)
    page.get_by_label("Why should it change?").fill("I stood at its door.")
    page.get_by_role("combobox", name="How do you know?").select_option(index=1)
    look_over(page)
    send(page)
    expect(page.get_by_role("article").first).to_contain_text(f"{wanted[0]:.6f}")
    expect(page.get_by_role("article").first).to_contain_text(f"{wanted[1]:.6f}")


def test_the_pin_is_dragged_clicked_and_typed_to_its_place(visit: Visit) -> None:
    page = pinned(visit(DESK))
    before, start = point(page), middle(page.locator(".map-pin"))
    page.mouse.move(start[0], start[1] - 20)
    page.mouse.down()
    page.mouse.move(start[0] + 60, start[1] + 20, steps=6)
    page.mouse.up()
    dragged = point(page)
    assert dragged[0] < before[0]
    assert dragged[1] > before[1]
    page.mouse.click(start[0] - 80, start[1] - 60)
    clicked = point(page)
    assert clicked[0] > before[0]
    assert clicked[1] < before[1]
    page.get_by_label("Latitude").fill(str(before[0]))
    page.get_by_label("Longitude").fill(str(before[1]))
    page.get_by_label("Longitude").press("Tab")
    back = middle(page.locator(".map-pin"))
    assert abs(back[0] - start[0]) < 2


def test_a_place_without_a_point_gets_one_in_the_middle(visit: Visit) -> None:
    visitor = visit(DESK)
    page = visitor.open("/suggest/new/location")
    map_of(page)
    expect(page.locator(".map-pin")).to_have_count(0)
    page.get_by_role("button", name="Put the pin in the middle of the map").press("Enter")
    expect(page.get_by_role("button", name=re.compile("^The pin"))).to_be_focused()
    up, across = point(page)
    assert 50 < up < 60
    assert -8 < across < 2
    visitor.check()


def test_a_new_place_s_pin_starts_at_the_postcode_that_was_typed(visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.open("/suggest/new/location")
    map_of(page)
    expect(page.locator(".map-pin")).to_have_count(0)
    page.get_by_label("Postcode", exact=True).fill("KY15 4AA")
    page.get_by_label("Postcode", exact=True).press("Tab")
    expect(page.locator(".pinned [role=status]")).to_contain_text("We know KY15 4AA only as far as KY15 4.")
    pin = page.get_by_role("button", name=re.compile("^The pin"))
    expect(pin).to_have_count(1)
    expect(page.locator(".map-town span", has_text="Cupar")).to_be_visible()
    for name in ("Latitude", "Longitude"):
        expect(page.get_by_label(name)).to_have_value("")  # the middle of a postcode is nobody's door
    visitor.check()
    visitor.picture("pin-at-postcode")
    pin.press("ArrowUp")
    assert 56.2 < point(page)[0] < 56.5
    page.get_by_label("Postcode", exact=True).fill("EH6 5NA")
    page.get_by_label("Postcode", exact=True).press("Tab")
    expect(page.locator(".pinned [role=status]")).to_have_text("")
    assert 56.2 < point(page)[0] < 56.5  # which somebody has put there


@pytest.mark.parametrize("typed", ["north", "", "1e999", "91", "-"])
def test_what_is_no_number_moves_no_pin(visit: Visit, typed: str) -> None:
    visitor = visit(DESK)
    page = pinned(visitor)
    before = middle(page.locator(".map-pin"))
    page.get_by_label("Latitude").fill(typed)
    page.get_by_label("Latitude").press("Tab")
    assert middle(page.locator(".map-pin"))[0] == pytest.approx(before[0], abs=1)
    visitor.check_quiet()


def test_a_finger_moves_the_pin_and_not_the_page(visit: Visit) -> None:
    visitor = visit(PHONE)
    session = fingers(visitor.page)
    page = pinned(visitor)
    before, stood = point(page), page.evaluate("scrollY")
    x, y = middle(page.locator(".map-pin"))
    touch(session, [(x + 5 * n, y - 20 + 4 * n) for n in range(10)])
    expect(page.get_by_label("Latitude")).not_to_have_value(f"{before[0]:.6f}")
    assert page.evaluate("scrollY") == stood
