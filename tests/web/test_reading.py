"""Reading a change: what goes, what comes, what stays, what moved meanwhile, and who suggests it."""

from __future__ import annotations

from typing import Any

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp.services import history
from webapp.web.record_hours import address_words, street_words

IDS = [f"0192d7b4-0000-7000-8000-00000000000{number}" for number in range(10)]
PLACE = {"location_type": "physical", "address_1": "4 Pier Brae", "postal_code": "EH6 5NA"}


def phones(*numbers: int) -> list[dict[str, Any]]:
    """Telephone numbers, each by the number of its id, in this order."""
    return [{"id": IDS[n], "order": place, "number": f"01632 96010{n}"} for place, n in enumerate(numbers)]


def url(world: World, change: str) -> str:
    return f"/suggestions/{world.change(change).suggestion_id}"


def test_a_text_stands_side_by_side_and_once_with_what_goes_and_comes(world: World, client: PageClient) -> None:
    record = world.record(description="Soup for all")
    (change,) = world.suggest(world.person("ann"), record, description="Soup for everybody")
    card = client.get(url(world, change)).one(f"#change-{change}")
    assert card.texts(".wide .diff > div") == ["Now Soup for all", "Suggested Soup for everybody"]
    inline = card.one(".in-one p:last-child")
    assert (inline.text, inline.texts("del"), inline.texts("ins")) == ("Soup for all everybody", ["all"], ["everybody"])


def test_a_list_is_read_row_by_row(world: World, client: PageClient) -> None:
    record = world.record(phones=phones(0, 1, 2))
    (change,) = world.suggest(world.person("ann"), record, phones=phones(0, 2, 3))
    rows = client.get(url(world, change)).one(f"#change-{change}").texts(".list-rows li")
    assert [row.split(" 01632")[0] for row in rows] == ["Stays", "Taken out", "Stays", "Added"]


def test_opening_times_differ_word_by_word_in_their_row(world: World, client: PageClient) -> None:
    hours = {"id": IDS[0], "order": 0, "freq": "WEEKLY", "byday": "MO", "opens_at": "12:00", "closes_at": "14:00"}
    record = world.record(schedules=[hours])
    (change,) = world.suggest(world.person("ann"), record, schedules=[{**hours, "closes_at": "15:00"}])
    row = client.get(url(world, change)).one(f"#change-{change} .list-rows li.changed")
    assert (row.texts("del"), row.texts("ins")) == (["14:00"], ["15:00"])


def test_many_rows_that_stay_are_folded_away(world: World, client: PageClient) -> None:
    record = world.record(phones=phones(*range(9)))
    (change,) = world.suggest(world.person("ann"), record, phones=phones(*range(10)))
    card = client.get(url(world, change)).one(f"#change-{change}")
    assert len(card.all(".unit > .list-rows > li")) == 1
    assert card.one("details.rest summary").text == "9 rows stay as they are"


def test_what_else_the_group_says_is_folded_beside_it(world: World, client: PageClient) -> None:
    record = world.record(description="Soup", summary="Lunch together")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    rest = client.get(url(world, change)).one(f"#change-{change} details.rest:not([open])")
    assert rest.texts("dt, dd") == ["Summary", "Lunch together"]


def test_a_pin_that_moves_is_on_a_map_twice_and_said_in_words(world: World, client: PageClient) -> None:
    before = {"latitude": "55.975700", "longitude": "-3.170000"}
    record = world.record("location", **PLACE, **before)
    (change,) = world.suggest(world.person("ann"), record, latitude="55.978900")
    card = client.get(url(world, change)).one(f"#change-{change}")
    assert "It moves the pin by 360 metres." in card.one(".pins").text
    assert card.texts(".diff del, .diff ins") == ["55.975700", "55.978900"]  # the address itself stays
    points = card.one("[data-map]")["data-points"]
    assert ('"mark": "before"' in points, '"mark": "after"' in points) == (True, True)


def test_an_address_that_leaves_the_pin_alone_has_no_map(world: World, client: PageClient) -> None:
    record = world.record("location", **PLACE, latitude="55.975700", longitude="-3.170000")
    (change,) = world.suggest(world.person("ann"), record, address_1="6 Pier Brae")
    assert not client.get(url(world, change)).all("[data-map]")


@ON_BOTH
def test_earlier_suggestions_on_the_same_field_are_named_with_their_ends(world: World, client: PageClient) -> None:
    record = world.record(description="Soup", phones=phones(0))
    for number in range(6):
        (earlier,) = world.suggest(world.person("ben"), record, description=f"Soup at {number} o’clock")
        world.passes(minutes=1)
        world.withdraw(world.people["ben"], earlier)
    world.suggest(world.person("cat"), record, phones=phones(0, 1))
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    earlier_ones = [d for d in client.get(url(world, change)).all("details") if "earlier" in d.text]
    assert [d.one("summary").text for d in earlier_ones] == ["5 earlier suggestions on this"]
    rows = earlier_ones[0].all("li")
    assert all(row.text.startswith("Withdrawn") and row.text.endswith("Ben") for row in rows)


@ON_BOTH
def test_an_author_is_known_by_numbers_and_newcomers_by_a_mark(world: World, client: PageClient) -> None:
    record = world.record(description="Soup")
    ann, mo = world.person("ann"), world.person("mo", "moderator")
    (first,) = world.suggest(ann, record, description="Soup and company")
    text = client.get(url(world, first)).one("main").text
    assert ("By a newcomer" in text, "0 changes applied; 0 rejected" in text) == (True, True)
    world.approve(first, "rita", "rob")
    history.revert_revision(world.storage, history.RevertRevision(record, 2, mo, 2, "It was wrong"), world.now)
    (second,) = world.suggest(ann, record, description="Soup and tea")
    world.approve(second, "rita", "rob")
    text = client.get(url(world, second)).one("main").text
    assert "2 changes applied, 1 of them undone later; 0 rejected" in text
    assert "By a newcomer" not in text


def test_where_an_author_belongs_is_told(world: World, client: PageClient) -> None:
    trust = world.record("organization", name="Harbour Trust")
    record = world.record(description="Soup", organization_id=trust)
    ann = world.person("ann")
    world.affiliate(ann, trust)
    (change,) = world.suggest(ann, record, description="Soup and company")
    assert "Belongs to Harbour Trust." in client.get(url(world, change)).one("main").text


def test_many_changes_are_read_in_as_many_queries_as_one(world: World, client: PageClient) -> None:
    record = world.record(description="Soup", phones=phones(0), organization_id=world.record("organization", name="T"))
    other = world.record("organization", name="Other")
    few = world.suggest(world.person("ann"), record, organization_id=other)
    many = world.suggest(
        world.person("ben"), record, description="Tea", phones=phones(0, 1), alert="Shut", organization_id=other,
        eligibility_description="Everybody", languages=[{"id": IDS[5], "order": 0, "code": "gd"}],
    )  # fmt: skip
    assert (len(few), len(many) > 4) == (1, True)
    for address in (url(world, few[0]), url(world, many[0])):
        with at_most(13, world.storage.engine):
            client.get(address)


def test_a_comma_with_which_a_line_of_an_address_ends_is_not_said_twice() -> None:
    lines = {"address_1": "Unit 8, Arndale Centre,", "address_2": " , "}
    address = {**lines, "city": "Headingley", "postal_code": "LS6 2UE"}
    assert address_words(address) == "Unit 8, Arndale Centre, Headingley, LS6 2UE"
    assert street_words("Boots", address) == "Unit 8, Arndale Centre, Headingley"
    assert street_words("Boots", {"address_1": "Boots", "address_2": ","}) == ""
