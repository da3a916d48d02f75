"""Changes as rows of the queue, judged as they stand. It decides nothing, and shows everybody the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp import clock
from webapp.storage.queries.review import creation_entries, timed
from webapp.web.change_view import label_of
from webapp.web.judged import judged_view, mode_now, policies_now
from webapp.web.queue_kept import QueueRow, moment
from webapp.web.wording import RISK_WORDS, ROLE_WORDS, with_article

Row = Any
Read = tuple[Row, tuple[Row, ...], tuple[Row, ...]]
"""All that was read for a row: the change, its live votes, its authors."""


def queue_rows(
    changes: Iterable[Row], votes: Mapping[str, Sequence[Row]], authors: Mapping[str, Sequence[Row]]
) -> list[QueueRow]:
    """The rows of review/queue.html, from what `queries.review` read."""
    kept = moment((int(clock.now().timestamp() // 60), mode_now(), policies_now()))
    return [kept.row((one, tuple(votes.get(one.id, ())), tuple(authors.get(one.id, ()))), _row) for one in changes]


def _row(read: Read) -> QueueRow:
    change, votes, authors = read
    change = timed(change)
    judged = judged_view(change, [timed(vote) for vote in votes], authors, mode_now())
    author = next((one.person_role for one in authors if one.role == "author"), "volunteer")
    return QueueRow(
        url=f"/suggestions/{change.suggestion_id}#change-{change.id}",
        record_title=change.record_name or creation_entries(change.payload)[0]["document"].get("name", "Something new"),
        label=label_of(change),
        sentence=judged["sentence"],
        pips=tuple(judged["pips"]),
        author_words=f"by {with_article(ROLE_WORDS[author])}",
        at=change.first_opened_at,
        risk_words=RISK_WORDS[change.risk],
    )
