"""What the queue reads: who is shown what, in which order, and by which index, however much is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest
from sqlalchemy import insert, update

from tests.services.moderating import flag
from tests.support.queries import recorded
from tests.support.world import START, World
from webapp.storage.models import Change, Interest, Stewardship
from webapp.storage.queries.queue import ABOUT, FEW, SHOWS, Asked, index_for, open_changes
from webapp.storage.queries.queue_beside import counts
from webapp.storage.unit_of_work import new_id

PHONE = "0192d7b4-0000-7000-8000-000000000001"
KEY = (START, "x")
SQLITE_ALONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it speaks of SQLite's plans


def ids(world: World, asked: Asked, handle: str = "rob", *, to_vote: bool = False) -> list[str]:
    """What somebody is shown, in order."""
    person = world.person(handle, "reviewer")
    with world.storage.read() as connection:
        return [row.id for row in open_changes(connection, asked, person, None, 50, to_vote=to_vote)]


def mark(world: World, change: str, **values: object) -> None:
    """Set columns of a change."""
    world.storage.transact(lambda uow: uow.run(update(Change).where(Change.id == change).values(**values)), world.now)


def look_after(world: World, handle: str, record: str, ended_at: datetime | None = None) -> None:
    """Somebody looks after a record as a volunteer, or did."""
    values = {"person_id": world.person(handle, "reviewer"), "record_id": record, "since": world.now}
    world.storage.transact(
        lambda uow: uow.add(Stewardship, id=new_id(), is_official=0, ended_at=ended_at, **values), world.now
    )


def soup(world: World, author: str = "ann", name: str = "Soup", **values: object) -> str:
    """An open change of a new service's description, or of what is named."""
    return world.suggest(world.person(author), world.record(name=name), **(values or {"description": name}))[0]


def test_each_show_has_what_it_says_and_what_is_hidden_is_in_none_but_its_own(world: World) -> None:
    plain, voted, contested, conflicted, escalated, hidden = (
        soup(world, f"ann{n}", f"Soup {n}") for n in range(6)
    )
    world.approve(voted, "rita")
    mark(world, contested, contested_at=world.now, rejects=1)
    mark(world, conflicted, conflicted_at=world.now)
    mark(world, escalated, escalated_at=world.now)
    mark(world, hidden, hidden_at=world.now, contested_at=world.now, conflicted_at=world.now, escalated_at=world.now)
    shown = {show: ids(world, Asked(show)) for show in SHOWS}
    assert shown == {
        "waiting": [plain, voted, contested, conflicted, escalated],
        "unvoted": [plain, conflicted, escalated],
        "stewarded": [],
        "areas": [],
        "topics": [],
        "contested": [contested],
        "conflicted": [conflicted],
        "escalated": [escalated],
        "hidden": [hidden],
        "mine": [],
        "all": [plain, voted, contested, conflicted, escalated],
    }


def test_what_one_wrote_or_voted_on_is_not_for_one_s_vote(world: World) -> None:
    world.person("rob", "reviewer")
    own, voted, other = soup(world, "rob"), soup(world), soup(world)
    world.approve(voted, "rob")
    assert ids(world, Asked("waiting")) == [other]
    assert ids(world, Asked("unvoted")) == [other]
    assert ids(world, Asked("mine")) == [own]
    assert ids(world, Asked("all"), to_vote=True) == [other]
    assert ids(world, Asked("mine"), to_vote=True) == []


def test_filters_narrow_and_go_together(world: World) -> None:
    phones = [{"id": PHONE, "order": 0, "number": "01632 960114"}]
    low, high = soup(world), soup(world, "ann", "Lunch", phones=phones)
    trust = world.suggest(world.person("ann"), world.record("organization", name="Trust"), description="Kind")[0]
    assert ids(world, Asked(kind="service")) == [low, high]
    assert ids(world, Asked(risk="low")) == [low, trust]
    assert ids(world, Asked(kind="service", risk="low")) == [low]
    assert ids(world, Asked(kind="guide")) == []
    assert ids(world, Asked("unvoted", kind="organization", risk="low")) == [trust]
    assert ids(world, Asked("all", record=str(world.change(high).record_id))) == [high]


def test_newcomers_are_those_of_whom_nothing_was_applied_yet(world: World) -> None:
    first = soup(world)
    assert ids(world, Asked(is_new=True)) == [first]
    assert world.approve(first, "rita", "ray") == "applied"
    later, made_reviewer = soup(world), soup(world, "rose")
    assert ids(world, Asked(is_new=True)) == [made_reviewer]
    world.person("ruth", "reviewer")
    assert soup(world, "ruth") not in ids(world, Asked(is_new=True))
    assert later in ids(world, Asked())


def test_what_one_looks_after_is_shown_while_one_does(world: World) -> None:
    change, past = soup(world), soup(world, "ann", "Lunch")
    look_after(world, "rob", str(world.change(change).record_id))
    look_after(world, "rob", str(world.change(past).record_id), world.now)
    assert ids(world, Asked("stewarded")) == [change]
    assert ids(world, Asked("stewarded"), "rita") == []


def test_flags_of_spam_take_a_change_out_of_the_queue(world: World) -> None:
    change = soup(world)
    flag(world, change, "rita")
    flag(world, change, "ray")
    assert ids(world, Asked("all")) == []
    assert ids(world, Asked("hidden")) == [change]


