"""How a mask ends: finished by a second person or lifted; and nothing opens or rewrites what it sealed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from tests.services.redacting import CANARY, cells, finished, leaks, masked
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotEligible
from webapp.services import redact, ruling, sanction
from webapp.services.doctor import doctor, verify
from webapp.storage.models import (
    ChangeVersion,
    Decision,
    Outbox,
    Redaction,
    RevisionContent,
    Sealed,
    Suggestion,
)


def lifted_in_turn(leaky: World, first: redact.MaskDone, second: redact.MaskDone) -> None:
    """Both masks are lifted: the first one can be only after the second."""
    lift = redact.Lift(first.seq, leaky.person("max"), "no")
    with pytest.raises(NotEligible, match="later_redaction"):
        redact.lift(leaky.storage, lift, leaky.now)
    redact.lift(leaky.storage, redact.Lift(second.seq, leaky.person("max"), "no"), leaky.now)
    redact.lift(leaky.storage, lift, leaky.now)


def test_the_one_who_masked_may_not_finish_alone(leaky: World) -> None:
    done = masked(leaky)
    leaky.passes(days=2)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        redact.finish(leaky.storage, redact.Finish(done.seq, leaky.person("mo")), leaky.now)


def test_an_administrator_alone_finishes_after_a_day(leaky: World) -> None:
    boss = leaky.person("boss", "administrator")
    for handle in ("mo", "max"):
        sanction.grant_role(leaky.storage, sanction.GrantRole(leaky.person(handle), boss, "trusted", "no"), leaky.now)
    leaky.passes(days=40)
    command = redact.Mask(leaky.town["record"], boss, "A private number", value=CANARY)
    done = redact.mask(leaky.storage, command, leaky.now)
    leaky.passes(hours=23)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        redact.finish(leaky.storage, redact.Finish(done.seq, boss), leaky.now)
    leaky.passes(hours=1)
    redact.finish(leaky.storage, redact.Finish(done.seq, boss), leaky.now)
    assert leaks(leaky) == set()


def test_an_administrator_is_not_alone_while_there_is_a_moderator_however_quiet(leaky: World) -> None:
    boss = leaky.person("boss", "administrator")
    leaky.passes(days=40)
    command = redact.Mask(leaky.town["record"], boss, "A private number", value=CANARY)
    done = redact.mask(leaky.storage, command, leaky.now)
    leaky.passes(days=2)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        redact.finish(leaky.storage, redact.Finish(done.seq, boss), leaky.now)


def test_volunteers_may_not_mask(leaky: World) -> None:
    command = redact.Mask(leaky.town["record"], leaky.person("ann"), "mine", value=CANARY)
    with pytest.raises(NotAllowed, match="role_needed"):
        redact.mask(leaky.storage, command, leaky.now)


def test_a_lifted_mask_puts_everything_back(leaky: World) -> None:
    record = leaky.town["record"]
    state = leaks(leaky)
    present, first = leaky.document(record), leaky.document(record, 1)
    before = {table: sorted(cell for name, cell in cells(leaky) if name == table) for table in ("vote", "decision")}
    done = masked(leaky)
    redact.lift(leaky.storage, redact.Lift(done.seq, leaky.person("max"), "It is the public number"), leaky.now)
    assert (leaky.document(record), leaky.document(record, 1)) == (present, first)
    assert leaks(leaky) == state
    assert {t: sorted(c for name, c in cells(leaky) if name == t) for t in before} == before
    assert leaky.all(select(Sealed)) == []
    assert doctor(leaky.storage) == []


def test_what_was_finished_or_lifted_is_over(leaky: World) -> None:
    done = finished(leaky)
    with pytest.raises(AlreadyClosed):
        redact.lift(leaky.storage, redact.Lift(done.seq, leaky.person("mo"), "no"), leaky.now)
    with pytest.raises(AlreadyClosed):
        redact.finish(leaky.storage, redact.Finish(done.seq, leaky.person("max")), leaky.now)


def test_an_earlier_mask_is_not_lifted_under_a_later_one(leaky: World) -> None:
    first = masked(leaky)
    second = masked(leaky, value="Call Jo")
    lifted_in_turn(leaky, first, second)
    assert CANARY in leaky.document(leaky.town["record"])["description"]
    assert doctor(leaky.storage) == []


def test_a_lift_never_brings_back_what_a_later_mask_took_out(leaky: World) -> None:
    """The unit that the first mask took out whole said the number that the second one looked for."""
    record = leaky.town["record"]
    first = masked(leaky, units=("summary",))
    leaky.person("sam", "trusted")
    (again,) = leaky.suggest(leaky.person("sam"), record, email="soup@people.example")
    decide = ruling.DecideChange(again, leaky.person("mo"), 1, "apply", "seen it")
    ruling.decide_change(leaky.storage, decide, leaky.now)
    second = masked(leaky, value="soup@people.example")
    lifted_in_turn(leaky, first, second)
    assert CANARY in leaky.document(record, 2)["summary"]
    assert doctor(leaky.storage) == []


# -- the guards -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        update(Decision).values(note="other"),
        update(ChangeVersion).values(payload="{}"),
        update(RevisionContent).values(document="{}"),
        update(RevisionContent).values(document="{}", redaction_seq=1),
    ],
)
def test_append_only_rows_stay_shut_after_a_mask(leaky: World, statement: Any) -> None:
    masked(leaky)
    with pytest.raises(DBAPIError, match="redaction"):
        leaky.storage.transact(lambda uow: uow.run(statement), leaky.now)


def test_a_permit_opens_one_column_of_one_row_only(leaky: World) -> None:
    from webapp.storage.models import RedactedRow

    seq = masked(leaky).seq
    decision = leaky.one(select(Decision))

    def work(uow: Any) -> None:
        uow.add(RedactedRow, redaction_seq=seq, place="decision", row_key="other", is_open=1)
        uow.run(update(Decision).where(Decision.id == decision.id).values(note="x"))

    with pytest.raises(DBAPIError, match="redaction"):
        leaky.storage.transact(work, leaky.now)

    def wider(uow: Any) -> None:
        uow.run(text("INSERT INTO redacted_row VALUES (:s, 'decision', 'z', 1)"), {"s": seq})
        uow.run(text("UPDATE redacted_row SET row_key = :k WHERE row_key = 'z'"), {"k": decision.id})

    with pytest.raises(DBAPIError, match="only closes"):
        leaky.storage.transact(wider, leaky.now)


@pytest.mark.parametrize("changed", ["reason = 'other'", "units = '[]'", "previous_hash = hash"])
def test_a_redaction_that_was_rewritten_is_seen(leaky: World, changed: str) -> None:
    masked(leaky)
    assert verify(leaky.storage) == []
    leaky.storage.transact(lambda uow: uow.run(text(f"UPDATE redaction SET {changed}")), leaky.now)
    assert {breach.code for breach in verify(leaky.storage)} >= {"redaction_hash"}


def test_redactions_chain_along_their_numbers(leaky: World) -> None:
    masked(leaky)
    masked(leaky, value="Call Jo")
    first, second = leaky.all(select(Redaction).order_by(Redaction.seq))
    assert (second.seq, second.previous_hash) == (first.seq + 1, first.hash)
    assert leaky.all(select(Outbox.id).where(Outbox.payload.contains("Call Jo"))) == []
    assert leaky.all(select(Suggestion.id).where(Suggestion.reason.contains("1314960777"))) == []
