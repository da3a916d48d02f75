"""Finding among very many, on one SQLite file: `find` and the index, against the bare ranked query of FTS5.

A side's time is the 95th percentile over the words that it looks for, of the median for each word.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from bench import searching, timing
from bench.calls import getter
from bench.filled import Filled, country
from bench.report import AT_MOST, GROWTH, Figure, Limit, cost
from bench.run import Run, application
from bench.searching import TOP, Words
from bench.timing import Effort, Side, each
from webapp.domain import hours
from webapp.domain.geo import Point, cells_within
from webapp.domain.needs import Asked, Tag, understand
from webapp.domain.words import Begun, kind_tag
from webapp.services.find import AMONG, find, while_typing
from webapp.services.found import Search
from webapp.services.found_order import checks_among
from webapp.storage import Storage
from webapp.storage.queries.vocabulary import vocabulary
from webapp.storage.search import Hit, SearchIndex
from webapp.web.search import NAMES
from webapp.web.search_filters import SEARCHED_KINDS

FEW = Limit(AT_MOST, 1.5)  # words in up to 5 % of all records
MANY = Limit(AT_MOST, 0.03)  # words in a third of them
NARROWED = Limit(AT_MOST, 0.5)
CAPPED = Limit(AT_MOST, 0.06)  # the counts on filters
TYPING = Limit(AT_MOST, 0.25)
SAME_PAGE = Limit(AT_MOST, GROWTH)
LONDON = Point(51.5074, -0.1278)
BOX = 25.0  # kilometres around it
OPEN = ("h0x10", "hx")  # on Monday at ten
TYPED = ("ba", "bal", "gr", "group", "sup", "kilros", "do", "garmor")

Times = Mapping[str, float]


def measure(run: Run) -> Iterable[Figure]:
    """Words of each frequency, narrowed ones, counts, what is typed, and the page of one of so many records."""
    least, most = (country(services) for services in run.services)
    words = searching.words_in(most.file)
    with ExitStack() as stack:
        sides = {**_ours(stack, most, words), **_floors(stack, most, words)}
        times = each(sides, Effort(max(2, run.effort.rounds // 4), run.effort.seconds / 5))
    yield from figures("search", times, most.records, "FTS5's own ranking")
    yield from _typing(times, most.records)
    yield from _tantivy(times, most.records)
    yield from _page(run, least, most)


# -- our sides ---------------------------------------------------------------------------------------------


def _ours(stack: ExitStack, one: Filled, words: Words) -> dict[str, Side]:
    app = stack.enter_context(application(one.file))
    storage: Storage = app.extensions["storage"]
    connection = stack.enter_context(storage.read())
    begun = vocabulary(connection).begun
    sides: dict[str, Side] = dict(index_sides(storage.search, connection, words, begun))
    for word in words.middle:
        ranked = storage.search.rank(connection, understand(word, begun=begun)).hits
        sides[f"counts {word}"] = partial(_all_counted, connection, ranked)
    for name in ("rare", "middle", "common"):
        for word in getattr(words, name):
            sides[f"find {name} {word}"] = lambda q=word: find(storage.search, connection, Search(words=q))
    for word in TYPED:
        sides[f"find typed {word}"] = lambda q=word: find(storage.search, connection, Search(words=q))
    for word in (*words.rare, *words.common):
        sides[f"page {word}"] = getter(app, f"/search?q={quote_plus(word)}")
    kinds = tuple(map(kind_tag, SEARCHED_KINDS))
    for typed in TYPED:
        sides[f"names {typed}"] = lambda q=typed: while_typing(storage.search, connection, q, kinds, NAMES)
    return sides


def index_sides(index: SearchIndex, connection: Any, words: Words, begun: Begun) -> Iterator[tuple[str, Side]]:
    """The searches that every index answers: by word, narrowed by a category and to a box, and counts on filters.

    `begun` is the vocabulary's, as every search has it.
    """

    def asked(word: str, *tags: Tag) -> Asked:
        return understand(word, tags, begun=begun)

    box = cells_within(LONDON, BOX)
    for name in ("rare", "middle", "common"):
        for word in getattr(words, name):
            yield f"rank {name} {word}", partial(index.rank, connection, asked(word))
    for word in words.common:
        yield f"category {word}", partial(index.rank, connection, asked(word, words.category))
        yield f"box {word}", partial(index.rank, connection, asked(word, box))
    kinds = tuple(map(kind_tag, SEARCHED_KINDS))
    for typed in TYPED:
        yield f"begun {typed}", partial(index.query, connection, asked(typed, kinds), NAMES, among=AMONG)
        yield f"rank typed {typed}", partial(index.rank, connection, asked(typed))
    for word in words.middle:
        ranked = index.rank(connection, asked(word)).hits
        yield f"counts {word}", partial(_counted, ranked)
        yield f"facets {word}", partial(_facets, index, connection, asked(word))


def _counted(found: Sequence[Hit]) -> Counter[str]:
    """How many have each tag, or may be open: what a page counts of what it has ranked, beside its filters."""
    counts = Counter(tag for hit in found for tag in hit.tags.split())
    counts["open"] = hours.count_with(OPEN, [hit.hours for hit in found])
    return counts


def _all_counted(connection: Any, found: Sequence[Hit]) -> Counter[str]:
    """The same, and how many were checked at all: these times are read for that."""
    counts = _counted(found)
    counts["checked"] = len(checks_among(connection, found).times)
    return counts


def _facets(index: SearchIndex, connection: Any, search: Asked) -> Counter[str]:
    """The same of what would be found without a filter in force, which is asked for anew."""
    return _counted(index.gather(connection, search).hits)


def _floors(stack: ExitStack, one: Filled, words: Words) -> dict[str, Side]:
    """The same words asked of FTS5 as it comes, and of tantivy."""
    bare = stack.enter_context(closing(sqlite3.connect(searching.bare_fts5(one))))
    searcher_of = searching.tantivy_index(one)
    searcher = searcher_of.searcher()
    sides: dict[str, Side] = {}
    for name in ("rare", "middle", "common"):
        for word in getattr(words, name):
            sides[f"bare {name} {word}"] = lambda q=f'"{word}"': bare.execute(searching.BARE, (q,)).fetchall()
            query = searcher_of.parse_query(word, ["tokens"])
            sides[f"tantivy {name} {word}"] = lambda q=query: searcher.search(q, TOP, count=False)
    return sides


# -- figures -----------------------------------------------------------------------------------------------


def p95(times: Times, name: str) -> float:
    """The 95th percentile of the sides of that name."""
    found = [seconds for side, seconds in times.items() if side.startswith(f"{name} ")]
    return timing.p95(found)


def figures(case: str, times: Times, records: int, floor: str) -> Iterator[Figure]:
    """What has a limit, of an index and of `find` upon it where that was measured."""
    for what, ours, least, limit in (
        (f"find, words in up to 5 %, to {floor}", "find rare", "bare rare", FEW),
        ("find, words in a third, to the same", "find common", "bare common", MANY),
        ("the index alone, words in up to 5 %", "rank rare", "bare rare", FEW),
        ("the index alone, words in a third", "rank common", "bare common", MANY),
        ("in a category, to the same words in all", "category", "bare common", NARROWED),
        ("in a box, to the same words in all", "box", "bare common", NARROWED),
        ("counts of what was ranked, to a ranked query of 4 %", "counts", "bare middle", CAPPED),
        ("counts on a filter in force, to the same", "facets", "bare middle", CAPPED),
        ("the index alone, as one types, to a full search of it", "begun", "rank typed", TYPING),
    ):
        if any(side.startswith(f"{ours} ") for side in times):
            yield cost(case, what, records, p95(times, ours), p95(times, least), limit)


def _typing(times: Times, records: int) -> Iterator[Figure]:
    for what, ours, least, limit in (
        ("names, as one types, to a full search", "names", "find typed", TYPING),
        ("the whole page, to a ranked query of 4 %", "page", "bare middle", None),
    ):
        yield cost("search", what, records, p95(times, ours), p95(times, least), limit)


def _tantivy(times: Times, records: int) -> Iterator[Figure]:
    for name, what in (("rare", "up to 5 %"), ("common", "a third")):
        ours, theirs = p95(times, f"find {name}"), p95(times, f"tantivy {name}")
        yield cost("search", f"find, words in {what}, to tantivy", records, ours, theirs, None)


def _page(run: Run, least: Filled, most: Filled) -> Iterator[Figure]:
    """A record's page among so many, to one among few: kept, and built anew."""
    with ExitStack() as stack:
        sides: dict[str, Side] = {}
        for one in (least, most):
            app = stack.enter_context(application(one.file))
            page = getter(app, _some_page(one))
            sides[f"kept {one.records}"] = page
            sides[f"anew {one.records}"] = _anew(app, page)
        times = each(sides, run.effort)
    for name, what, limit in (("kept", "record page", SAME_PAGE), ("anew", "record page, nothing kept", None)):
        ours, floor = times[f"{name} {most.records}"], times[f"{name} {least.records}"]
        yield cost("search", f"{what}, to one among {least.records:,}", most.records, ours, floor, limit)


def _anew(app: Any, page: Callable[[], object]) -> Side:
    def build() -> object:
        app.extensions["kept_pages"].clear()
        return page()

    return build


def _some_page(one: Filled) -> str:
    storage = one.open()
    try:
        with storage.read() as connection:
            slug = connection.exec_driver_sql("SELECT slug FROM record WHERE kind = 'service' LIMIT 1").scalar()
            return f"/services/{slug}"
    finally:
        storage.dispose()
