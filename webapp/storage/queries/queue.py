"""What the queue reads: open changes by what is asked for, with their votes, authors and places.

Its law: times come as they are stored. A row that was seen before is told by its text; `timed` is for one that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, exists, select, tuple_, type_coerce, union

from webapp.storage.models import (
    IS_OPEN,
    IS_OPEN_MERGE,
    Change,
    ChangeAuthor,
    ChangeTag,
    Link,
    Person,
    Record,
    Stewardship,
    Suggestion,
    UtcTime,
    Vote,
    time_of,
    touches,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.interests import interests_in
from webapp.storage.queries.review import HAS_REASON, IS_PARTNER, PARTNER, SURVIVOR, SURVIVORS

TIMES = (
    *("first_opened_at", "opened_at", "conflicted_at", "escalated_at", "hidden_at", "rejudged_at"),
    *("protected_until", "survivor_protected_until", "cast_at"),
)


def _as_text(*columns: Any) -> list[Any]:
    return [type_coerce(column, String).label(column.key) for column in columns]


def timed(row: Any) -> Any:
    """A row of the queue or of its votes, with its times as times."""
    return row._replace(**{name: time_of(getattr(row, name)) for name in TIMES if name in row._fields})


def _touching(records: Any) -> Any:
    """The ids of the open changes that touch some records: those about them, and merges into them.

    `change_record` is not asked for the first: it holds all that there ever were about a record.
    """
    about = select(Change.id).where(IS_OPEN, Change.record_id.in_(records))
    into = select(Change.id).where(IS_OPEN_MERGE, touches(records))
    return union(about.correlate(None), into.correlate(None))


QUEUE = (
    select(
        *(Change.id, Change.suggestion_id, Change.type, Change.record_id, Change.kind, Change.group, Change.risk),
        *(Change.content_version, Change.state, Change.policy_version),
        *_as_text(Change.first_opened_at, Change.opened_at, Change.conflicted_at, Change.escalated_at),
        *_as_text(Change.hidden_at, Change.rejudged_at, Record.protected_until),
        Change.payload,
        Record.name.label("record_name"),
        Record.status.label("record_status"),
        Record.protection,
        HAS_REASON.label("has_reason"),
        *SURVIVORS,
        type_coerce(SURVIVOR.c.protected_until, String).label("survivor_protected_until"),
    )
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .outerjoin(Record, Record.id == Change.record_id)
    .outerjoin(PARTNER, IS_PARTNER)
    .outerjoin(SURVIVOR, SURVIVOR.c.id == PARTNER.c.record_id)
)
OF_PERSON = and_(ChangeAuthor.person_id == bindparam("person"), ChangeAuthor.role != "supporter")
MINE = exists().where(ChangeAuthor.change_id == Change.id, OF_PERSON)
VOTED = exists().where(Vote.change_id == Change.id, Vote.person_id == bindparam("person"), Vote.is_live == 1)
FOR_VOTING = and_(Change.hidden_at.is_(None), ~MINE, ~VOTED)
"""What a person may still vote on, and nobody is kept from seeing."""
LOOKED_AFTER = select(Stewardship.record_id).where(
    Stewardship.person_id == bindparam("person"), Stewardship.ended_at.is_(None)
)
AFTER_KEY = tuple_(bindparam("after_at", type_=UtcTime()), bindparam("after_id"))
AFTER = tuple_(Change.first_opened_at, Change.id) > AFTER_KEY
SHOWS: dict[str, Any] = {
    "waiting": FOR_VOTING,
    # by the copies on the change: an abstention is no vote that would bring it nearer to an end
    "unvoted": and_(FOR_VOTING, Change.approvals == 0, Change.rejects == 0),
    "stewarded": and_(FOR_VOTING, Change.id.in_(_touching(LOOKED_AFTER))),
    "areas": FOR_VOTING,  # see `_about`
    "topics": FOR_VOTING,
    "contested": and_(Change.hidden_at.is_(None), Change.contested_at.is_not(None)),
    "conflicted": and_(Change.hidden_at.is_(None), Change.conflicted_at.is_not(None)),
    "escalated": and_(Change.hidden_at.is_(None), Change.escalated_at.is_not(None)),
    "hidden": Change.hidden_at.is_not(None),
    "mine": Change.id.in_(select(ChangeAuthor.change_id).where(OF_PERSON)),
    "all": Change.hidden_at.is_(None),
}
VOTES_OF = prepared(
    select(
        *(Vote.id, Vote.change_id, Vote.content_version, Vote.person_id, Vote.choice),
        *_as_text(Vote.cast_at),
        *(Vote.role, Vote.is_affiliated, Vote.is_steward, Vote.is_live, Vote.is_voided),
    )
    .where(Vote.change_id.in_(bindparam("changes", expanding=True)), Vote.is_live == 1)
    .order_by(Vote.cast_at, Vote.id)
)
AUTHORS_OF = prepared(
    select(ChangeAuthor.change_id, ChangeAuthor.person_id, ChangeAuthor.role, Person.role.label("person_role"))
    .add_columns(Person.handle)
    .join(Person, Person.id == ChangeAuthor.person_id)
    .where(ChangeAuthor.change_id.in_(bindparam("changes", expanding=True)))
)
OWN_VOTE = prepared(
    select(Vote.choice, Change.state, Vote.change_id, Change.suggestion_id)
    .join(Change, Change.id == Vote.change_id)
    .where(Vote.change_id == bindparam("change"), Vote.person_id == bindparam("person"), Vote.is_live == 1)
)
PLACES_OF = prepared(
    select(Link.record_id, Link.unit, Record.name)
    .join(Record, Record.id == Link.target_id)
    .where(Link.record_id.in_(bindparam("records", expanding=True)), Link.unit.like("places/%/location_id"))
    .order_by(Link.record_id, Link.unit)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which open changes somebody wants to see: `show` is one of SHOWS; what is blank narrows nothing.

    Closing soonest is oldest first, and the order is that: what is open expires so long after it was first opened, and
    that time is the same in every policy that was ever in force. The day that a policy names another one, a change
    needs a column for when it closes, and this its order.
    """

    show: str = "waiting"
    kind: str = ""
    risk: str = ""
    is_new: bool = False  # by newcomers alone
    record: str = ""  # an id