def test_pages_by_key_miss_nothing_and_repeat_nothing(world: World) -> None:
    made = []
    for number in range(5):
        made += world.suggest(
            world.person(f"ann{number}"), world.record(), description=f"Soup {number}", summary="Lunch"
        )
        world.passes(hours=number % 2)
    rob, key, seen = world.person("rob", "reviewer"), None, []
    with world.storage.read() as connection:
        while page := open_changes(connection, Asked(kind="service"), rob, key, 3):
            seen += [row.id for row in page]
            key = (datetime.fromisoformat(page[-1].first_opened_at), page[-1].id)
    assert seen == sorted(made, key=lambda id_: (world.change(id_).first_opened_at, id_))


# -- by an index ------------------------------------------------------------------------------------------


def combinations() -> Iterator[Asked]:
    """Everything that can be asked for, filters and all."""
    for show, kind, risk, is_new, record in product(SHOWS, ("", "guide"), ("", "low"), (False, True), ("", "r")):
        yield Asked(show, kind, risk, is_new, record)


@pytest.fixture
def rob(world: World) -> str:
    """A reviewer with two areas and two topics."""
    person = world.person("rob", "reviewer")
    chosen = (("ucfife", 0), ("ucdundee", 0), ("a", 1), ("b", 1))
    rows = [{"person_id": person, "tag": tag, "is_topic": is_topic} for tag, is_topic in chosen]
    world.storage.transact(lambda uow: uow.run(insert(Interest), rows), world.now)
    return person


def plan(world: World, person: str, asked: Asked, *, to_vote: bool) -> list[str]:
    """How SQLite goes about it."""
    with recorded(world.storage.engine) as statements, world.storage.read() as connection:
        open_changes(connection, asked, person, KEY, 51, to_vote=to_vote)
        text = statements.seen[-1]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?")).all()
    return [row[-1] for row in rows]


def touching(step: str) -> bool:
    """Whether a step finds what is open about some records, and nothing of what ever was."""
    return any(f"INDEX {name}" in step for name in ("ix_change_record_id_state", "ix_change_open_merge"))


@SQLITE_ALONE
def test_every_combination_is_read_through_an_index_in_its_order(world: World, rob: str) -> None:
    for asked in combinations():
        for to_vote in (False, True):
            steps = plan(world, rob, asked, to_vote=to_vote)
            of_change = [step for step in steps if step.split()[1] == "change" and not touching(step)]
            assert len(of_change) == (3 if asked.show in ABOUT else 1), (asked, steps)
            assert all(f"INDEX {index_for(asked)}" in step for step in of_change), (asked, steps)
            # beside an index, only a page of ids for each tag is read through, and these as one list
            scans = [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN about")]
            assert all("INDEX" in step for step in scans), (asked, steps)
            # what is reached by ids is little, and only that is sorted
            is_by_id = bool(asked.record) or asked.show in ("mine", "stewarded", *ABOUT)
            assert is_by_id or "USE TEMP B-TREE FOR ORDER BY" not in steps, (asked, steps)


@SQLITE_ALONE
def test_only_what_few_have_is_read_past_its_filters_and_that_within_the_index(world: World, rob: str) -> None:
    for asked in combinations():
        if asked.record or asked.show in ("mine", "stewarded", *ABOUT):
            continue
        (text,) = [step for step in plan(world, rob, asked, to_vote=False) if step.split()[1] == "change"]
        if asked.show in FEW or asked.is_new:
            assert "first_opened_at>?" in text or "(first_opened_at,id)>" in text, (asked, text)
        else:
            assert text.count("=?") == bool(asked.kind) + bool(asked.risk), (asked, text)


@SQLITE_ALONE
def test_areas_and_topics_are_read_tag_by_tag_in_order_within_an_index_that_has_all_of_it(
    world: World, rob: str
) -> None:
    for asked in (one for one in combinations() if one.show in ABOUT and not one.record):
        steps = plan(world, rob, asked, to_vote=False)
        of_tags = [step for step in steps if step.split()[1] == "change_tag"]
        wanted = "COVERING INDEX ix_change_tag_order (tag=? AND (first_opened_at,change_id)>(?,?))"
        assert [step.partition("USING ")[2] for step in of_tags] == [wanted] * 2, (asked, steps)
        # the keys that were found, a page of each tag at the most, are sorted, and the one page of changes
        assert steps.count("USE TEMP B-TREE FOR ORDER BY") == 2, (asked, steps)


@SQLITE_ALONE
def test_areas_and_topics_are_counted_by_an_index_that_has_all_of_it(world: World, rob: str) -> None:
    with recorded(world.storage.engine) as statements, world.storage.read() as connection:
        counts(connection, (Asked("areas"), Asked("topics")), rob)
        (text,) = statements.seen
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?")).all()
    steps = [row[-1] for row in rows]
    of_tags = [step for step in steps if step.startswith("SEARCH change_tag USING")]
    wanted = "COVERING INDEX ix_change_tag_order (tag=?)"
    assert [step.partition("USING ")[2] for step in of_tags] == [wanted] * 2, steps
    assert not [step for step in steps if step.startswith("SCAN change")], steps


def test_every_combination_can_be_asked_of_both_databases(world: World, rob: str) -> None:
    change = soup(world)
    with world.storage.read() as connection:
        for asked in combinations():
            for to_vote in (False, True):
                open_changes(connection, asked, rob, KEY, 51, to_vote=to_vote)
        assert [row.id for row in open_changes(connection, Asked(), rob, None, 51)] == [change]
