"""What the pages around a form say: the changes to be sent, what they need, what waits already, how many one may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from webapp import clock
from webapp.domain.diff import Edits, by_group, group_label, risk_of
from webapp.domain.document import Document
from webapp.domain.fields import Kind, Risk
from webapp.domain.kinds import KINDS
from webapp.domain.policy import Rule
from webapp.domain.problems import Problem
from webapp.services import people
from webapp.services.judge import current_mode, newest_policy
from webapp.services.suggest import open_suggestions
from webapp.storage import Storage
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.storage.unit_of_work import UnitOfWork
from webapp.web.context import Viewer
from webapp.web.forms.wrong import words_of
from webapp.web.units import UnitView, many_unit_views, unit_views
from webapp.web.wording import plural, span_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from webapp.web.forms.sheet import Sheet

Rules = dict[Risk, Rule]


def rules(storage: Storage, connection: Connection) -> Rules:
    """What each class of change needs now."""
    uow = UnitOfWork(connection, storage.search, clock.now())  # reads only
    policy, mode = newest_policy(uow), current_mode(uow)
    return {risk: policy.rule(risk, mode) for risk in Risk}


def needs_words(rule: Rule) -> str:
    """ "Applies with 3 approvals, one of them from a trusted reviewer, after 24 hours at the earliest"."""
    parts = [f"Applies with {plural(rule.threshold, 'approval')}"]
    who = "a moderator" if rule.needs_moderator else "a trusted reviewer" if rule.needs_trusted else ""
    if who:
        parts.append(f"one of them from {who}" if rule.threshold > 1 else f"from {who}")
    if rule.earliest:
        parts.append(f"after {span_words(rule.earliest)} at the earliest")
    return ", ".join(parts)


def changes(connection: Connection, sheet: Sheet, known: Rules) -> list[dict[str, Any]]:
    """The changes that what was typed would be sent as, one a field group."""
    kind, document = sheet.kind, _with_all_places(sheet.against, sheet.proposed)
    parts = by_group(kind, sheet.edits)
    views = many_unit_views(connection, kind, [(part, document) for part in parts.values()])
    return [
        {
            "label": group_label(kind, key),
            "units": units,
            "needs_words": needs_words(known[risk_of(kind, part)]),
        }
        for (key, part), units in zip(parts.items(), views, strict=True)
    ]


def _with_all_places(*documents: Mapping[str, Any]) -> Document:
    """The last document with the places of all: of one that is added or removed it is to be said, too, which it is."""
    places = [place for document in documents for place in document.get("places", ())]
    return {**documents[-1], "places": places}


def units(connection: Connection, kind: Kind, edits: Edits, document: Document | None = None) -> list[UnitView]:
    """Edits side by side; the document tells which place they lie in."""
    return unit_views(connection, kind, edits, document)


def doubts(found: Iterable[Problem]) -> list[dict[str, str]]:
    """Odd values in words."""
    return [{"id": "", "text": words_of(doubt)} for doubt in found]


def lifecycle_acts(url: str, status: str, is_signed_in: bool) -> list[dict[str, str]]:
    """The other things that can be suggested about a record."""
    if status == "closed":
        return [{"url": f"{url}/reopen", "words": "It runs again: suggest to reopen it"}]
    acts = [{"url": f"{url}/close", "words": "It does not exist any more: suggest to close it"}]
    if is_signed_in:
        acts.append({"url": f"{url}/merge", "words": "It is here twice: suggest to merge the two"})
    return acts


def waiting(connection: Connection, kind: Kind, record_id: str, groups: Collection[str]) -> list[dict[str, str]]:
    """Open suggestions that touch the same groups of the record."""
    rows = [row for row in queries.waiting(connection, record_id) if row.type != "edit" or row.group in groups]
    labels: dict[str, list[str]] = {}
    for row in rows:
        label = group_label(kind, row.group) if row.type == "edit" else row.type.capitalize()
        labels.setdefault(row.suggestion_id, []).append(label)
    return [
        {"title": ", ".join(dict.fromkeys(said)), "url": f"/suggestions/{id_}", "words": "waits for review already"}
        for id_, said in labels.items()
    ]


def allowance_words(storage: Storage, connection: Connection, person_id: str | None) -> str | None:
    """How many suggestions the person has open and how many they may, before they type."""
    if person_id is None:
        return None
    uow = UnitOfWork(connection, storage.search, clock.now())  # reads only
    count, cap = open_suggestions(uow, people.load_actor(uow, person_id))
    if count >= cap:
        have = f"You have {plural(count, 'suggestion')} open, as many as you may for now."
        return f"{have} Wait until one is decided before you send another."
    return f"You have {count} of {cap} suggestions open. Each is open until it is decided."


def alike_page(
    connection: Connection, row: Any, viewer: Viewer, action_url: str, hidden: list[tuple[str, str]]
) -> dict[str, Any]:
    """The `page` of suggest/alike.html."""
    is_own = viewer.id in queries.authors_of(connection, row.id)
    kind = KINDS[row.kind]
    record = browse.find_by_id(connection, row.record_id or "")
    return {
        "suggestion_url": f"/suggestions/{row.suggestion_id}",
        "change_id": row.id,
        "seen": row.content_version,
        "vote_url": f"/suggestions/{row.suggestion_id}/vote",
        "support_url": f"/suggestions/{row.suggestion_id}/support",
        "may_vote": viewer.may_review and not is_own,
        "is_own": is_own,
        "action_url": action_url,
        "hidden": hidden,
        "label": group_label(kind, row.group) if row.type == "edit" else row.type.capitalize(),
        "record_title": record.name if record else kind.label.capitalize(),
        "problems": [],
    }
