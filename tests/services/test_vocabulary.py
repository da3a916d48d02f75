"""The directory's words are counted for typing errors, read anew by whoever kept them, and forgotten with a mask."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import webapp.storage
from tests.services.importing import item, take
from tests.support.databases import SqliteTemplate
from tests.support.queries import at_most, recorded
from tests.support.world import World
from webapp.domain.spelling import Vocabulary, corrected
from webapp.jobs import sweep
from webapp.services import redact, upkeep, vocabulary
from webapp.storage.queries import vocabulary as queries


def known(world: World) -> Vocabulary:
    with world.storage.read() as connection:
        return queries.vocabulary(connection)


def counted(world: World) -> int:
    return vocabulary.refresh(world.storage, world.now)


def test_the_words_of_every_record_are_counted_and_correct_what_is_typed(world: World) -> None:
    assert counted(world) == 0
    world.record(description="Befriending and walks in Edinburgh, ring 0131 496 0123")
    world.record(description="Walking in Edinburgh")
    assert counted(world) > 0
    words = known(world)
    assert (words.records("edinburgh"), words.records("befriending"), words.records("befriend")) == (2, 1, 0)
    assert words.knows("befriend")
    assert not words.knows("0131")
    assert not words.knows("kservice")
    found = corrected("befrending edinburg now", words)
    assert found is not None
    assert found.text == "befriending edinburgh now"


def test_without_a_count_nothing_is_corrected(world: World) -> None:
    world.record(description="Edinburgh")
    assert corrected("edinburg soup", known(world)) is None


def test_counting_anew_follows_the_records_and_changes_no_other_row(world: World) -> None:
    world.record(description="Edinburgh")
    gone = world.record(description="Edinburgh and Lasswade")
    counted(world)
    assert (known(world).records("edinburgh"), known(world).records("lasswade")) == (2, 1)
    world.storage.transact(lambda uow: uow.search.delete(uow.connection, gone), world.now)
    world.record(description="Portobello")
    counted(world)
    words = known(world)
    assert (words.records("edinburgh"), words.records("lasswade"), words.records("portobello")) == (1, 0, 1)


def test_where_no_word_moved_nothing_is_written(world: World) -> None:
    world.record(description="Edinburgh")
    counted(world)
    before = known(world)
    with recorded(world.storage.engine) as statements:
        counted(world)
    assert not [one for one in statements.seen if one.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert known(world) is before


def test_the_words_are_kept_by_the_process_until_they_change(world: World) -> None:
    world.record(description="Edinburgh")
    counted(world)
    kept = known(world)
    with at_most(1, world.storage.engine):
        assert known(world) is kept
    world.record(description="Glasgow")
    assert known(world) is kept
    counted(world)
    assert known(world).knows("glasgow")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is kept is the same for all databases
def test_one_database_is_never_answered_with_the_words_of_another(
    world: World, tmp_path: Path, sqlite_template: SqliteTemplate
) -> None:
    world.record(description="Edinburgh")
    counted(world)
    other = World(webapp.storage.init(sqlite_template.copy(tmp_path / "other.db")))
    other.record(description="Glasgow")
    counted(other)
    assert (known(world).knows("glasgow"), known(other).knows("glasgow")) == (False, True)
    assert (known(world).knows("edinburgh"), known(other).knows("edinburgh")) == (True, False)
    other.storage.dispose()


def test_it_takes_as_many_statements_for_many_words_as_for_few(world: World) -> None:
    world.record(description="Edinburgh Glasgow Aberdeen")
    with recorded(world.storage.engine) as few:
        counted(world)
    world.record(description="many other words that nobody wrote before about harbours, boats, lighthouses and sails")
    with at_most(len(few) + 1, world.storage.engine):  # one more to drop what is gone
        counted(world)


def test_two_who_count_at_once_leave_the_words_whole(world: World) -> None:
    for place in ("Edinburgh", "Glasgow", "Aberdeen"):
        world.record(description=place)
    start = threading.Barrier(3)
    failures: list[Exception] = []

    def work() -> None:
        own = webapp.storage.init(world.storage.url)
        start.wait()
        try:
            vocabulary.refresh(own, world.now)
        except Exception as error:
            failures.append(error)
        finally:
            own.dispose()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(known(world).records(place) == 1 for place in ("edinburgh", "glasgow", "aberdeen"))


# -- when they are counted --------------------------------------------------------------------------------


def import_(world: World) -> None:
    take(world, item("1", description="Befriending"))


def hour(world: World) -> None:
    world.record(description="Befriending")
    sweep.sweep(world.storage, world.now)


def reindex(world: World) -> None:
    world.record(description="Befriending")
    upkeep.reindex(world.storage, world.now)


@pytest.mark.parametrize("act", [import_, hour, reindex])
def test_after_this_the_words_are_known(world: World, act: Callable[[World], None]) -> None:
    act(world)
    assert known(world).nearest("befreinding") == "befriending"


def test_an_import_that_writes_nothing_counts_nothing(world: World) -> None:
    take(world, item("1", description="Befriending"), dry_run=True)
    with world.storage.read() as connection:
        assert queries.stamp(connection) is None


# -- what was redacted ------------------------------------------------------------------------------------


def mask(world: World, record: str, value: str) -> None:
    redact.mask(world.storage, redact.Mask(record, world.person("mo", "moderator"), "A name", value=value), world.now)


def test_nothing_is_corrected_into_a_masked_word(world: World) -> None:
    record = world.record(description="Ask for Zebedeeson at the door in Edinburgh")
    counted(world)
    assert known(world).nearest("zebedeesen") == "zebedeeson"
    mask(world, record, "Zebedeeson")
    words = known(world)
    assert words.nearest("zebedeesen") is None
    assert not words.knows("zebedeeson")
    assert words.knows("edinburgh")
    counted(world)
    assert not known(world).knows("zebedeeson")


def test_what_is_masked_while_the_words_are_counted_does_not_come_back(world: World) -> None:
    """The mask falls between the counting and the writing: as seen from the writing, the words have changed."""
    record = world.record(description="Ask for Zebedeeson at the door")
    for _ in ("never counted before", "counted before"):
        with world.storage.read() as connection:
            before, rows = queries.stamp(connection), {"zebedeeson": 1}
        if before is None:
            mask(world, record, "Zebedeeson")
        else:
            world.storage.transact(lambda uow: vocabulary.forget(uow, {"zebedeeson"}), world.now)
        assert not world.storage.transact(
            lambda uow, rows=rows, before=before: vocabulary._rewrite(uow, rows, before), world.now
        )
        assert not known(world).knows("zebedeeson")
