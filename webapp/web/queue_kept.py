"""Rows of the queue kept in memory, with their HTML. Its law: a kept row is what making it now would give.

A row is found again by everything that was read for it and by its language, and only within its *moment*: the
minute, since rows tell times, and the mode and policies, by which changes are judged. Who is looking is no part of it:
a row shows everybody who reads one language the same, and which rows somebody gets is asked of the database each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, g
from markupsafe import Markup

MOST = 2000
"""Rows that one process keeps of a moment: some 5 MB."""


CAME_FROM = "\x1f"
"""Stands in a row's address for the queue that it is shown in: a character that no text of ours can hold."""
LOOKED_AT = "\x1e"
"""Stands in a row where it says that somebody is looking at it; another such character."""


@dataclass(frozen=True, slots=True, eq=False)
class QueueRow:
    """A row as review/queue.html shows it; told from others by being this very one."""

    id: str
    url: str
    record_title: str
    label: str
    needed_words: str
    sentence: str
    pips: tuple[bool, ...]
    author_words: str
    at: datetime
    risk_words: str


NOBODY_LOOKS: Mapping[str, str] = {}
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is kept while nothing moves that all rows depend on."""

    stamp: Any
    rows: dict[Hashable, QueueRow] = field(default_factory=dict)
    html: dict[QueueRow, Markup] = field(default_factory=dict)

    def row(self, key: Key, make: Callable[[Key], QueueRow]) -> QueueRow:
        """The row of a key, which must hold everything that `make` looks at beside the moment."""
        row = self.rows.get(key)
        if row is None:
            row = make(key)
            if len(self.rows) < MOST:
                self.rows[key] = row
        return row


def moment(stamp: Any) -> Moment:
    """What this application keeps for a stamp, for this request to use; what it kept for another is forgotten."""
    found: Moment | None = current_app.extensions.get("kept_queue")
    if found is None or found.stamp != stamp:
        found = current_app.extensions["kept_queue"] = Moment(stamp)
    g.kept_queue = found
    return found


def rows_html(
    rows: Iterable[QueueRow],
    make: Callable[[QueueRow], Markup],
    came_from: str = "",
    looked_at: Mapping[str, str] = NOBODY_LOOKS,
) -> Markup:
    """The rows one after the other, for the template, whose macro `make` writes those that are not kept.

    Their links say where one came from, and some that somebody looks at them: words by the change's id. Both are put
    in here and kept in no row. Where no `moment` was asked for, nothing is kept, and it writes them all.
    """
    kept: dict[QueueRow, Markup] = g.kept_queue.html if "kept_queue" in g else {}
    # `make` gave each as the template's own, escaped Markup; `join` would escape what is none
    written = ((row, kept.get(row) or _written(row, make, kept)) for row in rows)
    html = Markup().join(
        html.replace(LOOKED_AT, looked_at[row.id]) if row.id in looked_at else html for row, html in written
    )
    return html.replace(LOOKED_AT, "").replace(CAME_FROM, came_from)


def _written(row: QueueRow, make: Callable[[QueueRow], Markup], kept: dict[QueueRow, Markup]) -> Markup:
    html = make(row)
    if len(kept) < MOST:
        kept[row] = html
    return html
