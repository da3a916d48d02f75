"""Results in time and order: open at a day and hour, open late, and sorted by name, distance or last check."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Update, select, update

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.walking import element, look, names, said, walks
from webapp import clock
from webapp.services import found_order
from webapp.services.confirm import ConfirmRecord, confirm_record
from webapp.storage.models import Record
from webapp.storage.search import ranking


@pytest.fixture
def town(world: World) -> World:
    """A town of walks."""
    return walks(world)


def test_results_can_be_sorted_by_name_distance_and_last_check(town: World, client: PageClient) -> None:
    assert names(look(client, "q=walk&sort=name")) == ["Buggy walk", "Harbour walk", "Hill walk", "Leeds walk"]
    assert names(look(client, "q=walk&near=Cupar&sort=nearest"))[0] == "Harbour walk"
    (hill,) = town.all(select(Record.id).where(Record.name == "Hill walk"))
    command = ConfirmRecord(hill.id, town.person("vera", "volunteer"), 1, "phoned")
    confirm_record(town.storage, command, clock.now())
    assert names(look(client, "q=walk&sort=checked"))[0] == "Hill walk"
    assert names(look(client, "q=walk&checked=3")) == ["Hill walk"]


def test_what_is_open_at_a_day_and_time_is_found(town: World, client: PageClient) -> None:
    times = element(1, freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="12:00")
    town.record(name="Tuesday walk", schedules=[times])
    with clock.fixed(town.now):
        assert names(look(client, "q=walk&open=tue&at=11:00")) == ["Tuesday walk"]
        assert names(look(client, "q=walk&open=tue&at=13:00")) == []
        assert names(look(client, "q=walk&open=wed&at=11:00")) == []
        assert "Open on Tuesday at 11:00" in said(look(client, "q=walk&open=tue&at=11:00"))
        assert names(look(client, "q=walk&open=tue&at=soon")) == []  # at noon
    with clock.fixed(town.now + timedelta(days=6)):
        assert names(look(client, "q=walk&open=tue&at=11:00")) == ["Tuesday walk"]


EVENING = [("Early", "17:00", "20:00"), ("Long", "09:00", "21:00"), ("Night", "22:00", "06:00")]


@pytest.fixture
def evenings(town: World) -> World:
    """On this Monday one walk is over at eight, one goes on, one begins at ten; one is late on Tuesdays only."""
    for number, (name, opens, closes) in enumerate([*EVENING, ("Tuesday", "17:00", "21:00")]):
        day = "TU" if name == "Tuesday" else "MO"
        times = element(number + 1, freq="WEEKLY", byday=day, opens_at=opens, closes_at=closes)
        town.record(name=f"{name} walk", schedules=[times])
    return town


@pytest.mark.parametrize("address", ["q=walk+open+late", "q=walk&open=late", "q=late+opening+walk"])
def test_what_is_open_late_is_open_at_eight_in_the_evening_or_later_today(
    evenings: World, client: PageClient, address: str
) -> None:
    with clock.fixed(evenings.now):
        page = look(client, address)
        assert sorted(names(page)) == ["Long walk", "Night walk"]
        assert "2 results open then" in said(page)
        (chip,) = page.all("main .tags a")
        assert chip.text.startswith("open late (at 20:00 or later today)")
        assert page.find("#open[checked]") is None  # that is "open now"
        assert len(names(client.get(str(chip["href"])))) == 8


@pytest.mark.parametrize(("hours", "found"), [(11.5, ["Long walk", "Night walk"]), (13, ["Night walk"])])
def test_what_has_closed_already_is_not_open_late(
    evenings: World, client: PageClient, hours: float, found: list[str]
) -> None:
    with clock.fixed(evenings.now + timedelta(hours=hours)):  # half past eight, and ten
        assert sorted(names(look(client, "q=walk&open=late"))) == found


def test_open_late_can_be_chosen_and_taken_back_beside_the_results(evenings: World, client: PageClient) -> None:
    with clock.fixed(evenings.now):
        (late,) = [one for one in look(client, "q=walk").all("#narrow a") if one.text.startswith("Open late")]
        page = client.get(str(late["href"]))
        assert sorted(names(page)) == ["Long walk", "Night walk"]
        (chosen,) = [one for one in page.all("#narrow a") if one.text.startswith("Open late")]
        assert chosen["aria-current"] == "true"
        assert len(names(client.get(str(chosen["href"])))) == 8


def test_where_nothing_is_open_late_the_page_says_so(town: World, client: PageClient) -> None:
    assert "Nothing that we know to be open then" in said(look(client, "q=walk+open+late"))
    assert "Nothing that we know to be open then" in said(look(client, "q=walk+open+sunday"))


def counts(page: Page, start: str) -> list[str]:
    """What stands beside the choices that begin so."""
    return [link.one("small").text for link in page.all("#narrow a.pick") if link.text.startswith(start)]


def test_what_may_be_open_now_or_late_is_counted_whether_it_is_asked_for_or_not(
    evenings: World, client: PageClient
) -> None:
    with clock.fixed(evenings.now):
        for address in ("q=walk", "q=walk&open=now", "q=walk&open=late", "q=walk&open=tue&at=18:00"):
            page = look(client, address)
            assert counts(page, "Open now") == ["about 1 result"], address
            assert counts(page, "Open late") == ["about 2 results"], address
        assert counts(look(client, "q=walk&kind=guide"), "Open now") == []


def test_what_is_open_is_counted_at_the_least_where_more_match_than_were_looked_at(
    evenings: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 7)
    monkeypatch.setattr(ranking, "COUNTED", 7)
    with clock.fixed(evenings.now):
        for address in ("q=walk", "q=walk&open=late"):
            (words,) = counts(look(client, address), "Open late")
            assert words.endswith("+ results"), address


@pytest.mark.parametrize("more", ["", "&checked=6", "&kind=service", "&checked=12&kind=service"])
def test_each_time_since_when_results_are_checked_says_how_many_it_leaves(
    town: World, client: PageClient, more: str
) -> None:
    for months, name in ((2, "Hill walk"), (5, "Buggy walk"), (11, "Leeds walk")):
        at = clock.now() - timedelta(days=months * 30)
        (row,) = town.all(select(Record.id).where(Record.name == name))
        town.storage.transact(lambda uow, id_=row.id, at=at: uow.run(checked(id_, at)), at)
    page = look(client, f"q=walk{more}")
    offered = [link for link in page.all("#narrow a.pick") if link.text.partition(" ")[2].startswith("month")]
    assert len(offered) == 3
    for link, count in zip(offered, (1, 2, 3), strict=True):
        assert link.one("small").text.split()[0] == str(count)
        if not link.get("aria-current"):
            assert len(names(client.get(str(link["href"])))) == count, link.text


def test_a_check_that_is_in_force_counts_the_results_and_others_at_the_least_where_more_were_found(
    town: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found_order, "COUNTED", 1)
    for name in ("Hill walk", "Buggy walk"):
        (row,) = town.all(select(Record.id).where(Record.name == name))
        town.storage.transact(lambda uow, id_=row.id: uow.run(checked(id_, town.now)), town.now)
    with clock.fixed(town.now):
        page = look(client, "q=walk&checked=6&sort=checked")
    assert counts(page, "6 months") == ["2 results"]
    assert counts(page, "3 months") == counts(page, "12 months") == ["1+ results"]


def checked(record_id: str, at: datetime) -> Update:
    """Say of a record when it was checked last."""
    return update(Record).where(Record.id == record_id).values(checked_at=at)


@pytest.mark.parametrize("more", ["near=Cupar&within=5", "near=Cupar", "checked=3"])
def test_beside_a_choice_in_force_others_are_counted_within_what_else_is_asked_for(
    town: World, client: PageClient, more: str
) -> None:
    page = look(client, f"q=walk&age=18&{more}")
    for link in page.all("#narrow a.pick"):
        if link.all("small") and not link.get("aria-current"):
            count = int(link.one("small").text.split()[0])
            assert len(names(client.get(str(link["href"])))) == count, link.text
