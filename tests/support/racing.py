"""People who act at the same moment: threads of one process, and processes of their own.

Everybody waits at a barrier, then acts once. Who is told that the site is busy tries again, as a person would; what
came of it is kept as a word, and anything that nobody should ever be told as `fault: …`.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from typing import Any

import webapp.storage
from tests.support.profile import scaled
from webapp.domain.errors import AlreadyClosed, Busy, Stale, WellkeptError
from webapp.services import history, incidents, review, suggest, withdraw
from webapp.storage import Storage

PATIENCE = scaled(120, 600)  # seconds; a loaded machine is slow, not wrong
TRIES = 30


@dataclass(frozen=True)
class Racer:
    """What somebody is about to do, as plain values, so that it can go to another process."""

    person: str
    act: str  # vote | withdraw | roll_back | revert | suggest | incident | resume
    target: str  # a change, a record, the preview of an incident, or a roll back that was stopped
    number: int = 1  # content version or revision that they saw
    word: str = "approve"


def perform(storage: Storage, racer: Racer, now: datetime) -> str:
    """Act once; gives "done", the end that the person was told of, or a fault."""
    for _ in range(TRIES):
        try:
            _act(storage, racer, now)
        except Busy:
            continue
        except AlreadyClosed as told:
            return f"closed: {told.values.get('state', told.code)}"
        except Stale:
            return "stale"
        except WellkeptError as told:
            return f"fault: told {told}"
        except Exception as error:
            return f"fault: {type(error).__name__}: {error}"
        return "done"
    return "fault: busy for ever"


def _act(storage: Storage, racer: Racer, now: datetime) -> Any:
    if racer.act == "vote":
        vote = review.CastVote(racer.target, racer.person, racer.number, racer.word)
        return review.cast_vote(storage, vote, now)
    if racer.act == "withdraw":
        return withdraw.withdraw_change(storage, withdraw.WithdrawChange(racer.target, racer.person), now)
    if racer.act == "roll_back":
        back = history.RollBackRecord(racer.target, 1, racer.person, racer.number, "a race")
        return history.roll_back_record(storage, back, now)
    if racer.act == "revert":
        revert = history.RevertRevision(racer.target, racer.number, racer.person, racer.number, "a race")
        return history.revert_revision(storage, revert, now)
    if racer.act == "incident":
        apply = incidents.ApplyIncident(racer.target, racer.person, "a race")
        return incidents.apply_incident(storage, apply, now)
    if racer.act == "resume":
        return incidents.resume_operation(storage, racer.target, racer.person, now)
    if racer.act == "suggest":
        wish = suggest.SuggestChange(racer.person, racer.target, racer.number, {"name": racer.word}, "a race")
        return suggest.suggest_change(storage, wish, now)
    raise ValueError(racer.act)


def race_in_threads(storage: Storage, racers: Sequence[Racer], now: datetime) -> list[str]:
    """Everybody in a thread with a connection of their own; what became of each, in order."""
    barrier = threading.Barrier(len(racers))
    told = ["fault: never came back"] * len(racers)

    def run(place: int) -> None:
        barrier.wait(PATIENCE)
        told[place] = perform(storage, racers[place], now)

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(racers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return told


def race_in_processes(url: str, racers: Sequence[Racer], now: datetime) -> list[str]:
    """Everybody in a process of their own, begun anew rather than forked."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(len(racers)), context.Queue()
    processes = [
        context.Process(target=_run, args=(url, place, racer, now, barrier, answers), daemon=True)
        for place, racer in enumerate(racers)
    ]
    for process in processes:
        process.start()
    told = dict(answers.get(timeout=PATIENCE) for _ in processes)
    for process in processes:
        process.join(PATIENCE)
    return [told[place] for place in range(len(racers))]


def _run(url: str, place: int, racer: Racer, now: datetime, barrier: Any, answers: Queue[tuple[int, str]]) -> None:
    storage = webapp.storage.init(url)
    with storage.read():
        pass  # connected before the start
    barrier.wait(PATIENCE)
    answers.put((place, perform(storage, racer, now)))
    storage.dispose()
