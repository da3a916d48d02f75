"""The outbox is done once: by racing workers and after crashes; and the clock's work gets done."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.jobs.office import Office, parse
from tests.jobs.promises import promise, rows
from tests.support.world import START, World
from webapp import clock, storage
from webapp.jobs import sweep, worker
from webapp.jobs.deliver import Desk, claim, deliver_due
from webapp.jobs.mail import Folder
from webapp.services import account, standing
from webapp.storage.models import MailToken, Mode, Outbox, PersonSession, RateCount, SiteProperty

# -- once, whoever else is at it --------------------------------------------------------------------------


def test_two_racing_workers_deliver_each_mail_once(world: World, office: Office, database_url: str) -> None:
    promise(world, 30)
    post = Counting(office.settings.outbox)
    start = threading.Barrier(2)
    shares: list[int] = []

    def work() -> None:
        own = storage.init(database_url)
        start.wait()
        shares.append(deliver_due(Desk(own, office.settings, office.letters, post), world.now).done)
        own.dispose()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(shares) == 30
    assert set(post.sent.values()) == {1}
    assert len(office.files()) == 30
    assert all(row.done_at and row.attempts == 1 and row.error is None for row in rows(world))


class Counting(Folder):
    """A folder that counts what it is given."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sent: Counter[str] = Counter()

    def send(self, mail: Any, name: str) -> None:
        """Keep the mail and count it."""
        self.sent[name] += 1
        super().send(mail, name)


def test_a_leased_row_is_left_alone_until_its_worker_must_have_died(world: World, office: Office) -> None:
    promise(world)
    assert claim(world.storage, world.now) is not None  # and the worker dies
    assert office.works().delivered == 0
    world.passes(minutes=5)
    assert office.works().delivered == 1
    (row,) = rows(world)
    assert (row.attempts, row.error) == (2, None)


def test_a_second_delivery_is_recognised_and_replaces_the_first(world: World, office: Office) -> None:
    promise(world)
    office.works()
    (first,) = office.mails()
    world.storage.transact(lambda uow: uow.run(Outbox.__table__.update().values(done_at=None)), world.now)
    office.works()
    (second,) = office.mails()
    assert first["Message-ID"] == second["Message-ID"]


def test_files_sort_by_when_they_were_promised(world: World, office: Office) -> None:
    promise(world)
    world.passes(seconds=1)
    account.ask_reset(world.storage, "ann@people.example", world.now)
    office.works()
    assert [re.sub("-[0-9a-f]{12}[.]eml$", "", file.name) for file in office.files()] == [
        "20260302T090000.000000Z-already_here",
        "20260302T090001.000000Z-reset",
    ]


def test_unknown_types_are_left_to_who_knows_them(world: World, office: Office) -> None:
    world.storage.transact(lambda uow: uow.outbox("webhook", "hook", {"what": "x"}), world.now)
    assert office.works().delivered == 0
    assert rows(world)[0].attempts == 0


# -- the clock's work -------------------------------------------------------------------------------------


def test_a_round_settles_what_is_due(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.passes(days=14)
    assert office.works().settled == 1
    assert world.change(change).escalated_at is not None


def test_standing_is_judged_once_a_day(world: World, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[object] = []
    real = standing.judge_everybody
    monkeypatch.setattr(standing, "judge_everybody", lambda *given: judged.append(given[1]) or real(*given))
    for hours in (0, 1, 13, 1, 10):  # 09:00, 10:00, 23:00, 00:00 and 10:00 of the next day
        world.passes(hours=hours)
        office.works()
    assert [moment.day for moment in judged] == [2, 3]  # type: ignore[attr-defined]  # moments of the clock
    assert {row.mode for row in world.all(select(Mode.mode))} == {"full", "reduced"}


def test_a_day_that_failed_is_judged_in_the_next_round(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(standing, "judge_everybody", lambda *_: 1 / 0)
        promise(world)
        done = office.works()
    assert (done.failed, done.delivered) == (1, 1)  # the mail went all the same
    assert "tidying failed: ZeroDivisionError" in caplog.text
    assert office.works().swept == 2


def test_only_what_has_run_out_is_swept(world: World) -> None:
    ann = world.person("ann")
    account.sign_in(world.storage, ann, "phone", world.now)
    account.ask_reset(world.storage, "ann@people.example", world.now)

    def count(uow: Any) -> None:
        for hours in (1, 2):
            expires = uow.now + timedelta(hours=hours)
            uow.add(RateCount, key=f"limit {hours}", count=1, expires_at=expires)

    world.storage.transact(count, world.now)
    world.passes(hours=1)
    assert sweep.delete_expired(world.storage, world.now) == 1
    assert world.one(select(RateCount.key)).key == "limit 2"
    assert len(world.all(select(PersonSession.token_hash)) + world.all(select(MailToken.token_hash))) == 2
    world.passes(days=61)
    assert sweep.delete_expired(world.storage, world.now) == 3
    assert world.all(select(PersonSession.token_hash)) == world.all(select(MailToken.token_hash)) == []


def test_two_workers_share_the_turn_of_the_day(world: World, database_url: str) -> None:
    world.storage.transact(lambda uow: uow.run(delete(SiteProperty)), world.now)
    start = threading.Barrier(2)
    turns: list[int] = []

    def work() -> None:
        own = storage.init(database_url)
        start.wait()
        turns.append(sweep.sweep(own, world.now))
        own.dispose()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(turns) == 2


# -- the loop ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on the database
def test_the_loop_delivers_what_comes_and_ends_when_told(world: World, office: Office) -> None:
    ended = threading.Event()
    with clock.fixed(START):
        thread = threading.Thread(
            target=lambda: worker.run(world.storage, office.settings, office.letters, ended.is_set)
        )
        thread.start()
        time.sleep(0.2)
        promise(world, 3)
        until = time.monotonic() + 10
        while len(office.files()) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        ended.set()
        began = time.monotonic()
        thread.join(5)
    assert len(office.files()) == 3
    assert not thread.is_alive()
    assert time.monotonic() - began < 1


def test_being_told_to_stop_finishes_the_row_in_hand(world: World, office: Office) -> None:
    promise(world, 3)
    seen: list[int] = []

    class Slow(Folder):
        def send(self, mail: Any, name: str) -> None:
            seen.append(1)  # the signal comes while this mail is on its way
            super().send(mail, name)

    desk = Desk(world.storage, office.settings, office.letters, Slow(office.settings.outbox))
    assert deliver_due(desk, world.now, stop=lambda: bool(seen)).done == 1
    assert [bool(row.done_at) for row in rows(world)] == [True, False, False]
    assert [row.leased_until for row in rows(world)] == [None, None, None]


def test_signals_ask_to_stop() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = worker.stop_on_signals()
        assert not stop()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_file_is_a_whole_mail(world: World, office: Office) -> None:
    promise(world)
    office.works()
    (file,) = office.files()
    assert parse(file.read_bytes())["To"] == "ann@people.example"
    assert [path.name for path in office.settings.outbox.iterdir()] == [file.name]
