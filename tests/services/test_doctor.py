"""Doctor sees every invariant that is broken by hand, and nothing in a sound database."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.support.world import World
from webapp.services import history, review, ruling
from webapp.services.doctor import CHECKS, doctor, verify
from webapp.services.doctor.breach import Breach
from webapp.storage import append_only
from webapp.storage.unit_of_work import new_id

LANGUAGE = {"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "code": "gd"}


@pytest.fixture
def town(world: World) -> World:
    """A world in which something of everything has happened."""
    world.passes(minutes=5)
    organization = world.record("organization", name="Harbour Trust", description="They cook")
    record = world.record(description="Soup", organization_id=organization)
    ann = world.person("ann")
    (change,) = world.suggest(ann, record, description="Soup and company")
    assert world.approve(change, "rita", "rob") == "applied"
    (other,) = world.suggest(ann, record, name="Harbour Lunch")
    moderator = world.person("mo", "moderator")
    ruling.decide_change(world.storage, ruling.DecideChange(other, moderator, 1, "apply"), world.now)
    history.revert_revision(world.storage, history.RevertRevision(record, 2, moderator, 3, "no"), world.now)
    (third,) = world.suggest(ann, record, languages=[LANGUAGE])
    world.vote(world.person("rita", "reviewer"), third)
    world.town = {"record": record, "organization": organization, "change": change, "decided": other, "open": third}
    return world


def by_hand(world: World, *statements: str, **values: object) -> None:
    """Run SQL past every guard: triggers and what hinders on the way are dropped first."""
    connection = world.storage.engine.connect()
    with connection.begin():
        for trigger in sorted(append_only.names()):
            connection.exec_driver_sql(drop_of(trigger, connection.dialect.name))
        for statement in statements:
            connection.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
    connection.close()


def drop_of(trigger: str, dialect: str) -> str:
    for ending in ("_no_update", "_no_delete", "_redaction", "_closes"):
        if trigger.endswith(ending):
            return f"DROP TRIGGER {trigger}" + ("" if dialect == "sqlite" else f" ON {trigger.removesuffix(ending)}")
    raise AssertionError(trigger)


def found(world: World) -> list[Breach]:
    """What doctor finds beside the triggers that `by_hand` dropped."""
    return [breach for breach in doctor(world.storage) if breach.code != "trigger"]


def codes(world: World) -> set[str]:
    return {breach.code for breach in found(world)}


def test_a_sound_database_has_no_breach(town: World) -> None:
    told: list[str] = []
    assert doctor(town.storage, told.append) == []
    assert told == list(CHECKS)
    assert verify(town.storage) == []


def test_an_empty_database_has_no_breach(world: World) -> None:
    assert doctor(world.storage) == []


def test_missing_triggers_are_each_named(town: World) -> None:
    by_hand(town)
    assert {b.where for b in doctor(town.storage)} == {f"trigger {name}" for name in append_only.names()}


def test_two_live_votes_of_one_person_are_seen(town: World) -> None:
    by_hand(
        town,
        "DROP INDEX uq_vote_live",
        "INSERT INTO vote SELECT :new, change_id, content_version, person_id, choice, reason, note, role,"
        " is_affiliated, is_steward, is_live, is_voided, cast_at, ended_at FROM vote WHERE change_id = :open",
        new=new_id(),
        **town.town,
    )
    (breach,) = found(town)
    assert (breach.code, breach.where) == ("live_votes", f"change {town.town['open']}")


def test_two_revisions_of_one_change_on_a_record_are_seen(town: World) -> None:
    by_hand(
        town,
        "UPDATE revision SET change_id = :change WHERE record_id = :record AND number = 4",
        **town.town,
    )
    assert [(b.code, b.where) for b in found(town)] == [("revisions_of_change", f"change {town.town['change']}")]


BREAKS: dict[str, tuple[str, set[str]]] = {
    "an applied change without a revision": (
        "UPDATE revision SET change_id = NULL WHERE change_id = :change",
        {"revisions_of_change"},
    ),
    "a revision of a change that is open": (
        "UPDATE change SET state = 'open' WHERE id = :change",
        {"revisions_of_change"},
    ),
    "an applied change without a decision": ("DELETE FROM decision WHERE change_id = :change", {"decision"}),
    "a decision of another mode": ("UPDATE decision SET mode = 'reduced' WHERE change_id = :change", {"decision"}),
    "a decision of another policy": (
        "UPDATE decision SET policy_version = 7 WHERE change_id = :change",
        {"decision"},
    ),
    "a decision with fewer votes": ("UPDATE decision SET counted = '[]' WHERE change_id = :change", {"decision"}),
    "a counted vote that turned round": (
        "UPDATE vote SET choice = 'reject' WHERE change_id = :change",
        {"decision"},
    ),
    "a decision before its time": (
        "UPDATE change SET opened_at = '2026-03-03T09:00:00.000000Z', risk = 'high' WHERE id = :change",
        {"decision"},
    ),
    "a moderator whom no log names": (
        "DELETE FROM moderation_log WHERE change_id = :decided",
        {"decision"},
    ),
    "an author among the counted": (
        "INSERT INTO change_author SELECT change_id, person_id, 'coauthor', min(cast_at) FROM vote"
        " WHERE change_id = :change GROUP BY change_id, person_id",
        {"author_counted", "decision"},
    ),
    "a copy that is not the document's": ("UPDATE record SET summary = 'Other' WHERE id = :record", {"copy"}),
    "an address that was never kept": ("UPDATE record SET slug = 'other' WHERE id = :record", {"slug"}),
    "a record that counts too far": (
        "UPDATE record SET newest_number = 5 WHERE id = :record",
        {"revision_number", "newest_revision"},
    ),
    "a record that points at an old revision": (
        "UPDATE record SET newest_revision_id ="
        " (SELECT id FROM revision WHERE record_id = :record AND number = 1) WHERE id = :record",
        {"newest_revision"},
    ),
    "a revision that is gone from the middle": (
        "UPDATE revision SET number = 40 WHERE record_id = :record AND number = 2",
        {"revision_number", "chain_gap", "chain_hash", "chain_link"},
    ),
    "a gap in the events": ("DELETE FROM event WHERE seq = 3", {"event_gap"}),
    "an event counter behind": ("UPDATE counter SET value = value - 1 WHERE name = 'event'", {"event_counter"}),
    "a revision without its event": (
        "UPDATE event SET type = 'other' WHERE type = 'revision' AND record_id = :organization",
        {"event_missing"},
    ),
    "a redaction counter ahead": (
        "UPDATE counter SET value = 1 WHERE name = 'redaction'",
        {"redaction_counter"},
    ),
    "a document that was changed": (
        "UPDATE revision_content SET document = replace(document, 'Soup', 'Soap') WHERE revision_id ="
        " (SELECT id FROM revision WHERE record_id = :record AND number = 2)",
        {"chain_content"},
    ),
    "a document that was changed with its hash": (
        "UPDATE revision SET summary = 'Nothing to see' WHERE record_id = :record AND number = 2",
        {"chain_hash"},
    ),
    "a revision whose hash was made anew": (
        f"UPDATE revision SET hash = '{'a' * 64}' WHERE record_id = :record AND number = 2",
        {"chain_hash", "chain_link"},
    ),
    "content that is gone": (
        "DELETE FROM revision_content WHERE revision_id ="
        " (SELECT id FROM revision WHERE record_id = :record AND number = 2)",
        {"content_missing", "chain_content"},
    ),
    "a link that is gone": ("DELETE FROM link WHERE record_id = :record", {"link"}),
    "a link that nobody wrote": (
        "INSERT INTO link (record_id, unit, field, target_id)"
        " VALUES (:organization, 'organization_id', 'organization_id', :record)",
        {"link"},
    ),
    "a search row that is gone": ("DELETE FROM search_entry WHERE record_id = :record", {"search"}),
    "a search row with another name": (
        "UPDATE search_entry SET name = 'other' WHERE record_id = :record",
        {"search"},
    ),
    "a search row that is somewhere else": (
        "UPDATE search_entry SET points = '1,1' WHERE record_id = :record",
        {"search"},
    ),
    "a point that is not the document's": ("UPDATE record SET point = '1,1' WHERE id = :record", {"copy"}),
    "a search row of a void record": ("UPDATE record SET status = 'void' WHERE id = :record", {"search", "copy"}),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_each_breach_is_seen_and_nothing_else(town: World, broken: str) -> None:
    statement, expected = BREAKS[broken]
    by_hand(town, statement, **town.town)
    assert codes(town) == expected, found(town)


def test_words_that_a_search_row_should_not_have_are_seen(town: World) -> None:
    change = {
        "sqlite": "UPDATE search_entry SET tokens = tokens || ' zebra' WHERE record_id = :record",
        "postgresql": "UPDATE search_entry SET tokens = tokens || array_to_tsvector(ARRAY['zebra'])"
        " WHERE record_id = :record",
    }
    by_hand(town, change[town.storage.engine.dialect.name], **town.town)
    assert codes(town) == {"search"}


def without_unique_key(dialect: str) -> list[str]:
    if dialect == "postgresql":
        return ["ALTER TABLE outbox DROP CONSTRAINT uq_outbox_key"]
    return ["CREATE TABLE o AS SELECT * FROM outbox", "DROP TABLE outbox", "ALTER TABLE o RENAME TO outbox"]


def test_an_outbox_row_that_is_there_twice_is_seen(town: World) -> None:
    again = (
        "INSERT INTO outbox (id, key, type, payload, due_at, attempts, created_at)"
        " SELECT :new, key, type, payload, due_at, attempts, created_at FROM outbox ORDER BY key LIMIT 1"
    )
    by_hand(town, *without_unique_key(town.storage.engine.dialect.name), again, new=new_id())
    assert codes(town) == {"outbox"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # FTS5 alone keeps its words apart from its rows
def test_a_full_text_index_that_forgot_its_rows_is_seen(town: World) -> None:
    by_hand(town, "INSERT INTO search_words (search_words) VALUES ('delete-all')")
    assert [b.where for b in found(town)] == ["search_words"]


def test_doctor_finds_the_same_on_a_second_look(town: World) -> None:
    def look() -> set[str]:
        return codes(town)

    by_hand(town, "UPDATE record SET name = 'Other' WHERE id = :record", **town.town)
    assert look() == look() == {"copy"}


def test_who_came_first_may_have_their_turn_last(world: World) -> None:
    """A request has the time of its arrival; while it waits for its turn, others that came later have theirs."""
    record, early = world.record(description="Soup"), world.now
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    rita = world.person("rita", "reviewer")
    world.passes(seconds=1)
    world.vote(rita, change)
    review.take_back_vote(world.storage, review.TakeBackVote(change, rita), world.now)
    world.vote(world.person("rob", "reviewer"), change)
    world.now = early
    assert world.approve(change, "ruth") == "applied"
    assert doctor(world.storage) == []


def test_no_decision_counts_what_was_cast_much_later(town: World) -> None:
    later = "UPDATE vote SET cast_at = :later WHERE change_id = :change"
    by_hand(town, later, later=str(town.now.replace(year=town.now.year + 1)), change=town.town["change"])
    assert "decision" in {breach.code for breach in doctor(town.storage)}
