"""Changes as rows of the queue, judged as they stand. It decides nothing, and shows everybody the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp import clock
from webapp.domain.diff import edits_from_json
from webapp.domain.kinds import KINDS
from webapp.domain.roles import BY_WORDS
from webapp.language import _, present
from webapp.storage.queries.queue import timed
from webapp.storage.queries.review import record_name
from webapp.web.judged import judged_view, mode_now, policies_now
from webapp.web.queue_kept import CAME_FROM, QueueRow, moment
from webapp.web.units import comes_or_goes, unit_labels
from webapp.web.wording import RISK_WORDS, label_of, title_words

Row = Any
Places = tuple[tuple[str, str], ...]
Read = tuple[Row, tuple[Row, ...], tuple[Row, ...], Places, str]
"""All that a row hangs on: the change, its live votes, its authors, the places that it may lie in, the language."""
MOST_NAMES = 3


def queue_rows(
    changes: Iterable[Row],
    votes: Mapping[str, Sequence[Row]],
    authors: Mapping[str, Sequence[Row]],
    places: Mapping[str, Places],
) -> list[QueueRow]:
    """The rows of review/queue.html, from what `queries.queue` read."""
    kept = moment((int(clock.now().timestamp() // 60), mode_now(), policies_now()))
    tag = present().tag
    return [
        kept.row(
            (one, tuple(votes.get(one.id, ())), tuple(authors.get(one.id, ())), _places_in(one, places), tag), _row
        )
        for one in changes
    ]


def lies_in_places(change: Row) -> bool:
    """Whether a change is about something at a place, which its row names."""
    return change.type == "edit" and change.group.startswith("places.")


def _places_in(change: Row, places: Mapping[str, Places]) -> Places:
    return places.get(change.record_id, ()) if lies_in_places(change) else ()


def _row(read: Read) -> QueueRow:
    change, votes, authors, places, _tag = read
    change = timed(change)
    judged = judged_view(change, [timed(vote) for vote in votes], authors, mode_now())
    author = next((one.person_role for one in authors if one.role == "author"), "volunteer")
    return QueueRow(
        id=change.id,
        url=f"/suggestions/{change.suggestion_id}{CAME_FROM}#change-{change.id}",
        record_title=title_words(change.type, change.kind, record_name(change)),
        label=_label(change, places),
        needed_words=_("%(have)s of %(needed)s needed", have=judged["have"], needed=judged["needed"]),
        sentence=judged["brief"],
        pips=tuple(judged["pips"]),
        author_words=_(BY_WORDS[author]),
        at=change.first_opened_at,
        risk_words=_(RISK_WORDS[change.risk]),
    )


def _label(change: Row, places: Places) -> str:
    """The fields that a change is about and where, as long as that is short; else its group."""
    if change.type != "edit":
        return label_of(change)
    edits = edits_from_json(json.loads(change.payload)["edits"])
    if any(comes_or_goes(edit) for edit in edits):
        return label_of(change)
    names = unit_labels(KINDS[change.kind], edits, dict(places))
    return _(", ").join(names) if 0 < len(names) <= MOST_NAMES else label_of(change)
