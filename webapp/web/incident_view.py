"""The preview of an incident as its page shows it: what it is about, how much it moves, and each record's units."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from webapp.domain.diff import Edit
from webapp.domain.kinds import KINDS
from webapp.language import _, ngettext
from webapp.services.incidents import Drawn, Incident, from_json, rows_anew
from webapp.storage import Connection
from webapp.storage.queries import incidents as queries
from webapp.storage.queries.browse import url_of
from webapp.web.later_work import later_work
from webapp.web.units import UnitView, many_unit_views
from webapp.web.wording import local_time

View = dict[str, Any]


def preview_view(connection: Connection, head: Any, rows: Sequence[Any]) -> View:
    """The context `page` of moderate/incident.html, but for what was typed and where its pages are."""
    sums = queries.summary(connection, head.id)
    incident = from_json(head.conditions)
    of = queries.operation(connection, incident.operation_id) if incident.operation_id else None
    undoes = of is not None and of.type == "roll_back"
    made = _rows(connection, rows)
    return {
        "title": _("What undoing the roll back would do") if undoes else _("What a roll back would do"),
        "about": about_words(connection, incident, of.created_at if of is not None and undoes else None),
        "drawn_at": head.drawn_at,
        "sums": _sums(sums),
        "words": _summary_words(sums),
        "moved": _moved_words(sums.moved),
        "undone_before": _undone_before(connection, head.id) if sums.choices else None,
        "rows": made,
        "choose_id": next((f"choose-{row['position']}-1" for row in made if row["conflicts"]), None),
        "apply_title": _("Apply all of it") if sums.by_itself else _("Apply what you choose"),
        "apply_words": _apply_words(sums.by_itself, undoes=undoes, has_choices=sums.choices > 0),
        "leave_url": f"/operations/{incident.operation_id}" if undoes else "/moderate/incidents",
    }


def _apply_words(count: int, *, undoes: bool, has_choices: bool) -> str:
    """What the button does. `count` records are put back whatever is chosen, and what is ticked nobody knows yet."""
    if not count:
        return _("Undo what I chose") if undoes else _("Roll back what I chose")
    if undoes and has_choices:
        return ngettext(
            "Undo it in %(num)s record and what I chose", "Undo it in %(num)s records and what I chose", count
        )
    if undoes:
        return ngettext("Undo it in %(num)s record", "Undo it in %(num)s records", count)
    if has_choices:
        return ngettext(
            "Roll back %(num)s record and what I chose", "Roll back %(num)s records and what I chose", count
        )
    return ngettext("Roll back %(num)s record", "Roll back %(num)s records", count)


def _sums(sums: Any) -> list[View]:
    """Each record is in one of them; what there may be none of and usually is none of stands there only if it is."""
    put_back = sums.restored - sums.keeping - sums.mixed
    left = sums.records - put_back - sums.keeping - sums.choices
    keeping = [{"label": _("put back but for later changes"), "number": sums.keeping}] if sums.keeping else []
    return [
        {"label": _("put back"), "number": put_back},
        *keeping,
        {"label": _("with a choice for you"), "number": sums.choices},
        {"label": _("left as they are"), "number": left},
    ]


def _summary_words(sums: Any) -> str:
    kept = sums.records - sums.restored
    words = _(
        "%(restored)s, %(kept)s.",
        restored=ngettext("%(num)s record is put back", "%(num)s records are put back", sums.restored),
        kept=ngettext(
            "%(num)s is kept or in conflict", "%(num)s are kept or in conflict", kept
        ),
    )
    if not sums.mixed:
        return words
    also = ngettext(
        "%(num)s of those put back has a choice for you as well.",
        "%(num)s of those put back have a choice for you as well.",
        sums.mixed,
    )
    return f"{words} {also}"


def _undone_before(connection: Connection, incident_id: str) -> View | None:
    """Where the same was put back before and that was undone, which left all of it to choose: the way out."""
    found = queries.undone_before(connection, incident_id)
    if found is None:
        return None
    words = ngettext(
        "In %(num)s of these records this was put back before, and that was undone on %(time)s.",
        "In %(num)s of these records this was put back before, and that was undone on %(time)s.",
        found.records,
        time=local_time(found.created_at),
    )
    return {"words": words, "url": f"/operations/{found.id}"}


def _moved_words(moved: int) -> str | None:
    if not moved:
        return None
    return ngettext(
        "%(num)s record has changed since this was drawn up.",
        "%(num)s records have changed since this was drawn up.",
        moved,
    )


def about_words(connection: Connection, incident: Incident, rolled_back_at: datetime | None) -> list[str]:
    """What an incident is about, a line for each condition; with a time where its operation is a roll back's."""
    person = queries.person_named(connection, incident.actor_id) if incident.actor_id else None
    said = [
        person and _("Changes by %(name)s", name=person.display_name),
        incident.source and _("Imported from “%(name)s”", name=incident.source),
        incident.operation_id and _operation_words(rolled_back_at),
        incident.suggestion_id and _("From one suggestion"),
        incident.since and _("Since %(time)s", time=local_time(incident.since)),
        incident.until and _("Until %(time)s", time=local_time(incident.until)),
        incident.text and _("Changes that brought in “%(text)s”", text=incident.text),
    ]
    return [words for words in said if words]


