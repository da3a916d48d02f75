"""Where a typed postcode lies stands beside the fields for a point, until one is typed; it is never taken for one."""

from __future__ import annotations

import pytest

from tests.support.page_client import Page
from tests.web.suggest.suggesting import FORM, REVIEW, Town, filled, payload, send

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
KNOWN = "We know KY15 4AA only as far as KY15 4. The middle of that is at latitude 56.3"


def middle(page: Page) -> str:
    """What is said of the postcode."""
    return page.one(".pinned [role=status]").text


def typed(town: Town, **values: str) -> Page:
    """The form of a new place, come back with what was typed, since its type is missing."""
    page = town.visitor("ann").get("/suggest/new/location")
    assert middle(page) == ""
    return page.form(FORM).fill(name="Kirk hall", **values).submit(REVIEW, status=422)


def test_a_form_that_comes_back_says_where_its_postcode_lies(town: Town) -> None:
    page = typed(town, postal_code="ky15 4aa")
    assert middle(page).startswith(KNOWN)
    assert page.one(".pinned [data-start]")["data-start"].startswith("56.3")  # type: ignore[union-attr]  # one value
    assert page.form(FORM).values["latitude"] == ""


@pytest.mark.parametrize("values", [{}, {"postal_code": "nonsense"}, {"postal_code": "KY15 4AA", "latitude": "56.3"}])
def test_it_says_nothing_of_what_is_no_postcode_or_has_a_point(town: Town, values: dict[str, str]) -> None:
    page = typed(town, **values)
    assert middle(page) == ""
    assert page.find("[data-start]") is None


def test_the_middle_of_a_postcode_is_not_sent_as_the_point(town: Town) -> None:
    page = typed(town, postal_code="KY15 4AA", address_1="1 Kirkgate", city="Cupar")
    send(filled(page, location_type="physical").submit(REVIEW, status=200))
    (record,) = payload(town)["records"]
    assert record["document"]["postal_code"] == "KY15 4AA"
    assert not {"latitude", "longitude"} & set(record["document"])


def test_a_place_inside_a_set_has_a_middle_of_its_own(town: Town) -> None:
    page = town.visitor("ann").get("/suggest/new/service")
    page = page.form(FORM).fill(**{"location-postal_code": "EH6 6QN"}).submit(REVIEW, status=422)
    assert "EH6 6" in middle(page)
    asks = page.one(".pinned [role=status]")
    assert asks["hx-get"] == "/suggest/middle?of=location-"
    wanted = [one.strip().removeprefix("#") for one in str(asks["hx-include"]).split(",")]
    assert all(page.one(f"[id='{id_}']")["name"] == id_.removeprefix("f-") for id_ in wanted)


def test_a_part_of_the_page_is_told_as_one_types(town: Town) -> None:
    client = town.visitor("ann")
    address = "/suggest/middle?of=location-&location-postal_code=KY15+4AA"
    assert KNOWN in client.browser.get(address, headers=PART).text
    for nothing in ("&location-latitude=56.3", "x", "&location-postal_code="):
        told = client.browser.get(address.replace("KY15+4AA", "") + nothing, headers=PART)
        assert (told.status_code, told.text.strip()) == (200, ""), nothing
    assert client.browser.get(address).status_code == 302
