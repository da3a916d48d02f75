"""Who gets no letter: the banned, the erased, who wants none, and whom old news would reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.jobs.office import Office, folded
from tests.jobs.telling import applied_change
from tests.support.world import World
from webapp.services import notify, standing
from webapp.storage.models import Outbox, Person
from webapp.storage.unit_of_work import UnitOfWork


@pytest.mark.parametrize("values", [{"state": "banned"}, {"state": "erased", "email": None}, {"confirmed_at": None}])
def test_no_notice_for_who_is_banned_erased_or_unconfirmed(
    world: World, office: Office, values: dict[str, str | None]
) -> None:
    applied_change(world)
    world.storage.transact(lambda uow: uow.run(update(Person).where(Person.handle == "ann").values(values)), world.now)
    office.works()
    assert office.mails() == []
    assert world.all(select(Outbox.id).where(Outbox.done_at.is_(None))) == []


def test_notices_stop_and_start_again_by_choice(world: World, office: Office) -> None:
    ann = world.person("ann")
    for wanted in (False, True, False):
        notify.choose_notices(world.storage, ann, wanted, world.now)
    applied_change(world)
    office.works()
    assert office.told("ann") == []
    notify.choose_notices(world.storage, ann, True, world.now)
    (change,) = world.suggest(ann, world.record(description="Soup"), description="Soup and company")
    assert world.approve(change, "rita") == "applied"  # the worker has seen by now how few are here
    office.works()
    assert office.told("ann") == ["Your suggestion for Harbour Soup Lunch is live"]


def test_a_pause_is_told_although_notices_are_off(world: World, office: Office) -> None:
    ann = world.person("ann")
    notify.choose_notices(world.storage, ann, False, world.now)

    def work(uow: UnitOfWork) -> None:
        standing.pause(uow, ann, uow.now + timedelta(days=7), None, "too many rejected suggestions")
        uow.outbox("notice", "pause:1", {"what": "pause"}, ann)

    world.storage.transact(work, world.now)
    office.works()
    (mail,) = office.mails()
    assert "until Monday 9 March 2026 at 09:00" in folded(mail)
    assert mail["List-Unsubscribe"] is None


def test_old_news_is_not_sent(world: World, office: Office) -> None:
    applied_change(world)
    world.passes(days=15)
    office.works()
    assert office.mails() == []
    assert world.one(select(Outbox.error)).error == "not sent: too old to be news"


def test_reasons_of_skipped_rows_name_nobody(world: World, office: Office) -> None:
    applied_change(world)
    world.storage.transact(lambda uow: uow.run(update(Person).values(confirmed_at=None)), world.now)
    office.works()
    errors = [row.error for row in world.all(select(Outbox.error)) if row.error]
    assert errors
    assert all("@" not in error for error in errors)
