"""The demo community as the services make it: every suggestion ends where the story says, on both databases."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

import webapp.storage
from tests.demo.played import CONTENT, FLAGS, NOW, STORY, Played, stands
from tests.services.test_replay import strangers
from webapp.demo import play as playing
from webapp.demo.content import read_synonyms, record_id
from webapp.demo.play import play
from webapp.domain.chain import GENESIS
from webapp.domain.document import parse
from webapp.domain.roles import Role, at_least
from webapp.services import duplicates, suggest
from webapp.services.account import WrongSignIn, check_password
from webapp.services.demo import NotEmpty
from webapp.services.doctor import doctor, verify
from webapp.services.replay import Asked, pasts
from webapp.storage.models import (
    Affiliation,
    Change,
    Comment,
    Confirmation,
    DuplicatePair,
    Event,
    Mode,
    Operation,
    Outbox,
    Person,
    Record,
    Rendered,
    Report,
    Revision,
    RevisionContent,
    Sanction,
    Stewardship,
    Vote,
)
from webapp.storage.queries import demo as queries
from webapp.storage.queries.synonyms import all_groups
from webapp.storage.queries.vocabulary import vocabulary


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_template").copy(tmp_path_factory.mktemp("demo") / "demo.db")
    else:
        url = request.getfixturevalue("postgres_template").create()
    storage = webapp.storage.init(url)
    told: list[tuple[str, int, int]] = []
    began = time.monotonic()
    summary = play(storage, NOW, lambda *words: told.append(words))
    yield Played(storage, summary, told, time.monotonic() - began)
    storage.dispose()
    if request.param == "postgresql":
        request.getfixturevalue("postgres_template").drop(url)


def test_every_suggestion_ends_where_the_story_says(played: Played) -> None:
    assert played.summary.refused == ()
    assert played.summary.suggestions == len(STORY)
    ends = {row["id"]: stands(played.changes(row)) for row in STORY}
    assert ends == {row["id"]: row["outcome"] for row in STORY}
    for row in STORY:
        for group, end in row.get("outcomes", {}).items():
            assert [c.state for c in played.changes(row) if c.group == group] == [end]


def test_every_state_and_every_flag_of_a_change_occurs(played: Played) -> None:
    changes = played.all(select(Change))
    assert {change.state for change in changes} == {
        "open", "applied", "rejected", "withdrawn", "superseded", "expired",
    }  # fmt: skip
    for flag in FLAGS:
        assert any(change.state == "open" and getattr(change, f"{flag}_at") for change in changes), flag
    assert {change.type for change in changes} == {"edit", "create", "close", "reopen", "merge"} & {
        row.get("type", "edit") for row in STORY
    }


def test_the_phrases_that_find_the_same_are_there_from_the_beginning(played: Played) -> None:
    with played.storage.read() as connection:
        groups = all_groups(connection)
    assert tuple(group.phrases for group in groups) == read_synonyms()
    assert {(group.changed_at, group.who) for group in groups} == {(NOW - timedelta(days=playing.OPENED), None)}


def test_a_fresh_demo_corrects_typing_errors_at_once(played: Played) -> None:
    with played.storage.read() as connection:
        assert vocabulary(connection).nearest("befreinding") == "befriending"


def test_it_takes_less_than_a_minute_and_tells_how_far_it_is(played: Played) -> None:
    assert played.seconds < 60
    assert played.progress[0][1] == 0
    assert played.progress[-1][1] == played.progress[-1][2] == played.summary.acts


def test_the_sums_are_right(played: Played) -> None:
    assert played.summary.people == len(CONTENT.people) == played.value(select(func.count()).select_from(Person))
    assert played.summary.records == played.value(select(func.count()).select_from(Record)) >= 150
    assert played.value(select(func.count()).select_from(Operation).where(Operation.type == "demo")) == 1
    votes = sum(len(row.get("votes", ())) for row in STORY)
    assert played.value(select(func.count()).select_from(Vote)) >= votes
    comments = sum(len(row.get("comments", ())) for row in STORY)
    assert played.value(select(func.count()).select_from(Comment)) == comments
    assert all(row.html.startswith("<p>") for row in played.all(select(Comment)))


def test_several_records_have_long_histories_whose_chains_hold(played: Played) -> None:
    lengths = Counter({row.id: row.newest_number for row in played.all(select(Record))})
    assert sum(length >= 4 for length in lengths.values()) >= 6
    assert lengths[record_id("service", "harbour-soup-lunch")] >= 8
    revisions = played.all(select(Revision).order_by(Revision.record_id, Revision.number))
    last: dict[str, Any] = {}
    for row in revisions:
        before = last.get(row.record_id)
        assert row.previous_hash == (before.hash if before else GENESIS)
        assert row.number == (before.number + 1 if before else 1)
        assert before is None or before.created_at < row.created_at
        last[row.record_id] = row
    assert {id_: row.number for id_, row in last.items()} == dict(lengths)
    assert {row.cause for row in revisions} >= {"demo", "suggestion", "moderator", "revert", "roll_back"}


def test_dates_count_back_from_the_moment_of_loading(played: Played) -> None:
    events = played.all(select(Event).order_by(Event.seq))
    assert [row.seq for row in events] == list(range(1, len(events) + 1))
    times = [row.created_at for row in events]
    assert times == sorted(times)
    assert times[0] == NOW - timedelta(days=playing.OPENED)
    assert NOW - timedelta(days=3) < times[-1] <= NOW
    joined = {row.handle: row.created_at for row in played.all(select(Person))}
    assert joined == {person["handle"]: NOW - timedelta(days=person["joined"]) for person in CONTENT.people}


def test_a_mistake_was_reverted_and_a_record_rolled_back(played: Played) -> None:
    def document(slug: str) -> Any:
        query = select(RevisionContent.document).join(Record, Record.newest_revision_id == RevisionContent.revision_id)
        return parse(played.value(query.where(Record.id == record_id("service", slug))))

    assert document("harbour-soup-lunch")["phones"][0]["number"] == "01632 960114"
    assert document("repair-cafe")["places"][0]["schedules"][0]["byday"] == "2SA"


def test_the_full_rules_are_in_force(played: Played) -> None:
    assert [row.mode for row in played.all(select(Mode))] == ["full"]


def test_people_have_the_roles_of_the_story_or_have_earned_more(played: Played) -> None:
    people = {row.handle: row for row in played.all(select(Person))}
    for person in CONTENT.people:
        row = people[person["handle"]]
        assert at_least(row.role, person["role"]), row.handle
        assert row.about == person["about"]
        assert row.confirmed_at is not None
        assert row.created_at <= row.seen_at <= NOW
    assert people["isla-w"].role == Role.REVIEWER  # by the rules


def test_nobody_knows_a_password_of_the_demo(played: Played) -> None:
    hashes = {row.password_hash for row in played.all(select(Person))}
    assert len(hashes) == len(CONTENT.people)
    assert all(text.startswith("$argon2id$") for text in hashes)
    with pytest.raises(WrongSignIn):
        check_password(played.storage, "morag@people.example", "morag")


def test_ties_pauses_and_protections_are_there(played: Played) -> None:
    declared = [person for person in CONTENT.people if "affiliation" in person]
    assert len(played.all(select(Affiliation))) == len(declared) > 4
    assert len(played.all(select(Stewardship))) == sum(len(p.get("steward_of", ())) for p in CONTENT.people) > 2
    (paused,) = played.all(select(Person).where(Person.paused_until > NOW))
    assert paused.handle == "deals-dave"
    assert [row.type for row in played.all(select(Sanction))] == ["pause"]
    refuge = played.all(select(Record).where(Record.id == record_id("service", "haven-refuge")))[0]
    assert refuge.protection == "trusted"
    assert refuge.protected_until > NOW


def test_reports_wait_or_were_handled(played: Played) -> None:
    reports = played.all(select(Report))
    told = CONTENT.story["report"]
    assert Counter(row.state for row in reports) == Counter("done" if "handled" in row else "open" for row in told)
    assert [row.what for row in reports if row.is_urgent] == ["urgent"]
    assert all(row.answer for row in reports if row.state == "done")


def test_confirmed_records_say_when_they_were_checked(played: Played) -> None:
    confirmations = played.all(select(Confirmation))
    checked = {row.id: row.checked_at for row in played.all(select(Record).where(Record.checked_at.is_not(None)))}
    assert {row.record_id for row in confirmations} == set(checked)
    assert 80 < len(checked) < played.summary.records - 40  # some have never been: pages must say so
    assert max(NOW - at for at in checked.values()) > timedelta(days=180)
    assert all(checked[row.record_id] >= row.created_at for row in confirmations)


def test_the_texts_of_the_first_records_are_rendered(played: Played) -> None:
    html = {row.text_hash for row in played.all(select(Rendered))}
    guide = next(record for record in CONTENT.records if record.kind == "guide")
    assert suggest.text_hash(guide.document["body"]) in html


def test_only_the_notices_of_the_last_two_days_wait_to_be_sent(played: Played) -> None:
    rows = played.all(select(Outbox))
    waiting = [row for row in rows if row.done_at is None]
    assert 0 < len(waiting) < 40
    assert all(row.created_at >= NOW - timedelta(days=2) for row in waiting)
    assert all(row.created_at < NOW - timedelta(days=2) for row in rows if row.done_at is not None)


def test_a_moderator_finds_the_one_record_that_was_added_twice(played: Played) -> None:
    while duplicates.keep_up(played.storage, played.now):
        pass
    pairs = played.all(select(DuplicatePair.first_id, DuplicatePair.second_id))
    names = dict(played.all(select(Record.id, Record.slug)))
    assert [{names[id_] for id_ in pair} for pair in pairs] == [{"holidays-at-the-braes", "holidays-at-north-braes"}]


def test_doctor_finds_nothing_and_every_chain_holds(played: Played) -> None:
    assert list(doctor(played.storage)) == []
    assert list(verify(played.storage)) == []


def test_every_role_can_be_had_with_one_click(played: Played) -> None:
    with played.storage.read() as connection:
        assert queries.state(connection) == "whole"
        everybody = queries.sign_ins(connection)
    offered = {person["handle"] for person in CONTENT.people if person.get("sign_in")}
    assert {person.handle for person in everybody} == offered
    roles = dict.fromkeys(person.role for person in everybody)
    assert [*roles] == ["administrator", "moderator", "trusted", "reviewer", "volunteer"]
    assert all(person.about for person in everybody)
    assert len(everybody) == 12
    paused = [person for person in everybody if person.paused_until is not None and person.paused_until > NOW]
    assert [person.handle for person in paused] == ["deals-dave"]


@pytest.mark.parametrize("force", [False, True])
def test_a_second_play_is_refused_even_by_force(played: Played, force: bool) -> None:
    before = played.value(select(func.count()).select_from(Event))
    with pytest.raises(NotEmpty) as refusal:
        play(played.storage, NOW, force=force)
    assert refusal.value.code == "demo_there"
    assert played.value(select(func.count()).select_from(Event)) == before


def test_replayed_under_its_own_rules_the_demo_ends_as_it_did(played: Played) -> None:
    assert list(strangers(played.storage, NOW)) == []
    with played.storage.read() as connection:
        assert len(list(pasts(connection, Asked(366), NOW))) > 50
