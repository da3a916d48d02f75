"""Changes as rows of the queue. Each is judged once a minute while nothing that was read for it moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from webapp import clock
from webapp.storage.queries.review import creation_entries, timed
from webapp.web.change_view import View, label_of
from webapp.web.judged import judged_view, mode_now, policy_of
from webapp.web.wording import RISK_WORDS, ROLE_WORDS

Row = Any


def queue_rows(
    changes: Iterable[Row], votes: Mapping[str, Sequence[Row]], authors: Mapping[str, Sequence[Row]]
) -> list[View]:
    """The rows of review/queue.html, from what `queries.review` read."""
    minute, mode = int(clock.now().timestamp() // 60), mode_now()
    policies = {version: policy_of(version).version for version in {change.policy_version for change in changes}}
    return [
        _row(
            change,
            tuple(votes.get(change.id, ())),
            tuple(authors.get(change.id, ())),
            mode,
            policies[change.policy_version],
            minute,
        )
        for change in changes
    ]


@lru_cache(maxsize=2000)
def _row(change: Row, votes: tuple[Row, ...], authors: tuple[Row, ...], mode: str, _policy: int, _minute: int) -> View:
    change = timed(change)
    judged = judged_view(change, [timed(vote) for vote in votes], authors, mode)
    author = next((one.person_role for one in authors if one.role == "author"), "volunteer")
    return {
        "url": f"/suggestions/{change.suggestion_id}#change-{change.id}",
        "record_title": change.record_name
        or creation_entries(change.payload)[0]["document"].get("name", "Something new"),
        "label": label_of(change),
        "sentence": judged["sentence"],
        "pips": judged["pips"],
        "have": judged["have"],
        "needed": judged["needed"],
        "author_words": f"by {_with_article(ROLE_WORDS[author])}",
        "at": change.first_opened_at,
        "risk_words": RISK_WORDS[change.risk],
    }


def _with_article(words: str) -> str:
    if words.startswith("a "):
        return words
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
