"""What others changed since and stays, though its record is rolled back: which parts, by whom, with the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.domain.diff import Edit
from webapp.domain.fields import Kind
from webapp.language import _, listed
from webapp.storage import Connection
from webapp.storage.queries import incidents as queries
from webapp.web.units import unit_labels

Stays = Mapping[str, Sequence[str]]
"""By field, the ids of the revisions that wrote it."""


def later_work(connection: Connection, several: Sequence[tuple[Kind, str, Stays]]) -> list[list[dict[str, Any]]]:
    """For each record, given with its kind and address: {label, who, url} of each part. One query for all of them."""
    wrote = queries.wrote(connection, {id_ for _kind, _base, stays in several for ids in stays.values() for id_ in ids})
    return [
        [_part(kind, base, name, [wrote[id_] for id_ in ids]) for name, ids in stays.items()]
        for kind, base, stays in several
    ]


def _part(kind: Kind, base: str, name: str, wrote: Sequence[Any]) -> dict[str, Any]:
    last = max((row.number for row in wrote), default=None)
    return {
        "label": unit_labels(kind, [Edit(name, None, None)], {})[0],
        "who": listed(list(dict.fromkeys(map(_who, wrote)))),
        "url": f"{base}/history/{last}" if last else f"{base}/history",
    }


def _who(row: Any) -> str:
    if row.display_name:
        return str(row.display_name)
    return _("an import") if row.cause == "import" else _("somebody")