ABOUT = ("areas", "topics")
"""What is found by the tags of changes, those that the person chose."""
FEW = ("unvoted", "contested", "conflicted", "escalated", "hidden")
"""What has an index of its own, which is read through in order: often few have it, however many are open."""
BY_ID = "sqlite_autoindex_change_1"


def index_for(asked: Asked) -> str:
    """The index by which SQLite is to find what is asked for; it would else take any that looks good."""
    if asked.record or asked.show in ("mine", "stewarded", *ABOUT):
        return BY_ID
    if asked.show in FEW:
        return f"ix_change_{asked.show}"
    if asked.is_new:
        return "ix_change_newcomers"
    return "_".join(("ix_change_open", *(("kind",) if asked.kind else ()), *(("risk",) if asked.risk else ())))


def conditions(asked: Asked, kind: Any = None, risk: Any = None) -> Iterator[Any]:
    """What a change has to be, with these values of the filters or, as a statement has it, with parameters."""
    yield IS_OPEN
    yield SHOWS[asked.show]
    if asked.kind:
        yield Change.kind == (kind or bindparam("kind"))
    if asked.risk:
        yield Change.risk == (risk or bindparam("risk"))
    if asked.is_new:
        yield Change.is_by_newcomer == 1
    if asked.record:
        yield Change.id.in_(_touching([bindparam("record")]))


@cache
def _statement(asked: Asked, with_after: bool, to_vote: bool, tags: int = 0) -> Any:
    """One of some hundreds: `asked` stands for itself with its values taken out, see `_shape`."""
    query = QUEUE.with_hint(Change, f"INDEXED BY {index_for(asked)}", "sqlite")
    if asked.show in ABOUT:
        query = query.where(Change.id.in_(_first_about(asked, with_after, tags)))
    else:
        query = query.where(*conditions(asked), *([AFTER] if with_after else ()))
    if to_vote:
        query = query.where(FOR_VOTING)
    return prepared(query.order_by(Change.first_opened_at, Change.id).limit(bindparam("limit")))


