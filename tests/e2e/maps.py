"""Maps as people meet them: the map of a page once it stands, its markers, and fingers on a screen."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Locator, Page, expect

HALL = "/locations/balwhinnie-hall"
COUNCIL = "/organizations/strathlinnet-council"  # five places, four of them in one town
LIBRARY = "/locations/garrowmill-library"


def map_of(page: Page) -> Locator:
    """The page's map once it stands."""
    frame = page.locator("[data-map]")
    frame.scroll_into_view_if_needed()
    expect(page.locator("[data-map=shown]")).to_be_visible()
    return frame


def markers(page: Page) -> Locator:
    """What can be chosen on the map."""
    return map_of(page).locator("button")


def middle(found: Locator) -> tuple[float, float]:
    """Where the tip of a marker is."""
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"]


def fingers(page: Page) -> CDPSession:
    """A screen that is touched."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    return session


def touch(session: CDPSession, *paths: list[tuple[float, float]]) -> None:
    """Fingers that move together, one along each path."""
    steps = [[{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(step)] for step in zip(*paths, strict=True)]
    for finger in range(len(paths)):  # no two touch at the same instant
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": steps[0][: finger + 1]})
    for step in steps[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": step})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
