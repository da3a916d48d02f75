"""A change with everything that a judgement asks of it beside its votes, in one statement."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from webapp.storage.models import Change, ChangeAuthor, PolicyVersion, Suggestion
from webapp.storage.prepared import prepared
from webapp.storage.queries.review import MODE

JUDGED_CHANGE = prepared(
    select(
        Change,
        Suggestion.reason,
        select(func.aggregate_strings(ChangeAuthor.person_id, " "))
        .where(ChangeAuthor.change_id == bindparam("change"), ChangeAuthor.role != "supporter")
        .scalar_subquery()
        .label("authors"),
        select(PolicyVersion.body)
        .where(PolicyVersion.version == Change.policy_version)
        .scalar_subquery()
        .label("carried"),
        select(PolicyVersion.body).order_by(PolicyVersion.version.desc()).limit(1).scalar_subquery().label("newest"),
        MODE.scalar_subquery().label("mode"),
    )
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Change.id == bindparam("change"))
)
