"""Checks every invariant that must hold in the database; reads only, and finds nothing in a sound one.

The invariants are those of `doctor` in the interface: a function each, listed in CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from webapp.services.doctor.breach import Breach
from webapp.services.doctor.chains import record_chains, redaction_chain
from webapp.services.doctor.decisions import decisions
from webapp.services.doctor.numbers import event_numbers, revision_numbers
from webapp.services.doctor.records import records
from webapp.services.doctor.search import search_index
from webapp.services.doctor.structure import open_permits, outbox_once, triggers
from webapp.services.doctor.tags import tags_of_changes
from webapp.services.doctor.votes import ends_without_decision, live_votes, revisions_of_changes
from webapp.storage import Storage

__all__ = ["CHECKS", "Breach", "doctor", "verify"]

Check = Callable[[Connection], Iterator[Breach]]
CHAINS: dict[str, Check] = {"record chains": record_chains, "redaction chain": redaction_chain}
CHECKS: dict[str, Check] = {
    "append-only triggers": triggers,
    "redaction permits": open_permits,
    "live votes": live_votes,
    "revisions of changes": revisions_of_changes,
    "ends of changes": ends_without_decision,
    "decisions": decisions,
    "revision numbers": revision_numbers,
    "event numbers": event_numbers,
    "records, links and search rows": records,
    "search index": search_index,
    "tags of changes": tags_of_changes,
    "outbox": outbox_once,
    **CHAINS,
}


def doctor(storage: Storage, progress: Callable[[str], None] | None = None) -> list[Breach]:
    """Every breach of every invariant, none when all is well; `progress` is told each check before it runs."""
    return _run(storage, CHECKS, progress)


def verify(storage: Storage, progress: Callable[[str], None] | None = None) -> list[Breach]:
    """Every breach of the records' hash chains and of the redactions' chain."""
    return _run(storage, CHAINS, progress)


def _run(storage: Storage, checks: dict[str, Check], progress: Callable[[str], None] | None) -> list[Breach]:
    found: list[Breach] = []
    with _one_view(storage) as connection:
        for name, check in checks.items():
            if progress:
                progress(name)
            found.extend(check(connection))
    return found


@contextmanager
def _one_view(storage: Storage) -> Iterator[Connection]:
    """A connection that sees one moment throughout, so that a site at work is not taken for a broken one."""
    engine = storage.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection
        connection.rollback()
