"""What tests of redaction share: a world into which a number has leaked, a mask, and whatever still says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, select, text

from tests.support.world import World
from webapp.domain.canonical import dump
from webapp.services import amend, confirm, redact, review, ruling, steward, suggest
from webapp.storage.models import (
    Change,
    Comment,
    IdempotencyKey,
    ImportWaiting,
    Source,
    SourceItem,
)
from webapp.storage.unit_of_work import new_id

CANARY = "0131 496 0777"
SPELLINGS = ("0131 496 0777", "01314960777", "+44 131 496 0777", "+44 (0)131-496-0777", "(0131) 4960777")
PHONE = {"id": "0192d7b4-0000-7000-8000-00000000000a", "order": 0, "number": CANARY}


def leak(world: World) -> World:
    """A world in which one telephone number has got into everything that people can write."""
    record = world.record(description=f"Soup. Call Jo on {CANARY}.", phones=[PHONE])
    ann, rita = world.person("ann"), world.person("rita", "reviewer")
    world.person("mo", "moderator")
    world.person("max", "moderator")
    evidence = suggest.HowKnown("phoned", "rang +44 131 496 0777 myself")
    document = {**world.document(record), "summary": f"Lunch, ring {CANARY}"}
    command = suggest.SuggestChange(ann, record, 1, document, f"Jo said so on {CANARY}", evidence)
    (change,) = suggest.suggest_change(world.storage, command, world.now).change_ids
    world.passes(minutes=1)
    vote = review.CastVote(change, rita, 1, "approve", "", "01314960777 works")
    review.cast_vote(world.storage, vote, world.now)
    decide = ruling.DecideChange(change, world.person("mo"), 1, "apply", f"I rang {CANARY}")
    ruling.decide_change(world.storage, decide, world.now)
    (waiting,) = world.suggest(ann, record, description=f"Soup. Call Jo on {CANARY}, or Sam.")
    amended = {**world.document(record), "description": f"Soup. Call Jo on {CANARY}, or Pat."}
    amend.amend_change(world.storage, amend.AmendChange(waiting, ann, 1, amended), world.now)
    report = confirm.ReportProblem(record, "wrong", f"do not print {CANARY}", contact="someone@people.example")
    confirm.report_problem(world.storage, report, world.now)
    claim = steward.ClaimRecord(record, ann, f"I run it, ring me on {CANARY}")
    claimed = steward.claim_record(world.storage, claim, world.now)
    refusal = steward.GrantStewardship(claimed, world.person("mo"), False, f"Nobody answers on {CANARY}")
    steward.grant_stewardship(world.storage, refusal, world.now)
    world.storage.transact(lambda uow: _other_doors(uow, record, change, ann), world.now)
    world.town = {"record": record, "applied": change, "open": waiting}
    return world


def _other_doors(uow: Any, record: str, change: str, person: str) -> None:
    suggestion = uow.value(select(Change.suggestion_id).where(Change.id == change))
    words = f"my number is {CANARY}"
    uow.add(
        Comment, id=new_id(), suggestion_id=suggestion, person_id=person, text=words, html=f"<p>{words}</p>",
        renderer_version=1, created_at=uow.now, hidden_at=None, hidden_by=None,
    )  # fmt: skip
    uow.outbox("mail", "m1", {"to": "x@people.example", "body": f'said "{words}"\nand more'})
    uow.add(
        IdempotencyKey, person_id=person, key="k1", request_hash="0" * 64, status=201,
        answer=dump({"phone": CANARY}), created_at=uow.now,
    )  # fmt: skip
    source = new_id()
    wanted = {"summary": f"Ring {CANARY}", "email": "soup@people.example"}
    waiting = {"id": new_id(), "key": f"edit:{record}", "payload": dump({"record": record, "wanted": wanted})}
    new = [{"id": new_id(), "kind": "organization", "document": {"name": "Trust", "description": f"Ring {CANARY}"}}]
    adding = {"id": new_id(), "key": "create:1", "payload": dump({"records": new})}
    uow.add(Source, id=source, name="The council", licence="OGL", created_at=uow.now)
    uow.add(
        SourceItem, id=new_id(), source_id=source, external_id="7", record_id=record,
        document=dump({"name": "Harbour Soup Lunch", "phones": [PHONE]}), seen_at=uow.now,
    )  # fmt: skip
    for one in (waiting, adding):
        uow.add(ImportWaiting, source_id=source, created_at=uow.now, **one)


def masked(world: World, **wish: Any) -> redact.MaskDone:
    """The number is masked by a moderator, as a value unless the test wishes otherwise."""
    command = redact.Mask(world.town["record"], world.person("mo"), "A private number", **(wish or {"value": CANARY}))
    return redact.mask(world.storage, command, world.now)


def finished(world: World) -> redact.MaskDone:
    done = masked(world)
    redact.finish(world.storage, redact.Finish(done.seq, world.person("max")), world.now)
    return done


def cells(world: World, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every cell of every table as text, with the name of its table."""
    with world.storage.read() as connection:
        for table in inspect(connection).get_table_names():
            if table in but:
                continue
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield from ((table, str(cell)) for cell in row)


def leaks(world: World, *but: str) -> set[str]:
    """The tables in which any spelling of the number can be found."""
    squeezed = ((table, "".join(c for c in cell if c.isalnum())) for table, cell in cells(world, but))
    return {table for table, cell in squeezed if "1314960777" in cell}
