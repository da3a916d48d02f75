"""The outbox is done once: by racing workers, over dead servers, after crashes; and the clock's work gets done."""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from sqlalchemy import delete, select

from tests.jobs.office import MailServer, Office, free_port, parse
from tests.support.world import START, World
from webapp import clock, storage
from webapp.config import Settings
from webapp.jobs import sweep, worker
from webapp.jobs.deliver import MOST_ATTEMPTS, Desk, claim, deliver_due, pause_after
from webapp.jobs.mail import Folder
from webapp.services import account, standing
from webapp.storage.models import MailToken, Mode, Outbox, PersonSession, RateCount, SiteProperty
from webapp.storage.unit_of_work import Row

GivenSettings = Callable[..., Settings]


def promise(world: World, number: int = 1) -> None:
    """Promise account mails to Ann."""
    ann = world.person("ann")
    told = {"what": "already_here"}
    for place in range(number):
        world.storage.transact(lambda uow, n=place: uow.outbox("account", f"mail {n}", told, ann), world.now)


def rows(world: World) -> list[Row]:
    """The outbox, in order."""
    return world.all(select(Outbox).order_by(Outbox.id))


def by_server(
    world: World, settings_with: GivenSettings, letters: Environment, port: int
) -> Callable[[], worker.Round]:
    """A worker's round that delivers to a mail server."""
    settings = settings_with(WELLKEPT_MAIL_URL=f"smtp://127.0.0.1:{port}")
    return lambda: worker.once(world.storage, settings, letters, world.now)


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


# -- a server in trouble ----------------------------------------------------------------------------------


def test_mail_waits_for_a_dead_server_and_goes_when_it_is_back(
    world: World, settings_with: GivenSettings, letters: Environment
) -> None:
    promise(world, 3)
    port = free_port()
    works = by_server(world, settings_with, letters, port)
    assert (works().delivered, works().delivered) == (0, 0)
    assert [row.attempts for row in rows(world)] == [1, 1, 0]  # a server that is away costs one row a round
    server = MailServer()
    server.start(port)
    try:
        assert works().delivered == 1
        world.passes(minutes=2)
        assert works().delivered == 2
    finally:
        server.stop()
    assert len({mail["Message-ID"] for mail in server.mails}) == len(server.mails) == 3
    assert all(row.done_at and row.error is None for row in rows(world))


def test_a_temporary_refusal_is_tried_again(
    world: World, settings_with: GivenSettings, letters: Environment, mail_server: MailServer
) -> None:
    promise(world)
    works = by_server(world, settings_with, letters, mail_server.controller.port)
    mail_server.at_rcpt = "421 later"
    assert works().failed == 1
    assert rows(world)[0].error == "421 later"
    mail_server.at_rcpt = ""
    assert works().delivered == 0  # its rest is not over
    world.passes(minutes=2)
    assert works().delivered == 1


def test_a_recipient_who_does_not_exist_is_not_tried_again(
    world: World, settings_with: GivenSettings, letters: Environment, mail_server: MailServer
) -> None:
    ann = world.person("ann")
    account.ask_reset(world.storage, "ann@people.example", world.now)
    works = by_server(world, settings_with, letters, mail_server.controller.port)
    mail_server.at_rcpt = "550 no ann@people.example here"
    works()
    world.passes(minutes=20)
    works()
    assert mail_server.seen == 1
    (row,) = rows(world)
    assert (row.done_at, row.attempts, row.error) == (None, MOST_ATTEMPTS, "550 no (address) here")
    assert "token" not in row.payload
    assert row.person_id == ann


def test_what_fails_eight_times_stays_with_its_error(
    world: World, settings_with: GivenSettings, letters: Environment, mail_server: MailServer
) -> None:
    promise(world)
    works = by_server(world, settings_with, letters, mail_server.controller.port)
    mail_server.at_data = "451 no room"
    for _ in range(MOST_ATTEMPTS + 3):
        works()
        world.passes(days=1)
    assert mail_server.seen == MOST_ATTEMPTS
    (row,) = rows(world)
    assert (row.done_at, row.attempts, row.error) == (None, MOST_ATTEMPTS, "451 no room")


def test_rests_grow_to_a_day_and_outlast_a_weekend() -> None:
    rests = [pause_after(attempts) for attempts in range(MOST_ATTEMPTS)]
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (timedelta(minutes=1), timedelta(days=1))
    assert sum(rests[:-1], timedelta()) > timedelta(days=2)


def test_one_broken_row_stops_no_other(world: World, office: Office, caplog: pytest.LogCaptureFixture) -> None:
    ann = world.person("ann")
    broken = {"what": "unheard of", "part": "self", "at": world.now.isoformat()}
    world.storage.transact(lambda uow: uow.outbox("mail", "broken", broken, ann), world.now)
    later = {**broken, "what": "warning"}
    world.storage.transact(lambda uow: uow.outbox("mail", "whole", later, ann), world.now)
    done = office.works()
    assert (done.delivered, done.failed) == (1, 1)
    assert rows(world)[0].error.startswith("KeyError")
    assert "KeyError" in caplog.text


def test_logs_and_errors_hold_no_address_and_no_token(
    world: World,
    settings_with: GivenSettings,
    letters: Environment,
    mail_server: MailServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.person("ann")
    account.ask_reset(world.storage, "ann@people.example", world.now)
    token = re.findall('"token":"([^"]+)"', rows(world)[0].payload)[0]
    mail_server.at_data = "554 ann@people.example is not welcome"
    with caplog.at_level(logging.DEBUG, logger="wellkept"):
        by_server(world, settings_with, letters, mail_server.controller.port)()
    assert "554" in caplog.text
    assert not re.search(f"people.example|{re.escape(token)}", caplog.text + rows(world)[0].error)


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
