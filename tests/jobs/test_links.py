"""The worker looks at the links of open changes: a few at a time, again when they are stale, and only where it may."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from jinja2 import Environment
from sqlalchemy import insert, select, update

from tests.jobs.conftest import GivenSettings
from tests.jobs.web_servers import Site, outside, says, sends_on, serving, silent
from tests.support.world import World
from webapp.jobs import sweep, worker
from webapp.jobs.deliver import never
from webapp.jobs.links import LEASE, MOST, PAUSE, Links
from webapp.services import links, redact, suggest
from webapp.storage.models import Change, LinkCheck, SiteProperty
from webapp.storage.queries.links import BATCH
from webapp.storage.unit_of_work import new_id


class Walk:
    """A worker that goes out to this machine, at the world's time."""

    def __init__(self, world: World, settings: Any) -> None:
        self.world, self.settings = world, settings
        self.links = Links(world.storage, settings, outside())

    def goes_on(self, **passed: float) -> int:
        """Time passes, then one round."""
        self.world.passes(**passed or {"seconds": PAUSE.total_seconds()})
        return self.links.try_due(self.world.now, never)


@pytest.fixture
def walk(world: World, settings_with: GivenSettings) -> Walk:
    """A worker of a site that is set to go out."""
    return Walk(world, settings_with(WELLKEPT_CHECK_LINKS="1"))


def proposes(world: World, url: str, author: str = "ann") -> str:
    """A change that is open and proposes an address."""
    (change,) = world.suggest(world.person(author), world.record(), url=url)
    return change


def known(world: World) -> list[tuple[str, int]]:
    return sorted((row.state, row.tries) for row in world.all(select(LinkCheck)))


def test_nothing_goes_out_unless_the_site_is_set_to(world: World, settings_with: GivenSettings) -> None:
    with serving({"/": says("200 OK")}) as site:
        proposes(world, site.url("/"))
        assert Walk(world, settings_with()).goes_on() == 0
        assert Walk(world, settings_with(WELLKEPT_CHECK_LINKS="0")).goes_on() == 0
        assert (site.asked, known(world)) == ([], [])


def test_the_links_of_changes_and_of_evidence_are_looked_at_once(world: World, walk: Walk) -> None:
    with serving({"/": says("200 OK"), "/hours": sends_on("/")}) as site:
        record = world.record(name="Library")
        known_by = suggest.HowKnown("website", f"It stands on {site.url('/hours')}, below.")
        document = {**world.document(record), "url": site.url("/")}
        command = suggest.SuggestChange(world.person("ann"), record, 1, document, "", known_by)
        suggest.suggest_change(world.storage, command, world.now)
        assert (walk.goes_on(), walk.goes_on()) == (2, 0)
        checks = world.all(select(LinkCheck).order_by(LinkCheck.leads_to.is_not(None)))
        assert [(row.state, row.leads_to) for row in checks] == [("answers", None), ("answers", site.url("/"))]


def test_a_round_is_short_and_the_next_goes_on_from_there(world: World, walk: Walk) -> None:
    with serving({}) as site:
        for number in range(MOST + 2):
            proposes(world, site.url(f"/{number}"), f"ann{number}")
        assert walk.goes_on() == MOST
        assert walk.goes_on(seconds=1) == 0  # others have their turn first
        assert (walk.goes_on(), walk.goes_on()) == (2, 0)
        assert len(site.asked) == MOST + 2


def test_a_round_goes_through_more_than_a_batch_of_changes_to_find_what_is_due(world: World, walk: Walk) -> None:
    with serving({}) as site:
        proposes(world, site.url("/same"))
        _with_copies(world, world.all(select(Change))[0]._asdict(), 2 * BATCH, site.url("/same"))
        proposes(world, site.url("/last"), "ben")
        assert [walk.goes_on() for _ in range(3)] == [1, 1, 0]
        assert [question.split()[1] for question in site.asked] == ["/same", "/last"]


def _with_copies(world: World, row: dict[str, Any], number: int, url: str) -> None:
    """As many open changes that propose the same, opened one after the other."""
    copies = [
        {**row, "id": new_id(), "first_opened_at": world.now + timedelta(seconds=n), "position": n}
        for n in range(number)
    ]
    assert url in row["payload"]
    world.storage.transact(lambda uow: uow.run(insert(Change), copies), world.now)
    world.passes(hours=1)


