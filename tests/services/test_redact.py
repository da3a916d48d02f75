"""Redaction: what is masked is gone everywhere, stays gone, and every chain still verifies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotEligible, NotFound
from webapp.richtext import clean
from webapp.services import amend, confirm, history, redact, review, ruling, suggest, talk
from webapp.services.doctor import doctor, verify
from webapp.services.redact.places import BY_NAME
from webapp.services.redact.values import masked_text, secret_of
from webapp.storage.models import (
    Base,
    Change,
    ChangeVersion,
    Comment,
    Decision,
    Event,
    IdempotencyKey,
    ImportWaiting,
    Outbox,
    Redaction,
    RevisionContent,
    Sealed,
    Source,
    SourceItem,
    Suggestion,
)
from webapp.storage.unit_of_work import dump, new_id

CANARY = "0131 496 0777"
SPELLINGS = ("0131 496 0777", "01314960777", "+44 131 496 0777", "+44 (0)131-496-0777", "(0131) 4960777")
PHONE = {"id": "0192d7b4-0000-7000-8000-00000000000a", "order": 0, "number": CANARY}


@pytest.fixture
def leaky(world: World) -> World:
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
    decide = ruling.DecideChange(change, world.person("mo"), "apply", f"I rang {CANARY}")
    ruling.decide_change(world.storage, decide, world.now)
    (waiting,) = world.suggest(ann, record, description=f"Soup. Call Jo on {CANARY}, or Sam.")
    amended = {**world.document(record), "description": f"Soup. Call Jo on {CANARY}, or Pat."}
    amend.amend_change(world.storage, amend.AmendChange(waiting, ann, 1, amended), world.now)
    report = confirm.ReportProblem(record, "wrong", f"do not print {CANARY}", contact="someone@people.example")
    confirm.report_problem(world.storage, report, world.now)
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


# -- what is found anywhere -------------------------------------------------------------------------------


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


def test_the_number_is_everywhere_before(leaky: World) -> None:
    assert leaks(leaky) >= {
        *("revision_content", "change", "change_version", "suggestion", "evidence", "vote", "decision", "comment"),
        *(
            "report",
            "outbox",
            "idempotency_key",
            "source_item",
            "import_waiting",
            "search_entry",
            "record",
            "rendered",
            "moderation_log",
        ),
    }


def test_a_mask_takes_the_value_out_of_everything_but_the_seal(leaky: World) -> None:
    masked(leaky)
    assert leaks(leaky) == {"sealed"}
    assert doctor(leaky.storage) == []


def test_after_finishing_nothing_is_left_in_any_cell_or_file(leaky: World) -> None:
    finished(leaky)
    assert leaks(leaky) == set()
    assert doctor(leaky.storage) == []
    assert verify(leaky.storage) == []
    assert [spelling for spelling in SPELLINGS for held in files(leaky) if spelling.encode() in held] == []


def files(world: World) -> Iterator[bytes]:
    """What lies on the disk, where the database is a file: it, its log and its shared memory."""
    if world.storage.engine.dialect.name == "sqlite":
        path = Path(str(world.storage.engine.url.database))
        yield from (file.read_bytes() for file in path.parent.glob(path.name + "*"))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_known_however_it_is_written(spelling: str) -> None:
    for value in SPELLINGS:
        assert "777" not in masked_text(f"ring {spelling} now", [secret_of(value)]), value
    assert masked_text(f"9{spelling.replace(' ', '')}5", [secret_of("0131 496 077")]).count("[redacted]") == 0


def test_words_are_known_in_any_case_and_spacing() -> None:
    assert masked_text("Ask JANE  smith, not Jane Smithson", [secret_of("Jane Smith")]).startswith("Ask [redacted],")


# -- what the record says then ----------------------------------------------------------------------------


def test_the_present_record_no_longer_says_it_and_says_so_in_a_revision(leaky: World) -> None:
    record = leaky.town["record"]
    before = leaky.row(record).newest_number
    done = masked(leaky)
    document = leaky.document(record)
    assert document["description"] == "Soup. Call Jo on [redacted]."
    assert "phones" not in document
    assert leaky.row(record).newest_number == before + 1
    assert done.revisions == before
    (event,) = leaky.all(select(Event).where(Event.type == "redaction"))
    assert f'"seq":{done.seq}' in event.detail
    assert "description" in event.detail


def test_a_unit_is_masked_with_the_number_in_it(leaky: World) -> None:
    done = masked(leaky, units=(f"phones/{PHONE['id']}",))
    assert f"phones/{PHONE['id']}" in done.units
    assert leaks(leaky) == {"sealed"}


def test_a_required_text_says_redacted(leaky: World) -> None:
    record = leaky.town["record"]
    masked(leaky, units=("name",))
    assert leaky.document(record)["name"] == "[redacted]"
    assert leaky.document(record, 1)["name"] == "[redacted]"
    assert "harbour" not in " ".join(cell for table, cell in cells(leaky) if table in ("record", "slug_history"))
    assert doctor(leaky.storage) == []


def test_a_mask_that_cuts_through_html_leaves_no_html_that_acts(leaky: World) -> None:
    suggestion = leaky.change(leaky.town["applied"]).suggestion_id
    said = talk.PostComment(suggestion, leaky.person("ann"), "[x](https://zq.example/onmouseover=alert(1)//)")
    comment = talk.post_comment(leaky.storage, said, leaky.now)
    assert masked(leaky, value='href="https:').texts == 1
    html = leaky.one(select(Comment).where(Comment.id == comment)).html
    assert html == clean(html) == "<p>x</p>"


def test_a_record_that_does_not_say_it_is_left_alone(leaky: World) -> None:
    with pytest.raises(NotEligible, match="nothing_to_redact"):
        masked(leaky, value="020 7946 0999")


@pytest.mark.parametrize(("wish", "code"), [({"value": "07"}, "value_too_short"), ({"units": ("nose",)}, "not_found")])
def test_what_can_not_be_masked_is_refused(leaky: World, wish: dict[str, Any], code: str) -> None:
    with pytest.raises((NotEligible, NotFound), match=code):
        masked(leaky, **wish)


def test_a_reason_may_not_say_the_value(leaky: World) -> None:
    command = redact.Mask(leaky.town["record"], leaky.person("mo"), "is +441314960777", value=CANARY)
    with pytest.raises(NotEligible, match="reason_has_value"):
        redact.mask(leaky.storage, command, leaky.now)


def test_other_records_that_say_it_are_named_and_left(leaky: World) -> None:
    other = leaky.record(description=f"Also {CANARY}")
    assert masked(leaky).also_in == (other,)
    assert CANARY in leaky.document(other)["description"]


# -- it never comes back ----------------------------------------------------------------------------------


def test_rolling_back_and_reverting_never_bring_it_back(leaky: World) -> None:
    record, moderator = leaky.town["record"], leaky.person("mo")
    finished(leaky)
    seen = leaky.row(record).newest_number
    history.roll_back_record(leaky.storage, history.RollBackRecord(record, 1, moderator, seen, "back"), leaky.now)
    for number in range(1, leaky.row(record).newest_number + 1):
        seen = leaky.row(record).newest_number
        try:
            history.revert_revision(
                leaky.storage, history.RevertRevision(record, number, moderator, seen, "undo"), leaky.now
            )
        except AlreadyClosed:
            continue
    assert leaks(leaky) == set()
    assert doctor(leaky.storage) == []


def test_an_open_change_with_the_value_applies_without_it(leaky: World) -> None:
    record, waiting = leaky.town["record"], leaky.town["open"]
    masked(leaky)
    leaky.passes(days=2)
    for handle, role in (("tess", "trusted"), ("rob", "reviewer"), ("ray", "reviewer")):
        if leaky.change(waiting).state == "open":
            leaky.vote(leaky.person(handle, role), waiting)
    assert leaky.change(waiting).state == "applied"
    assert leaky.document(record)["description"] == "Soup. Call Jo on [redacted], or Pat."
    assert doctor(leaky.storage) == []


def test_an_import_is_told_which_units_to_leave_alone(leaky: World) -> None:
    done = masked(leaky)
    record = leaky.town["record"]
    units = leaky.storage.transact(lambda uow: redact.redacted_units(uow, [record]), leaky.now)[record]
    assert units == set(done.units)
    assert units >= {"description", "summary", f"phones/{PHONE['id']}"}


# -- how it ends ------------------------------------------------------------------------------------------


def test_the_one_who_masked_may_not_finish_alone(leaky: World) -> None:
    done = masked(leaky)
    leaky.passes(days=2)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        redact.finish(leaky.storage, redact.Finish(done.seq, leaky.person("mo")), leaky.now)


def test_an_administrator_alone_finishes_after_a_day(leaky: World) -> None:
    boss = leaky.person("boss", "administrator")
    leaky.passes(days=40)
    command = redact.Mask(leaky.town["record"], boss, "A private number", value=CANARY)
    done = redact.mask(leaky.storage, command, leaky.now)
    leaky.passes(hours=23)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        redact.finish(leaky.storage, redact.Finish(done.seq, boss), leaky.now)
    leaky.passes(hours=1)
    redact.finish(leaky.storage, redact.Finish(done.seq, boss), leaky.now)
    assert leaks(leaky) == set()


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
    lift = redact.Lift(first.seq, leaky.person("max"), "no")
    with pytest.raises(NotEligible, match="later_redaction"):
        redact.lift(leaky.storage, lift, leaky.now)
    redact.lift(leaky.storage, redact.Lift(second.seq, leaky.person("max"), "no"), leaky.now)
    redact.lift(leaky.storage, lift, leaky.now)
    assert CANARY in leaky.document(leaky.town["record"])["description"]
    assert doctor(leaky.storage) == []


def test_a_lift_never_brings_back_what_a_later_mask_took_out(leaky: World) -> None:
    """The unit that the first mask took out whole said the number that the second one looked for."""
    record = leaky.town["record"]
    first = masked(leaky, units=("summary",))
    leaky.person("sam", "trusted")
    (again,) = leaky.suggest(leaky.person("sam"), record, email="soup@people.example")
    decide = ruling.DecideChange(again, leaky.person("mo"), "apply", "seen it")
    ruling.decide_change(leaky.storage, decide, leaky.now)
    second = masked(leaky, value="soup@people.example")
    lift = redact.Lift(first.seq, leaky.person("max"), "no")
    with pytest.raises(NotEligible, match="later_redaction"):
        redact.lift(leaky.storage, lift, leaky.now)
    redact.lift(leaky.storage, redact.Lift(second.seq, leaky.person("max"), "no"), leaky.now)
    redact.lift(leaky.storage, lift, leaky.now)
    assert CANARY in leaky.document(record, 2)["summary"]
    assert doctor(leaky.storage) == []


def test_what_a_merge_moved_to_another_record_is_masked_with_the_one_it_came_from(leaky: World) -> None:
    record, other = leaky.town["record"], leaky.record(name="Gasworks lunch")
    command = suggest.SuggestLifecycle(leaky.person("ann"), record, "merge", "the same", other)
    (merge,) = suggest.suggest_lifecycle(leaky.storage, command, leaky.now).change_ids
    decide = ruling.DecideChange(merge, leaky.person("mo"), "apply", "seen it")
    assert ruling.decide_change(leaky.storage, decide, leaky.now).state == "applied"
    assert leaky.change(leaky.town["open"]).record_id == other
    source = leaky.one(select(Source.id)).id
    waiting = {"id": new_id(), "key": f"edit:{other}", "payload": dump({"record": other, "wanted": {"alert": CANARY}})}
    leaky.storage.transact(
        lambda uow: uow.add(ImportWaiting, source_id=source, created_at=uow.now, **waiting), leaky.now
    )
    masked(leaky)
    assert leaks(leaky) == {"sealed"}
    assert doctor(leaky.storage) == []


# -- nothing is forgotten ---------------------------------------------------------------------------------

KNOWN_TO_HOLD_NO_VALUE = {
    *("counter", "event", "mode", "policy", "rate_count", "site_property", "source", "affiliation", "confirmation"),
    *("link", "mail_token", "redaction", "redacted_content", "redacted_row", "session", "stewardship", "subscription"),
    *("change_author", "change_record", "spam_flag", "revision"),
}
FOLLOWS_BY_ITSELF = {"record", "slug_history", "rendered", "sealed"}
OWN_WORDS_OF_A_PERSON = {"person"}


def test_every_table_is_masked_or_known_to_need_none() -> None:
    accounted = {*BY_NAME, *KNOWN_TO_HOLD_NO_VALUE, *FOLLOWS_BY_ITSELF, *OWN_WORDS_OF_A_PERSON}
    assert set(Base.metadata.tables) == accounted


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