def _operation_words(rolled_back_at: datetime | None) -> str:
    if rolled_back_at is None:
        return _("Written together, in one go")
    return _("What was put back together, %(time)s", time=local_time(rolled_back_at))


def _rows(connection: Connection, rows: Sequence[Any]) -> list[View]:
    """Each record with what is put back and what is in conflict; names are read once for each kind."""
    unchosen = [row._replace(chosen="[]") for row in rows]
    found = {one.record_id: one for one in rows_anew(connection, unchosen)}
    views: dict[str, tuple[list[UnitView], list[UnitView]]] = {}
    for name in {one.kind for one in found.values()}:
        views |= _views(connection, name, [one for one in found.values() if one.kind == name])
    kept = [(KINDS[row.kind], url_of(row.kind, row.slug), found[row.record_id].stays()) for row in rows]
    stays = later_work(connection, kept)
    return [_row(row, found[row.record_id], *views[row.record_id], stays[at]) for at, row in enumerate(rows)]


def _views(connection: Connection, kind: str, some: Sequence[Drawn]) -> dict[str, Any]:
    steps = [(one.plan.restored, one.document) for one in some]
    steps += [(tuple(Edit(c.unit, c.current, c.proposed) for c in one.plan.conflicts), one.document) for one in some]
    made = many_unit_views(connection, KINDS[kind], steps)
    return {one.record_id: (made[at], made[at + len(some)]) for at, one in enumerate(some)}


def _row(row: Any, one: Drawn, restored: list[UnitView], conflicts: list[UnitView], stays: list[View]) -> View:
    chosen = json.loads(row.chosen)
    base = url_of(row.kind, row.slug)
    untouched = {clash.unit for clash in one.plan.conflicts if clash.base == clash.current}
    return {
        "position": row.position,
        "title": row.name,
        "url": base,
        "history_url": f"{base}/history",
        "restored": restored,
        "makes_void": one.plan.makes_void,
        "stays": stays if one.plan.restored else [],
        "has_moved": row.newest_number != row.seen,
        "does_nothing": not restored and not conflicts and not one.plan.makes_void,
        "merged_into": row.into_slug and {"title": row.into_name, "url": url_of(row.kind, row.into_slug)},
        "conflicts": [
            {
                "unit": view.unit,
                "label": view.label,
                "is_chosen": view.unit in chosen,
                "is_untouched": view.unit in untouched,
                "before_tokens": view.before_tokens,
                "after_tokens": view.after_tokens,
                "before_text": view.before_text,
                "after_text": view.after_text,
                "is_own": view.is_own,
            }
            for view in conflicts
        ],
    }
