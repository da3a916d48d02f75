"""Still correct, and reported problems: what is confirmed is what was seen; false ones are set aside."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain import codes
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotEligible, Refused, Stale
from webapp.services import confirm, moderate, support
from webapp.services.suggest import HowKnown
from webapp.storage.models import Confirmation, ModerationEntry, Outbox, Report
from webapp.storage.queries.changes import open_reports
from webapp.web.browse import REPORTS


def say(world: World, record: str, who: str = "vi", seen: int = 1, group: str | None = None) -> str:
    """Somebody confirms."""
    command = confirm.ConfirmRecord(record, world.person(who), seen, "phoned", group)
    return confirm.confirm_record(world.storage, command, world.now)


def void(world: World, *ids: str, by: str = "mo") -> int:
    """A moderator sets confirmations aside."""
    return moderate.void_confirmations(world.storage, list(ids), world.person(by, "moderator"), "made up", world.now)


def test_confirming_moves_when_it_was_checked_and_nothing_else(world: World) -> None:
    record = world.record()
    before = world.row(record)
    world.passes(days=3)
    say(world, record)
    row = world.row(record)
    assert (row.checked_at, row.checked_by, row.checked_how) == (world.now, world.person("vi"), "phoned")
    assert (row.newest_number, row.updated_at) == (before.newest_number, before.updated_at)


def test_who_touched_a_record_last_does_not_confirm_it(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita", "rob")
    with pytest.raises(NotAllowed, match="own_last_touch"):
        say(world, record, "ann", seen=2)
    say(world, record, "vi", seen=2)
    with pytest.raises(NotAllowed, match="own_last_touch"):
        say(world, record, "vi", seen=2)
    assert say(world, record, "ann", seen=2)


def test_who_wrote_a_change_with_its_author_does_not_confirm_what_came_of_it(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.amend(world.person("ruth", "reviewer"), change, "improve", description="Soup and good company")
    support.support_change(
        world.storage, support.SupportChange(change, world.person("sue"), HowKnown("phoned")), world.now
    )
    world.approve(change, "rita", "rob")
    with pytest.raises(NotAllowed, match="own_last_touch"):
        say(world, record, "ruth", seen=2)
    assert say(world, record, "sue", seen=2)
    assert say(world, record, "ruth", seen=2)


def test_nobody_vouches_for_what_came_after_they_looked(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita", "rob")
    for seen in (1, 3):
        with pytest.raises(Stale) as stale:
            say(world, record, seen=seen)
        assert stale.value.values == {"seen": seen, "present": 2}
    assert world.row(record).checked_at is None


def test_one_group_is_confirmed_by_itself(world: World) -> None:
    record = world.record()
    say(world, record, group="phones")
    assert world.one(select(Confirmation.group)).group == "phones"
    assert world.row(record).checked_at is None
    with pytest.raises(NotEligible, match="unknown_code"):
        say(world, record, group="horoscope")


def test_false_confirmations_are_set_aside_many_at_once(world: World) -> None:
    one, other = world.record(), world.record()
    true = say(world, one, "vi")
    told_at = world.now
    world.passes(days=1)
    false = [say(world, one, "bad"), say(world, other, "bad")]
    assert void(world, *false) == 2
    assert (world.row(one).checked_at, world.row(one).checked_by) == (told_at, world.person("vi"))
    assert (world.row(other).checked_at, world.row(other).checked_by) == (None, None)
    rows = {row.id: row.voided_by for row in world.all(select(Confirmation))}
    assert rows == {true: None, **dict.fromkeys(false, world.person("mo"))}
    assert {row.record_id for row in world.all(select(ModerationEntry))} == {one, other}
    assert void(world, *false) == 0


def test_only_moderators_set_confirmations_aside(world: World) -> None:
    id_ = say(world, world.record())
    with pytest.raises(NotAllowed, match="role_needed"):
        moderate.void_confirmations(world.storage, [id_], world.person("tess", "trusted"), "no", world.now)


# -- reports ------------------------------------------------------------------------------------------------


def report(world: World, what: str, text: str = "The number is wrong") -> str:
    """Somebody without an account reports."""
    return confirm.report_problem(world.storage, confirm.ReportProblem(world.record(), what, text), world.now)


def test_an_emergency_is_seen_first_and_moderators_are_told(world: World) -> None:
    early = report(world, "wrong")
    world.passes(hours=1)
    urgent = report(world, "urgent", "This crisis line is somebody's home")
    with world.storage.read() as connection:
        assert [row.id for row in open_reports(connection)] == [urgent, early]
    (told,) = world.all(select(Outbox.payload))
    assert json.loads(told.payload) == {"what": "urgent_report", "report": urgent}


def test_a_report_says_something_that_is_on_offer(world: World) -> None:
    with pytest.raises(NotEligible, match="unknown_code"):
        report(world, "gossip")
    with pytest.raises(Refused):
        report(world, "wrong", " ")
    assert world.all(select(Report)) == []
    assert dict(REPORTS).keys() == set(codes.REPORTS)


def test_a_report_is_closed_once_by_a_moderator(world: World) -> None:
    id_ = report(world, "wrong")
    with pytest.raises(NotAllowed):
        moderate.close_report(world.storage, id_, world.person("tess", "trusted"), "done", world.now)
    moderate.close_report(world.storage, id_, world.person("mo", "moderator"), "I phoned them", world.now)
    assert world.one(select(Report.state, Report.answer)) == ("done", "I phoned them")
    with pytest.raises(AlreadyClosed):
        moderate.close_report(world.storage, id_, world.person("mo"), "again", world.now)
