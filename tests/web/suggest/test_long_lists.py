"""A form of a record with very many rows: a line each until one is to be changed, and nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.page_client import Page
from tests.web.suggest.suggesting import FORM, REVIEW, Town, element, filled, send
from webapp.storage.models import Change
from webapp.web.forms.still import MOST_WHOLE

MANY = MOST_WHOLE + 3
WHOLE = "fieldset.item:has(input[type=tel])"


@pytest.fixture
def long(town: Town) -> str:
    """A service with more numbers, and more places with opening times, than a form shows whole."""
    hours = [{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:30", "closes_at": "17:30"}]
    halls = [town.world.record("location", name=f"Hall {n}", location_type="physical") for n in range(MANY)]
    places = [element(n, location_id=hall, schedules=[element(0, **hours[0])]) for n, hall in enumerate(halls)]
    phones = [element(n, number=f"0131 496 {n:04}") for n in range(MANY)]
    return town.world.record(name="Lunch in every hall", places=places, phones=phones)


def asked_for(page: Page, row: str, **typed: Any) -> Page:
    """Type something, then ask for a row to be shown whole."""
    return filled(page, **typed).submit(f'button[name=whole][value="{row}"]', status=200)


def test_rows_of_a_long_list_are_a_line_each_that_says_what_they_say(town: Town, long: str) -> None:
    page = town.visitor("ann").get(town.address(long))
    assert page.all(WHOLE) == []
    assert page.one("#row-phones-14 p").text == "0131 496 0014"
    assert page.one("#row-places-14 p").text == "Hall 14; Monday, 09:30 to 17:30"
    short = town.visitor("ann").get(town.address(town.service))
    assert len(short.all(WHOLE)) == 1
    assert short.all("button[name=whole]") == []


def test_sending_lines_as_they_are_changes_nothing(town: Town, long: str) -> None:
    page = town.visitor("ann").get(town.address(long))
    assert "says that already" in filled(page).submit(REVIEW, status=422).one("#problems").text


def test_a_row_is_asked_for_changed_and_sent_and_the_others_stay(town: Town, long: str) -> None:
    page = asked_for(town.visitor("ann").get(town.address(long)), "phones-13", name="Lunch in all halls")
    assert page.one("#group-phones").get("open") is not None
    assert page.form(FORM).values["name"] == "Lunch in all halls"
    assert len(page.all(WHOLE)) == 1
    looked = page.form(FORM).fill({"phones-13-number": "0131 496 0999"}).submit(REVIEW, status=200)
    assert sorted(looked.texts(".change ins")) == ["0131 496 0999", "all halls"]
    back = looked.form("main form.stack").submit("button[value=edit]", status=200)
    assert back.form(FORM).values["phones-13-number"] == "0131 496 0999"
    assert len(back.all(WHOLE)) == 1


def test_what_was_typed_into_one_row_stays_while_another_is_asked_for(town: Town, long: str) -> None:
    page = asked_for(town.visitor("ann").get(town.address(long)), "places-2")
    page = asked_for(page, "phones-1")
    form = page.form(FORM).fill({"places-2-schedules.text": "whenever we like"})
    form = form.submit('button[name=whole][value="phones-4"]', status=200).form(FORM)
    assert form.values["places-2-schedules.text"] == "whenever we like"
    assert {"phones-1-number", "phones-4-number"} <= set(form.values)
    assert "places-3-schedules.text" not in form.values


def test_rows_are_removed_added_and_looked_for_beside_lines(town: Town, long: str) -> None:
    page = town.visitor("ann").get(town.address(long))
    page = filled(page).submit('button[name=remove][value="phones-0"]', status=200)
    assert page.one("#row-phones-0 p").text == "0131 496 0001"
    page = page.form(FORM).submit("button[name=add][value=phones]", status=200)
    assert page.form(FORM).values["phones-14-number"] == ""
    page = asked_for(page, "places-5", phones__14__number="0131 496 0777")
    page = page.form(FORM).fill({"places-5-location_id.find": "Leith"}).submit(
        'button[name=find][value="places-5-location_id"]', status=200
    )  # fmt: skip
    assert page.form(FORM).values["places-5-location_id.find"] == "Leith"
    looked = page.form(FORM).submit(REVIEW, status=200)
    assert (looked.texts(".change del"), looked.texts(".change ins")) == (["0131 496 0000"], ["0131 496 0777"])


def test_the_row_that_a_change_is_about_is_whole_where_the_change_is_amended(town: Town, long: str) -> None:
    ann = town.visitor("ann")
    page = asked_for(ann.get(town.address(long)), "phones-13")
    send(page.form(FORM).fill({"phones-13-number": "0131 496 0999"}).submit(REVIEW, status=200))
    change = town.world.one(select(Change))
    form = ann.get(f"/suggestions/{change.suggestion_id}/changes/{change.id}/amend").form(FORM)
    assert form.values["phones-13-number"] == "0131 496 0999"
    assert "phones-12-number" not in form.values
