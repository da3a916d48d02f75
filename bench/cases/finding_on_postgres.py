"""The same searches on PostgreSQL: the index over the same tokens, against its own ranking by ts_rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection

from bench import searching
from bench.cases.finding import figures, index_sides
from bench.filled import Filled, country
from bench.report import Figure
from bench.run import Run
from bench.searching import TOP, Words
from bench.timing import Effort, Side, each
from tests.support.databases import PostgresServer
from webapp.domain.spelling import Vocabulary
from webapp.storage import init
from webapp.storage.queries.vocabulary import vocabulary
from webapp.storage.search.postgres_fts import POSTGRES_DDL

COPY = "COPY search_entry (position, record_id, name, summary, tokens, points, tags) FROM STDIN"
BARE = (
    "SELECT record_id FROM search_entry WHERE tokens @@ CAST(%s AS tsquery)"
    f" ORDER BY ts_rank(tokens, CAST(%s AS tsquery)) DESC LIMIT {TOP}"
)


def measure(run: Run) -> Iterable[Figure]:
    """Words of each frequency, narrowed ones and counts; the database has the search's tables only."""
    one = country(run.services[-1])
    words = searching.words_in(one.file)
    with ExitStack() as stack:
        connection = stack.enter_context(_loaded(one))
        storage = init(str(connection.engine.url.render_as_string(hide_password=False)))
        stack.callback(storage.dispose)
        reading = stack.enter_context(storage.read())
        sides: dict[str, Side] = dict(index_sides(storage.search, reading, words, _vocabulary(one).begun))
        sides |= dict(_bare(reading, words))
        times = each(sides, Effort(max(2, run.effort.rounds // 4), run.effort.seconds / 5))
    yield from figures("PostgreSQL", times, one.records, "ts_rank")


@contextmanager
def _loaded(one: Filled) -> Iterator[Connection]:
    """A server of this run with the entries of a database, and a connection to it."""
    server = PostgresServer()
    try:
        storage = init(server.create_empty("country"))
        with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _load(connection, one)
            yield connection
        storage.dispose()
    finally:
        server.stop()


def _load(connection: Connection, one: Filled) -> None:
    *tables, index = POSTGRES_DDL
    for statement in tables:
        connection.exec_driver_sql(statement)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in searching.entries(one.file):
            copy.write_row(row)
    connection.exec_driver_sql(index)
    connection.exec_driver_sql("VACUUM ANALYZE search_entry")


def _vocabulary(one: Filled) -> Vocabulary:
    """The words of the directory, which the loaded database has no table for."""
    storage = one.open()
    try:
        with storage.read() as connection:
            return vocabulary(connection)
    finally:
        storage.dispose()


def _bare(connection: Connection, words: Words) -> Iterator[tuple[str, Side]]:
    for name in ("rare", "middle", "common"):
        for word in getattr(words, name):
            asked = (f"'{word}'", f"'{word}'")
            yield f"bare {name} {word}", lambda a=asked: connection.exec_driver_sql(BARE, a).fetchall()
