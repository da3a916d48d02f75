"""The outbox: a row is claimed under a lease, done outside any transaction, then marked.

Its law: a row is done once. Two workers never hold the same row; a worker that dies loses only its lease, and the
second delivery carries the same Message-ID. What fails is tried again, ever later; what fails eight times stays,
with its error, for people to look at. Types that are not known here are left alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from jinja2 import Environment
from sqlalchemy import bindparam, or_, select, update

from webapp import language
from webapp.config import Settings
from webapp.domain.canonical import dump
from webapp.domain.errors import Busy
from webapp.jobs.mail import NotDelivered, Post, compose, said, sender
from webapp.services import notify
from webapp.storage import Storage
from webapp.storage.models import Outbox
from webapp.storage.unit_of_work import Row, UnitOfWork

LOG = logging.getLogger("wellkept.worker")
OUTBOX_TYPES = ("account", "list", "mail", "notice")
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
INSISTS = 10
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
CUT_OFF = "the worker ended while it was at this"
"""The error of a row in hand; it stays only where the worker did not come back."""

IS_DUE = (
    Outbox.done_at.is_(None),
    Outbox.due_at <= bindparam("now"),
    or_(Outbox.leased_until.is_(None), Outbox.leased_until <= bindparam("now")),
    Outbox.attempts < MOST_ATTEMPTS,
    Outbox.type.in_(OUTBOX_TYPES),
)
ANY_DUE = select(Outbox.id).where(*IS_DUE).limit(1)
# Account mails first: somebody sits and waits for theirs.
NEXT_DUE = (
    select(Outbox)
    .where(*IS_DUE)
    .order_by(Outbox.type != "account", Outbox.due_at, Outbox.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
LEASE_ROW = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"))
    .values(leased_until=bindparam("until"), attempts=Outbox.attempts + 1, error=CUT_OFF)
)
DONE = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"))
    .values(done_at=bindparam("at"), leased_until=None, error=bindparam("why"), payload=bindparam("to_payload"))
)
REST = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"))
    .values(due_at=bindparam("later"), leased_until=None, error=None, attempts=bindparam("tried"))
)
FAILED = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"), Outbox.done_at.is_(None))
    .values(
        due_at=bindparam("later"),
        leased_until=None,
        error=bindparam("why"),
        attempts=bindparam("tried"),
        payload=bindparam("to_payload"),
    )
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one run over the outbox went."""

    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What delivering needs."""

    storage: Storage
    settings: Settings
    templates: Environment
    post: Post


def never() -> bool:
    """Nobody asks to stop."""
    return False


def deliver_due(desk: Desk, now: datetime, stop: Callable[[], bool] = never, most: int | None = None) -> Delivery:
    """Do what the outbox has due, row by row, until nothing is, `most` are done, or `stop` says so.

    Ends early when the mail server can't be reached: the other rows keep their attempts for when it can.
    """
    began = time.monotonic()
    done = failed = 0
    while not stop() and (most is None or done + failed < most):
        moment = now + timedelta(seconds=time.monotonic() - began)  # a lease counts from when it is taken
        row = claim(desk.storage, moment)
        if row is None:
            break
        try:
            _do(desk, row, moment)
            done += 1
        except Exception as error:  # one row must not stop the others, whatever is wrong with it
            failed += 1
            _put_off(desk.storage, row, error, moment)
            if isinstance(error, NotDelivered) and error.is_down:
                break
    return Delivery(done, failed)


def claim(storage: Storage, now: datetime) -> Row | None:
    """Take the next due row under a lease; None when nothing is due. Reads first: an idle worker locks nobody out."""
    with storage.read() as connection:
        if connection.execute(ANY_DUE, {"now": now}).first() is None:
            return None

    def work(uow: UnitOfWork) -> Row | None:
        row = uow.one(NEXT_DUE, {"now": uow.now})
        if row is not None:
            uow.run(LEASE_ROW, {"row": row.id, "until": uow.now + LEASE})
        return row

    return storage.transact(work, now)


def _do(desk: Desk, row: Row, now: datetime) -> None:
    """Do what a claimed row promises and mark it; a notice becomes one mail a person in the same transaction."""
    try:
        if row.type == "notice":
            desk.storage.transact(lambda uow: _address(uow, row), now)
            return
        mail = _written(desk, row, now)
    except notify.NotSent as reason:
        why = f"not sent: {reason}"
        desk.storage.transact(lambda uow: _mark(uow, row, why), now)
        return
    desk.post.send(mail, file_name(row))
    _insist(desk.storage, lambda uow: _mark(uow, row), now)


def _written(desk: Desk, row: Row, now: datetime) -> EmailMessage:
    """The mail of a claimed row, in the language of whom it is written to. NotSent when there is none to send."""
    with desk.storage.read() as connection:
        voice = language.voice(notify.spoken_to(connection, row), language.folders(desk.settings.instance))
        with language.speaking(voice):
            letter = notify.letter(connection, desk.settings, row, now)
    with language.speaking(voice):
        return compose(letter, row.key, now, sender(desk.settings), desk.templates, desk.post.encoding)


def _address(uow: UnitOfWork, row: Row) -> None:
    """Write to whom a notice concerns, or let it wait for the others of its suggestion."""
    rests_until = notify.rests_until(uow, row)
    if rests_until is not None:
        uow.run(REST, {"row": row.id, "later": rests_until, "tried": row.attempts})
        return
    for told in notify.address(uow, row):
        _mark(uow, told)


def _insist(storage: Storage, work: Callable[[UnitOfWork], None], now: datetime) -> None:
    """The mail has gone: wait for the writer's turn longer than others do, or it would go again."""
    for _ in range(INSISTS):
        try:
            return storage.transact(work, now)
        except Busy:
            LOG.info("the database is busy; marking a delivered mail again")
    return storage.transact(work, now)


