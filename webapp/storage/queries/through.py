"""Links as they read through merges: whoever names a merged record means the one that it was merged into.

Its law: no record is rewritten for a merge, so every list that follows a link follows it through here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, literal, select

from webapp.storage.models import Link, Record

OWN = "merged_into"
"""The field under which `named` gives where a merged record itself has gone."""


def taken_in(which: ColumnElement[bool], name: str = "taken_in") -> CTE:
    """{id}: the records that `which` says, and every one that was merged into them, at whatever remove."""
    records = select(Record.id).where(which).cte(name, recursive=True)
    return records.union(select(Record.id).join(records, Record.merged_into == records.c.id))


def named(by: Any) -> CTE:
    """{record_id, unit, field, id}: what the links name whose `record_id` is (or is in) `by`, step by step to the end.

    Ids of merged records are among them: who joins the records leaves those out that have a `merged_into`. A record
    that is itself merged names its survivor, in the field `OWN`. Two that would name each other name nothing.
    """
    links = select(Link.record_id, Link.unit, Link.field, Link.target_id.label("id")).where(_is(Link.record_id, by))
    own = select(Record.id, literal(""), literal(OWN), Record.merged_into).where(
        _is(Record.id, by), Record.merged_into.is_not(None)
    )
    steps = links.cte("named", recursive=True)
    further = select(steps.c.record_id, steps.c.unit, steps.c.field, Record.merged_into)
    return steps.union(own, further.join(Record, Record.id == steps.c.id).where(Record.merged_into.is_not(None)))


def _is(column: Any, by: Any) -> ColumnElement[bool]:
    return column.in_(by) if by.expanding else column == by  # type: ignore[no-any-return]  # of a column it knows nothing


def gone_to(kind: str) -> CTE:
    """{loser, survivor}: where every merged record of a kind has gone, step by step to the end."""
    first = select(Record.id.label("loser"), Record.merged_into.label("survivor"))
    steps = first.where(Record.kind == kind, Record.merged_into.is_not(None)).cte("steps", recursive=True)
    further = select(steps.c.loser, Record.merged_into).join(Record, Record.id == steps.c.survivor)
    steps = steps.union(further.where(Record.merged_into.is_not(None)))
    ends = select(steps.c.loser, steps.c.survivor).join(Record, Record.id == steps.c.survivor)
    return ends.where(Record.merged_into.is_(None)).cte("gone_to")
