"""The databases of the desk: a town of records, filled as any other, and the story poured over it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench import filled, town
from bench.desk.pouring import into_postgres, into_sqlite
from bench.desk.sizes import Size
from bench.desk.story import People, tell
from bench.filled import Filled, people_of
from webapp.domain.roles import Role
from webapp.services.interests import ChooseInterests, choose_interests
from webapp.services.tagging import AT_ONCE, tag
from webapp.storage import Storage, init, migrate
from webapp.storage.models import IS_OPEN, Change, Record
from webapp.storage.prepared import in_parts

AREAS = frozenset(("ucdumfriesandgalloway", "ucscottishborders"))  # where the town's places are
TOPICS = 3
SOURCES = sorted(Path(__file__).parent.glob("*.py"))


def desk(size: Size) -> Filled:
    """The database of that size, made now if it is not kept: a million revisions take some minutes and 4 GB."""
    file = filled.kept(f"desk-{size.name}", [filled.TOWN, *SOURCES])

    def then(half: Path) -> None:
        storage = init(filled.url_of(half))
        people = people_in(storage)
        storage.dispose()
        with into_sqlite(half) as pouring:
            tell(pouring, people, size)
        _tag(half, people)

    if not file.exists():
        filled.make(file, town.records(size.records), size.records, 0, then)
    return Filled(file, size.records)


def _tag(half: Path, people: People) -> None:
    """Tags all open changes, which are poured past the services, and gives who looks at the pages some interests."""
    storage = init(filled.url_of(half))
    with storage.read() as connection:
        changes = connection.execute(select(Change.id).where(IS_OPEN).order_by(Change.id)).scalars().all()
        terms = select(Record.id).where(Record.kind == "taxonomy_term").order_by(Record.name).limit(TOPICS)
        topics = frozenset(connection.execute(terms).scalars())
    for some in in_parts(changes, AT_ONCE):
        storage.transact(partial(tag, change_ids=some), filled.NOW)
    choose_interests(storage, ChooseInterests(people.viewer, AREAS, topics), filled.NOW)
    storage.dispose()


def fill_postgres(url: str, size: Size) -> None:
    """The same in an empty PostgreSQL database; it is not kept."""
    migrate.upgrade(url)
    storage = init(url)
    filled.begin(storage, town.records(size.records), size.records)
    people = people_in(storage)
    storage.dispose()
    with into_postgres(url) as pouring:
        tell(pouring, people, size)


def people_in(storage: Storage) -> People:
    """Who takes part, by role."""
    ids = ([id_ for _, id_ in people_of(storage, role)] for role in (Role.TRUSTED, Role.REVIEWER, Role.MODERATOR))
    return People(*ids)
