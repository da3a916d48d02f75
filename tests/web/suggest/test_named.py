"""Every card says what it is about: which field of its group, and at which place."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests.support.queries import at_most
from tests.web.suggest.suggesting import REVIEW, Town, filled
from webapp.storage.models import Record


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


def queued(town: Town) -> list[str]:
    """What each row of the queue is about."""
    return town.visitor().get("/review?show=all").texts("main .row h2 .of")


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"alternate_name": "The Soup Bus"}, "Other name"),
        ({"name": "Harbour Soup", "alternate_name": "The Soup Bus"}, "Name, Other name"),
        ({"phones": []}, "Phone numbers"),
        ({"url": "https://soup.example", "email": "soup@soup.example"}, "Website, E-mail address"),
    ],
)
def test_a_row_of_the_queue_says_which_fields_change(town: Town, values: dict[str, Any], label: str) -> None:
    town.world.suggest(town.world.person("ann"), town.service, **values)
    assert queued(town) == [label]


def test_a_row_of_the_queue_says_at_which_place_and_by_its_present_name(town: Town) -> None:
    usual = {**town.usual, "closes_at": "15:00"}
    place = {**town.place, "schedules": [usual, town.by_appointment], "description": "In the back room"}
    town.world.suggest(town.world.person("ann"), town.service, places=[place])
    assert queued(town) == ["About the service at Leith Library", "Opening times at Leith Library"]
    renamed = update(Record).where(Record.id == town.library).values(name="Leith Reading Room")
    town.world.storage.transact(lambda uow: uow.run(renamed), town.world.now)
    assert queued(town) == ["About the service at Leith Reading Room", "Opening times at Leith Reading Room"]


def test_a_row_of_a_place_that_comes_or_goes_tells_the_whole(town: Town) -> None:
    town.world.suggest(town.world.person("ann"), town.service, places=[])
    assert queued(town) == ["Places and opening times"]


def test_the_queue_of_places_takes_at_most_eight_queries_too(town: Town) -> None:
    place = {**town.place, "description": "In the back room"}
    town.world.suggest(town.world.person("ann"), town.service, places=[place])
    rob = town.visitor("rob", "reviewer")
    with at_most(8, town.world.storage.engine):
        rob.get("/review")


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