def about_conditions(asked: Asked, kind: Any = None, risk: Any = None) -> Iterator[Any]:
    """What a tag of a change has to be, and the change; filters ask the tag's copies, which its index holds."""
    if asked.kind:
        yield ChangeTag.kind == (kind or bindparam("kind"))
    if asked.risk:
        yield ChangeTag.risk == (risk or bindparam("risk"))
    if asked.is_new:
        yield ChangeTag.is_by_newcomer == 1
    yield from conditions(replace(asked, kind="", risk="", is_new=False))


def about(asked: Asked, *columns: Any) -> Any:
    """Tags with their changes, each looked up by its id, so that SQLite begins with the tags."""
    query = select(*columns).select_from(ChangeTag).join(Change, Change.id == ChangeTag.change_id)
    hinted = query.with_hint(ChangeTag, "INDEXED BY ix_change_tag_order", "sqlite")
    return hinted.with_hint(Change, f"INDEXED BY {index_for(asked)}", "sqlite")


def _first_about(asked: Asked, with_after: bool, tags: int) -> Any:
    """The first ids of what has any of the person's tags: their lists as one, cut before more is read of each."""
    lists = union(*(_about(asked, place, with_after) for place in range(tags))).subquery("about")
    return select(lists.c.change_id).order_by(lists.c.first_opened_at, lists.c.change_id).limit(bindparam("limit"))


def _about(asked: Asked, place: int, with_after: bool) -> Any:
    """The first of what has one of the person's tags: no database reads the lists of several in one order."""
    query = about(asked, ChangeTag.first_opened_at, ChangeTag.change_id).where(
        ChangeTag.tag == bindparam(f"tag_{place}"), *about_conditions(asked)
    )
    if with_after:
        query = query.where(tuple_(ChangeTag.first_opened_at, ChangeTag.change_id) > AFTER_KEY)
    ordered = query.order_by(ChangeTag.first_opened_at, ChangeTag.change_id).limit(bindparam("limit"))
    return select(ordered.subquery(f"about_{place}"))


def _shape(asked: Asked) -> Asked:
    return Asked(asked.show, "?" if asked.kind else "", "?" if asked.risk else "", asked.is_new, asked.record and "?")


def open_changes(
    connection: Connection,
    asked: Asked,
    person_id: str,
    after: tuple[datetime, str] | None,
    limit: int,
    *,
    to_vote: bool = False,
) -> list[Any]:
    """Open changes, closing soonest first, after a key; their times are text, see `timed`.

    `to_vote`: only what the person may still vote on, whatever else is asked for.
    """
    values = {"person": person_id, "limit": limit, "kind": asked.kind, "risk": asked.risk, "record": asked.record}
    moment = {"after_at": after[0], "after_id": after[1]} if after else {}
    tags = interests_in(connection, person_id, is_topic=asked.show == "topics") if asked.show in ABOUT else ()
    if asked.show in ABOUT and not tags:
        return []
    chosen = {f"tag_{place}": tag for place, tag in enumerate(tags)}
    statement = _statement(_shape(asked), bool(after), to_vote, len(tags))
    return list(execute(connection, statement, {**values, **moment, **chosen}))


def votes_and_authors(connection: Connection, ids: list[str]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Live votes (their times are text, see `timed`) and authors of several changes, in two queries."""
    votes: dict[str, list[Any]] = {}
    authors: dict[str, list[Any]] = {}
    if ids:
        for vote in execute(connection, VOTES_OF, {"changes": ids}):
            votes.setdefault(vote.change_id, []).append(vote)
        for author in execute(connection, AUTHORS_OF, {"changes": ids}):
            authors.setdefault(author.change_id, []).append(author)
    return votes, authors


def own_vote(connection: Connection, change_id: str, person_id: str) -> Any:
    """A person's live vote on a change, {choice, change_id, its state and suggestion_id}, or None."""
    return execute(connection, OWN_VOTE, {"change": change_id, "person": person_id}).first()


def places_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The places of services, by the service: each by its unit, with the name of where it is."""
    ids = sorted(set(record_ids))
    found: dict[str, list[tuple[str, str]]] = {}
    for row in execute(connection, PLACES_OF, {"records": ids}) if ids else ():
        found.setdefault(row.record_id, []).append((row.unit.removesuffix("/location_id"), row.name))
    return {id_: tuple(places) for id_, places in found.items()}