def test_a_link_is_looked_at_again_after_a_week_while_it_is_proposed(world: World, walk: Walk) -> None:
    with serving({"/": says("200 OK")}) as site:
        change = proposes(world, site.url("/"))
        assert walk.goes_on() == 1
        assert walk.goes_on(days=6) == 0
        site.pages["/"] = says("404 Not Found")
        assert walk.goes_on(days=1) == 1
        assert known(world) == [("gone", 0)]
        world.withdraw(world.people["ann"], change)
        assert walk.goes_on(days=8) == 0


def test_a_link_that_is_silent_is_tried_three_times_an_hour_apart(world: World, walk: Walk) -> None:
    walk.links._outside = outside(seconds=0.1)
    with serving({"/": silent}) as site:
        proposes(world, site.url("/"))
        tried = []
        for _ in range(4):
            walk.goes_on()
            assert walk.goes_on(minutes=50) == 0
            tried += known(world)
            world.passes(minutes=10)
        assert tried == [("silent", 1), ("silent", 2), ("silent", 3), ("silent", 3)]


def test_a_link_of_a_hidden_change_is_left_alone(world: World, walk: Walk) -> None:
    with serving({}) as site:
        change = proposes(world, site.url("/"))
        hide = update(Change).where(Change.id == change).values(hidden_at=world.now)
        world.storage.transact(lambda uow: uow.run(hide), world.now)
        assert walk.goes_on() == 0


def test_one_worker_at_a_time_goes_out(world: World, walk: Walk) -> None:
    other = Walk(world, walk.settings)
    begun, go_on = threading.Event(), threading.Event()

    def waits(line: Any, site: Site) -> None:
        begun.set()
        go_on.wait(5)
        says("200 OK")(line, site)

    walk.links._outside = outside(seconds=5.0)
    with serving({"/": waits}) as site:
        proposes(world, site.url("/"))
        world.passes(minutes=1)
        first = threading.Thread(target=walk.links.try_due, args=[world.now, never])
        first.start()
        assert begun.wait(5)
        assert other.goes_on() == 0
        go_on.set()
        first.join()
        assert len(site.asked) == 1
    assert known(world) == [("answers", 0)]


def test_a_worker_that_died_keeps_the_others_out_for_two_minutes(world: World, walk: Walk) -> None:
    with serving({}) as site:
        proposes(world, site.url("/"))
        until = (world.now + LEASE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        world.storage.transact(lambda uow: uow.add(SiteProperty, name="links_leased_until", value=until), world.now)
        assert walk.goes_on() == 0
        assert walk.goes_on(seconds=LEASE.total_seconds()) == 1


def test_a_worker_that_is_told_to_stop_begins_no_other_link(world: World, walk: Walk) -> None:
    with serving({}) as site:
        proposes(world, site.url("/"))
        assert walk.links.try_due(world.now, lambda: True) == 0
        assert site.asked == []


def test_a_round_of_the_worker_looks_at_links_last(world: World, walk: Walk, letters: Environment) -> None:
    with serving({"/": says("200 OK")}) as site:
        proposes(world, site.url("/"))
        done = worker.once(world.storage, walk.settings, letters, world.now, links=walk.links)
        assert (done.tried, done.failed, done.is_idle) == (1, 0, False)


def test_what_nobody_proposes_any_more_is_forgotten_within_two_weeks(world: World, walk: Walk) -> None:
    with serving({}) as site:
        proposes(world, site.url("/a"))
        walk.goes_on()
        sweep.delete_expired(world.storage, world.now + timedelta(days=13))
        assert len(known(world)) == 1
        sweep.delete_expired(world.storage, world.now + timedelta(days=14))
        assert known(world) == []


def test_a_redaction_forgets_how_links_answered_since_they_may_say_the_value(world: World, walk: Walk) -> None:
    with serving({"/": sends_on("/for-jane-smith-only")}) as site:
        record = world.record(description="Ask Jane Smith.")
        world.suggest(world.person("ann"), record, url=site.url("/"))
        walk.goes_on()
        command = redact.Mask(record, world.person("mo", "moderator"), "asked for", value="Jane Smith")
        redact.mask(world.storage, command, world.now)
        assert known(world) == []


def test_an_address_is_kept_as_its_hash_alone(world: World, walk: Walk) -> None:
    with serving({}) as site:
        proposes(world, site.url("/jane"))
        walk.goes_on()
        (row,) = world.all(select(LinkCheck))
        assert "jane" not in str(row)
        assert list(links.due(world.storage, None, world.now).tries) == []
