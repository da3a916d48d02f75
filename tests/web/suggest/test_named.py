"""Every card says what it is about: which field of its group, and at which place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.suggest.suggesting import REVIEW, Town, filled


def card(town: Town, change: str) -> list[str]:
    """The headings of a change's card."""
    page = town.visitor().get(f"/suggestions/{town.world.change(change).suggestion_id}")
    return page.texts(f"#change-{change} h2, #change-{change} h3")


@pytest.mark.parametrize(
    ("values", "headings"),
    [
        ({"name": "Harbour Soup"}, ["Name"]),
        ({"alternate_name": "The Soup Bus"}, ["Name", "Other name"]),
        ({"summary": "Soup on Mondays"}, ["Description", "Summary"]),
        ({"description": "Soup and company."}, ["Description"]),
        ({"wait_time": "About a week"}, ["How to get it", "Waiting time"]),
    ],
)
def test_a_card_says_which_field_of_its_group_changes(town: Town, values: dict[str, Any], headings: list[str]) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, **values)
    assert card(town, change) == headings


def test_a_card_of_opening_times_says_at_which_place(town: Town) -> None:
    usual = {**town.usual, "closes_at": "15:00"}
    place = {**town.place, "schedules": [usual, town.by_appointment]}
    [change] = town.world.suggest(town.world.person("ann"), town.service, places=[place])
    assert card(town, change) == ["Places and opening times: Opening times", "Opening times at Leith Library"]


def test_the_last_look_before_sending_says_which_field_and_which_place(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    typed = {"wait_time": "About a week", "places-0-schedules.text": "Monday, 12:00 to 15:00"}
    looked = filled(page, **typed).submit(REVIEW, status=200)
    assert set(looked.texts(".change h3")) == {"Opening times at Leith Library", "Waiting time"}


def test_fitting_to_the_record_says_at_which_place(town: Town) -> None:
    def closing(at: str) -> list[dict[str, Any]]:
        return [{**town.place, "schedules": [{**town.usual, "closes_at": at}, town.by_appointment]}]

    [change] = town.world.suggest(town.world.person("ann"), town.service, places=closing("15:00"))
    [other] = town.world.suggest(town.world.person("bob"), town.service, places=closing("16:00"))
    town.world.vote(town.world.person("ted", "trusted"), other)
    town.world.approve(other, "rita", "rob")
    town.world.passes(hours=24)
    town.world.sweep()
    url = f"/suggestions/{town.world.change(change).suggestion_id}/changes/{change}/rebase"
    page = town.visitor("ann").get(url)
    assert page.one(".change h2").text == "Opening times at Leith Library"
