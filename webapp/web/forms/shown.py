"""What the pages around a form say: the changes to be sent, what they need, what waits already, how many one may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from webapp import clock
from webapp.domain.diff import Edits, by_group, group_words, risk_of
from webapp.domain.document import Document
from webapp.domain.fields import Kind, Risk
from webapp.domain.kinds import KINDS
from webapp.domain.policy import Rule
from webapp.domain.problems import Problem
from webapp.language import _, listed, ngettext, with_capital
from webapp.services import people
from webapp.services.judge import current_mode, newest_policy
from webapp.services.suggest import open_suggestions
from webapp.storage import Storage
from webapp.storage.queries import suggest as queries
from webapp.storage.unit_of_work import UnitOfWork
from webapp.web.context import Viewer
from webapp.web.forms.wrong import words_of
from webapp.web.units import UnitView, many_unit_views, unit_views
from webapp.web.wording import label_of, span_words

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
    needs = _approvals(rule)
    if not rule.earliest:
        return needs
    return _("%(needs)s, after %(time)s at the earliest", needs=needs, time=span_words(rule.earliest))


def _approvals(rule: Rule) -> str:
    if rule.needs_moderator:
        return ngettext(
            "Applies with %(num)s approval, from a moderator",
            "Applies with %(num)s approvals, one of them from a moderator",
            rule.threshold,
        )
    if rule.needs_trusted:
        return ngettext(
            "Applies with %(num)s approval, from a trusted reviewer",
            "Applies with %(num)s approvals, one of them from a trusted reviewer",
            rule.threshold,
        )
    return ngettext("Applies with %(num)s approval", "Applies with %(num)s approvals", rule.threshold)


def changes(connection: Connection, sheet: Sheet, known: Rules) -> list[dict[str, Any]]:
    """The changes that what was typed would be sent as, one a field group."""
    kind, document = sheet.kind, _with_all_places(sheet.against, sheet.proposed)
    parts = by_group(kind, sheet.edits)
    views = many_unit_views(connection, kind, [(part, document) for part in parts.values()])
    return [
        {
            "label": group_words(kind, key),
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
        return [{"url": f"{url}/reopen", "words": _("It runs again: suggest to reopen it")}]
    acts = [{"url": f"{url}/close", "words": _("It does not exist any more: suggest to close it")}]
    if is_signed_in:
        acts.append({"url": f"{url}/merge", "words": _("It is here twice: suggest to merge the two")})
    return acts


def waiting(connection: Connection, record_id: str, groups: Collection[str]) -> list[dict[str, str]]:
    """Open suggestions that touch the same groups of the record."""
    rows = [row for row in queries.waiting(connection, record_id) if row.type != "edit" or row.group in groups]
    labels: dict[str, list[str]] = {}
    for row in rows:
        labels.setdefault(row.suggestion_id, []).append(label_of(row))
    words = _("waits for review already")
    return [
        {"title": listed([*dict.fromkeys(said)]), "url": f"/suggestions/{id_}", "words": words}
        for id_, said in labels.items()
    ]


def allowance_words(storage: Storage, connection: Connection, person_id: str | None) -> str | None:
    """How many suggestions the person has open and how many they may, before they type."""
    if person_id is None:
        return None
    uow = UnitOfWork(connection, storage.search, clock.now())  # reads only
    count, cap = open_suggestions(uow, people.load_actor(uow, person_id))
    if count >= cap:
        return ngettext(
            "You have %(num)s suggestion open, as many as you may for now."
            " Wait until one is decided before you send another.",
            "You have %(num)s suggestions open, as many as you may for now."
            " Wait until one is decided before you send another.",
            count,
        )
    return ngettext(
        "You have %(count)s of %(num)s suggestions open. Each is open until it is decided.",
        "You have %(count)s of %(num)s suggestions open. Each is open until it is decided.",
        cap,
        count=count,
    )


def alike_page(row: Any, viewer: Viewer, action_url: str, hidden: list[tuple[str, str]]) -> dict[str, Any]:
    """The `page` of suggest/alike.html, of a row of `queries.alike`."""
    return {
        "suggestion_url": f"/suggestions/{row.suggestion_id}",
        "change_id": row.id,
        "seen": row.content_version,
        "vote_url": f"/suggestions/{row.suggestion_id}/vote",
        "support_url": f"/suggestions/{row.suggestion_id}/support",
        "may_vote": viewer.may_review and not row.is_own,
        "is_own": row.is_own,
        "action_url": action_url,
        "hidden": hidden,
        "label": label_of(row),
        "record_title": row.record_name or with_capital(_(KINDS[row.kind].label)),
        "problems": [],
    }
