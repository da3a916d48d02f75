"""Maps in a real browser: points in their place, all of it by keyboard, and nothing that catches who scrolls past."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.maps import COUNCIL, HALL, fingers, map_of, markers, middle, touch
from tests.e2e.test_keyboard import tab_to
from tests.support.browser import DARK, DARK_PHONE, DESK, OLD, PHONE, Look
from tests.support.profile import IS_LONG

FORCED = Look(has_forced_colors=True)
TRIES, A_MOMENT = 4, 1000  # milliseconds; people, too, try again
MOVING = Look(has_motion=True)


@pytest.mark.parametrize("look", [PHONE, DARK_PHONE, DESK, DARK, FORCED] if IS_LONG else [PHONE, FORCED], ids=str)
def test_a_map_has_no_fault_and_breaks_no_policy(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    for path in (HALL, COUNCIL):
        page = visitor.open(path)
        map_of(page)
        visitor.check()
        markers(page).first.press("Enter")
        expect(page.locator(".leaflet-popup")).to_be_visible()
        visitor.check()
        visitor.picture(f"map-{look}-{path.rpartition('/')[2]}")


def test_points_stand_as_they_do_in_the_country(visit: Visit) -> None:
    page = visit(DESK).open(COUNCIL)
    inland = middle(markers(page).filter(has=page.locator("circle")).first)  # in Garrowmill, five miles inland
    port = middle(page.locator(".map-many"))
    town = {name: middle(page.locator(".map-town", has_text=name)) for name in ("Forfar", "Montrose", "Arbroath")}
    assert town["Forfar"][0] < inland[0] < port[0] < town["Montrose"][0]  # west to east
    assert town["Montrose"][1] < inland[1] < town["Arbroath"][1]  # north to south


def test_what_lies_in_one_town_is_shown_as_near_as_that(visit: Visit) -> None:
    page = visit(DESK).open("/search?q=club&near=56.618,-2.499&within=1")
    page.get_by_text("Show these on a map").click()
    expect(markers(page)).to_have_count(2)
    for _ in range(3):
        page.get_by_role("button", name="Zoom out").click()
    expect(markers(page)).to_have_count(1)


def test_no_two_markers_lie_over_each_other_however_far_away(visit: Visit) -> None:
    page = visit(DESK).open(COUNCIL)
    for _ in range(4):
        boxes = [box for found in markers(page).all() if (box := found.bounding_box())]
        pairs = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :]]
        assert not [1 for a, b in pairs if abs(a["x"] - b["x"]) < 36 and abs(a["y"] - b["y"]) < 48]
        page.get_by_role("button", name="Zoom in").click()


def test_the_whole_map_goes_by_keyboard(visit: Visit) -> None:
    visitor = visit(DESK)
    page = visitor.open(COUNCIL)
    frame = map_of(page)
    single = frame.get_by_role("button", name="Garrowmill Library", exact=True)
    tab_to(page, single)
    page.keyboard.press("Enter")
    link = frame.get_by_role("link", name="Garrowmill Library")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(single).to_be_focused()
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    many = frame.get_by_role("button", name=re.compile("^4 places close together, .* and others$"))
    tab_to(page, many)
    page.keyboard.press("Space")
    told = page.locator(".leaflet-popup").get_by_role("link")
    expect(told).to_have_count(4)
    expect(told.first).to_be_focused()
    frame.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(many).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/locations/"))


@pytest.mark.slow
@pytest.mark.parametrize("look", [DESK, MOVING], ids=str)
@pytest.mark.parametrize("way", ["its button", "the map", "the same pin", "Escape"])
def test_a_popup_gives_the_focus_back_however_the_mouse_closes_it(visit: Visit, look: Look, way: str) -> None:
    page = visit(look).open(COUNCIL)
    frame = map_of(page)
    single = frame.get_by_role("button", name="Garrowmill Library", exact=True)
    for _ in range(5):
        single.click()
        expect(frame.get_by_role("link", name="Garrowmill Library")).to_be_focused()
        if way == "its button":
            frame.get_by_role("button", name="Close", exact=True).click()
        elif way == "the map":
            frame.click(position={"x": 330, "y": 225})
        elif way == "the same pin":
            single.click()
            page.keyboard.press("Escape")
        else:
            page.keyboard.press("Escape")
        expect(page.locator(".leaflet-popup")).to_have_count(0)  # with motion it fades first
        page.wait_for_timeout(400)  # and is looked after once more
        expect(single).to_be_focused()


def test_a_group_opens_to_what_lies_in_it(visit: Visit) -> None:
    page = visit(DESK).open("/services/benefits-check-village-round")
    map_of(page)
    for _ in range(3):
        page.get_by_role("button", name="Zoom out").click()
    group = page.locator(".map-many")
    expect(group).to_have_count(1)
    group.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-many")).to_have_count(0)
    expect(markers(page)).to_have_count(3)
    assert page.locator(":focus").evaluate("e => e.matches('.map-pin')")


def test_the_wheel_scrolls_the_page_and_not_the_map(visit: Visit) -> None:
    page = visit(DESK).open(HALL)
    frame = map_of(page)
    towns = frame.locator(".map-town").all_inner_texts()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    page.wait_for_function("before => scrollY !== before", arg=before)
    assert frame.locator(".map-town").all_inner_texts() == towns


def test_one_finger_scrolls_the_page_past_a_map(visit: Visit) -> None:
    visitor = visit(PHONE)
    session = fingers(visitor.page)
    page = visitor.open(HALL)
    frame = map_of(page)
    towns, before = frame.locator(".map-town").all_inner_texts(), page.evaluate("scrollY")
    x, y = middle(frame)[0], middle(frame)[1] - 120
    touch(session, [(x, y + 10 * n) for n in range(10)])
    page.wait_for_function("before => scrollY < before", arg=before)
    assert frame.locator(".map-town").all_inner_texts() == towns


@pytest.mark.slow  # beside a second browser Chromium now and then swallows one of two fingers that a program puts down
def test_two_fingers_bring_a_map_closer(visit: Visit) -> None:
    visitor = visit(PHONE)
    session = fingers(visitor.page)
    page = visitor.open(HALL)
    frame = map_of(page)
    x, y = middle(frame)[0], middle(frame)[1] - 120
    scale = frame.locator(".leaflet-control-scale-line").first
    before = scale.inner_text()
    for _again in range(TRIES):
        touch(session, [(x - 20 - 8 * n, y) for n in range(10)], [(x + 20 + 8 * n, y) for n in range(10)])
        page.wait_for_timeout(A_MOMENT)
        if scale.inner_text() != before:
            break
    expect(scale).not_to_have_text(before, timeout=A_MOMENT)
    assert page.evaluate("visualViewport.scale") == 1


def test_without_scripts_the_page_is_whole(visit: Visit) -> None:
    visitor = visit(OLD)
    page = visitor.open(HALL)
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text("Station Road, Balwhinnie")
    page = visitor.open(f"{HALL}/suggest")
    page.get_by_role("heading", name="Address and map point").click()
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.get_by_label("Latitude")).to_be_visible()
    visitor.check()


def test_where_leaflet_is_lost_on_the_way_no_hole_is_left(visit: Visit) -> None:
    visitor = visit(DESK)
    visitor.page.route("**/leaflet*.js", lambda route: route.fulfill(status=404))
    visitor.expects(404)
    page = visitor.open(HALL)
    expect(page.locator("[data-map]")).to_be_hidden()
