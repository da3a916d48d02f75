"""What tells whether a page for everybody may have changed; its law: whatever such a page shows moves its stamp.

Most of it has an event: revisions, suggestions and their ends, confirmations, redactions, merges, protection, policy.
The rest is counted by whoever writes it (`UnitOfWork.shows_anew`): names and roles of people, the moderation log,
synonyms, an index that is made anew. Votes, comments and what is kept of links have neither: a page of those has no
stamp here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from webapp.storage.models import Counter
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.browse import EVENTS
from webapp.storage.queries.vocabulary import STAMP as WORDS

COUNTED = select(Counter.value).where(Counter.name == "shown")
PUBLIC = prepared(select(EVENTS.scalar_subquery(), COUNTED.scalar_subquery()))
FINDING = prepared(select(EVENTS.scalar_subquery(), COUNTED.scalar_subquery(), WORDS.scalar_subquery()))

Stamp = tuple[Any, ...]


def public(connection: Connection) -> Stamp:
    """Of a page of the public account: recent changes, histories, people's pages, the moderation log."""
    return tuple(execute(connection, PUBLIC).first())


def finding(connection: Connection) -> Stamp:
    """Of a page of results: the same, and the words that typing errors are corrected by."""
    return tuple(execute(connection, FINDING).first())
