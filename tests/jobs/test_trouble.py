"""Mail through a server in trouble waits and is tried again, and no row stops another."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from jinja2 import Environment

from tests.jobs.office import MailServer, Office, free_port
from tests.jobs.promises import promise, rows
from tests.support.world import World
from webapp.config import Settings
from webapp.jobs import worker
from webapp.jobs.deliver import MOST_ATTEMPTS, pause_after
from webapp.services import account

GivenSettings = Callable[..., Settings]


def by_server(
    world: World, settings_with: GivenSettings, letters: Environment, port: int
) -> Callable[[], worker.Round]:
    """A worker's round that delivers to a mail server."""
    settings = settings_with(WELLKEPT_MAIL_URL=f"smtp://127.0.0.1:{port}")
    return lambda: worker.once(world.storage, settings, letters, world.now)


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