def file_name(row: Row) -> str:
    """A name for a row's mail: unique, sorts by when it was promised, says what it is and not to whom."""
    digest = hashlib.sha256(row.key.encode()).hexdigest()[:12]
    return f"{row.created_at:%Y%m%dT%H%M%S.%fZ}-{json.loads(row.payload)['what']}-{digest}"


def without_token(payload: str) -> str:
    """A payload out of which no mail link, no address and nobody's words to another can be read any more."""
    said = ("token", "email", "words", "language")
    return dump({name: value for name, value in json.loads(payload).items() if name not in said})


def _mark(uow: UnitOfWork, row: Row, why: str | None = None) -> None:
    uow.run(DONE, {"row": row.id, "at": uow.now, "why": why, "to_payload": without_token(row.payload)})


def _put_off(storage: Storage, row: Row, error: Exception, now: datetime) -> None:
    """Give a row back, to be tried later; or keep it with its error, where trying again is over."""
    is_expected = isinstance(error, NotDelivered)
    why = str(error) if is_expected else said(error)
    tried = MOST_ATTEMPTS if isinstance(error, NotDelivered) and error.is_final else row.attempts + 1
    is_over = tried >= MOST_ATTEMPTS
    LOG.log(
        logging.ERROR if is_over or not is_expected else logging.WARNING,
        "outbox row %s (%s), attempt %d of %d: %s",
        row.id,
        row.type,
        tried,
        MOST_ATTEMPTS,
        why,
    )
    values = {
        "row": row.id,
        "later": now + pause_after(row.attempts),
        "why": why,
        "tried": tried,
        "to_payload": without_token(row.payload) if is_over else row.payload,
    }
    storage.transact(lambda uow: uow.run(FAILED, values), now)


def pause_after(attempts: int) -> timedelta:
    """How long a row rests that had failed so often before: a minute, then five times as long each time."""
    return min(FIRST_PAUSE * 5**attempts, LONGEST_PAUSE)
