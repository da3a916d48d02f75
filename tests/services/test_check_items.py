"""Check items: planted by moderators, met by who takes part, answered once, and nothing else comes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.test_policy import write
from tests.support.world import World
from webapp.domain.errors import CapReached, NotAllowed, NotFound, Refused, Stale
from webapp.domain.policy import DEFAULT
from webapp.services import check_items as service
from webapp.services import redact
from webapp.services.doctor import doctor
from webapp.services.judge import newest_policy
from webapp.storage.models import Base, CheckAnswer, CheckItem, ModerationEntry, Person
from webapp.storage.queries import check_items as queries

EVERY = replace(DEFAULT, check_every=1)
"""Due after each vote."""


@pytest.fixture
def soup(world: World) -> str:
    return world.record(description="Soup on Fridays")


def plant(world: World, record: str, by: str = "mo", role: str = "moderator", **otherwise: Any) -> str:
    said = {"field": "description", "value": "Soup on Mondays", "answer": "reject", "reason": "", "why": "It is Friday"}
    values = {"base_number": world.row(record).newest_number, **said, **otherwise}
    return service.plant_check(world.storage, service.PlantCheck(world.person(by, role), record, **values), world.now)


def takes_part(world: World, who: str = "rita", role: str = "reviewer") -> str:
    person = world.person(who, role)
    service.take_part(world.storage, person, is_on=True, now=world.now)
    return person


def votes(world: World, person: str, times: int = 1) -> None:
    """Cast some votes, a minute later each."""
    for _ in range(times):
        world.passes(minutes=1)
        record = world.record(description="Tea")
        (change,) = world.suggest(world.person("ann", "trusted"), record, description=f"Tea at {record}")
        world.vote(person, change, "abstain")


def due(world: World, person: str, policy: Any = EVERY) -> str | None:
    with world.storage.read() as connection:
        return queries.due(connection, policy, person)


def answer(world: World, person: str, item: str, choice: str = "reject") -> None:
    service.answer_check(world.storage, person, item, choice, world.now)


# -- planting -----------------------------------------------------------------------------------------------


def test_a_moderator_plants_one_and_the_public_log_does_not_say_which(world: World, soup: str) -> None:
    item = plant(world, soup)
    row = world.one(select(CheckItem))
    assert (row.id, row.record_id, row.answer, row.why, row.retired_at) == (item, soup, "reject", "It is Friday", None)
    entry = world.one(select(ModerationEntry))
    assert (entry.act, entry.record_id, entry.note) == ("plant_check", None, "")


@pytest.mark.parametrize("role", ["volunteer", "reviewer", "trusted"])
def test_nobody_below_a_moderator_plants_or_retires(world: World, soup: str, role: str) -> None:
    item = plant(world, soup)
    with pytest.raises(NotAllowed):
        plant(world, soup, "somebody", role)
    with pytest.raises(NotAllowed):
        service.retire_check(world.storage, world.people["somebody"], item, world.now)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"field": "places"}, "field"),
        ({"field": "status"}, "field"),
        ({"value": "Soup on Fridays"}, "value"),
        ({"value": "x" * 100_000}, "value"),
        ({"field": "name", "value": ""}, "value"),
        ({"answer": "abstain"}, "answer"),
        ({"why": " "}, "why"),
        ({"why": "x" * 501}, "why"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_can_be_no_check_is_refused_where_it_stands(
    world: World, soup: str, typed: dict[str, str], wrong: str
) -> None:
    with pytest.raises(Refused) as raised:
        plant(world, soup, **typed)
    assert {problem.where for problem in raised.value.problems} == {wrong}
    assert world.all(select(CheckItem)) == []


def test_one_about_a_record_that_has_moved_is_refused(world: World, soup: str) -> None:
    world.approve(world.suggest(world.person("ann"), soup, description="Soup on Fridays and tea")[0], "rita", "rob")
    with pytest.raises(Stale):
        plant(world, soup, base_number=1)


def test_there_are_never_more_than_one_can_keep_in_sight(
    world: World, soup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    item = plant(world, soup)
    with pytest.raises(CapReached):
        plant(world, soup)
    service.retire_check(world.storage, world.people["mo"], item, world.now)
    plant(world, soup)
    with pytest.raises(NotFound):
        service.retire_check(world.storage, world.people["mo"], item, world.now)


# -- whose turn it is ---------------------------------------------------------------------------------------


def test_nobody_meets_one_unless_the_rules_and_the_reviewer_have_switched_them_on(world: World, soup: str) -> None:
    item, rita = plant(world, soup), world.person("rita", "reviewer")
    votes(world, rita)
    assert newest(world).check_every == 0
    assert due(world, rita) is None
    takes_part(world)
    assert due(world, rita, newest(world)) is None
    write(world, check_every=1)
    assert due(world, rita, newest(world)) == item
    service.take_part(world.storage, rita, is_on=False, now=world.now)
    assert due(world, rita) is None


def newest(world: World) -> Any:
    return world.storage.transact(newest_policy, world.now)


def test_one_comes_after_so_many_votes_and_the_next_only_after_others(world: World, soup: str) -> None:
    first, second, rita = plant(world, soup), plant(world, soup, value="Soup on Sundays"), takes_part(world)
    assert due(world, rita) is None  # without a vote
    votes(world, rita)
    assert [due(world, rita), due(world, rita)] == [first, first]
    answer(world, rita, first)
    assert due(world, rita) is None
    votes(world, rita)
    assert due(world, rita) == second
    answer(world, rita, second)
    votes(world, rita)
    assert due(world, rita) is None  # none is met twice


def test_what_is_retired_out_of_date_or_ones_own_is_not_met(world: World, soup: str) -> None:
    rita, tea = takes_part(world), world.record(description="Tea")
    retired, moved = plant(world, soup), plant(world, tea, value="Coffee")
    mo = world.people["mo"]
    service.retire_check(world.storage, mo, retired, world.now)
    service.take_part(world.storage, mo, is_on=True, now=world.now)
    votes(world, rita)
    votes(world, mo)
    assert (due(world, rita), due(world, mo)) == (moved, None)
    world.approve(world.suggest(world.person("ann"), tea, description="Tea and cake")[0], "rob", "ray")
    assert due(world, rita) is None
    for item in (retired, moved):
        with world.storage.read() as connection:
            assert queries.as_suggestion(connection, EVERY, item, rita, world.now) is None
    with pytest.raises(NotFound):
        answer(world, rita, retired)


# -- answering ----------------------------------------------------------------------------------------------


def test_the_first_answer_is_kept_and_a_second_changes_nothing(world: World, soup: str) -> None:
    item, rita = plant(world, soup), takes_part(world)
    answer(world, rita, item)
    answer(world, rita, item, "approve")
    assert [row.choice for row in world.all(select(CheckAnswer))] == ["reject"]


def test_only_who_takes_part_and_may_vote_answers(world: World, soup: str) -> None:
    item = plant(world, soup)
    for who, role, error in (("vera", "volunteer", NotAllowed), ("rob", "reviewer", NotFound)):
        with pytest.raises(error):
            answer(world, world.person(who, role), item)
    with pytest.raises(NotAllowed):
        service.take_part(world.storage, world.people["vera"], is_on=True, now=world.now)
    with pytest.raises(NotFound):
        answer(world, takes_part(world), item, "maybe")
    assert world.all(select(CheckAnswer)) == []


def test_an_answer_moves_nothing_else(world: World, soup: str) -> None:
    item, rita = plant(world, soup), takes_part(world)
    votes(world, rita)
    before = rows(world)
    answer(world, rita, item, "approve")
    assert rows(world) == {**before, "check_answer": 1}
    assert world.one(select(Person).where(Person.id == rita)).role == "reviewer"
    assert doctor(world.storage) == []


def rows(world: World) -> dict[str, int]:
    """How many rows each table has."""
    counts = (select(func.count()).select_from(t).scalar_subquery().label(t.name) for t in Base.metadata.sorted_tables)
    return dict(world.one(select(*counts))._mapping)


def test_what_a_redaction_takes_out_of_a_record_it_takes_out_of_its_checks(world: World) -> None:
    record = world.record(description="Ask Jane at 0131 496 0777")
    plant(world, record, value="Ask Jane Smith at 0131 496 0777", why="Her number is 0131 496 0777")
    mask = redact.Mask(record, world.people["mo"], "private", value="0131 496 0777")
    redact.mask(world.storage, mask, world.now)
    row = world.one(select(CheckItem))
    assert "0777" not in row.payload + row.why
    assert "[redacted]" in row.payload
    assert "[redacted]" in row.why


def test_one_of_which_a_redaction_left_nothing_is_shown_to_nobody(world: World, soup: str) -> None:
    plant(world, soup, field="email", value="jane@people.example")
    person = takes_part(world)
    votes(world, person)
    left = plant(world, soup)
    mask = redact.Mask(soup, world.people["mo"], "private", value="jane@people.example")
    redact.mask(world.storage, mask, world.now)
    assert due(world, person) == left


def test_sums_are_told_without_names_and_of_five_people_at_the_least(world: World, soup: str) -> None:
    item = plant(world, soup)
    for number, choice in enumerate(("reject", "reject", "approve", "abstain", "reject")):
        answer(world, takes_part(world, f"reviewer{number}"), item, choice)
    assert sums(world) is None
    answer(world, takes_part(world), item)
    assert sums(world) == queries.Sums(5, 5, 4)


def sums(world: World) -> queries.Sums | None:
    with world.storage.read() as connection:
        return queries.all_sums(connection)
