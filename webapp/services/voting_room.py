"""How many more votes of somebody would count now, told before they read: by the rules that `review.cast_vote` asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from webapp.domain.standing import author_share_ok, may_vote_today
from webapp.services import people
from webapp.services.judge import current_mode, newest_policy
from webapp.services.review import SHARE, TODAY
from webapp.storage import Storage
from webapp.storage.unit_of_work import Row, UnitOfWork


def votes_that_count(storage: Storage, person_id: str, changes: Sequence[Row], now: datetime) -> int:
    """How many of these changes of one author, {id, suggestion_id}, the person may vote on before a cap says no.

    In this order; none of them was voted on by the person yet. Reads only.
    """
    if not changes:
        return 0
    with storage.read() as connection:
        uow = UnitOfWork(connection, storage.search, now)
        policy, mode = newest_policy(uow), current_mode(uow)
        role = people.load_actor(uow, person_id).role
        wanted = {
            "person": person_id,
            "change": changes[0].id,
            "suggestion": "",
            "day_since": now - timedelta(days=1),
            "since": now - policy.caps.author_share_window,
        }
        today, (share,) = uow.value(TODAY, wanted), uow.all(SHARE, wanted)
    seen: set[str] = set()
    for number, change in enumerate(changes):
        has_room = change.suggestion_id in seen or may_vote_today(today + len(seen), role, policy)
        if not has_room or not author_share_ok(share.on_author + number, share.votes + number, role, mode, policy):
            return number
        seen.add(change.suggestion_id)
    return len(changes)
