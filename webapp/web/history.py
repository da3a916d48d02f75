"""A record's history: revisions, comparison, and undoing with a preview."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import Edit, diff
from webapp.domain.errors import NotFound, Stale
from webapp.domain.kinds import KINDS
from webapp.domain.merge import Clash
from webapp.domain.rollback import Plan
from webapp.services import history as services
from webapp.storage.queries import history as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.received import number_of
from webapp.web.freshness import protection_words
from webapp.web.render import page, say
from webapp.web.units import unit_views
from webapp.web.wording import RISK_WORDS, british_day, cause_sentence, plural, refusal_words

blueprint = Blueprint("history", __name__)


@blueprint.get(RECORD_PATH + "/history")
@allow("read_history")
def history(path: str, slug: str) -> Response:
    """Every revision, newest first."""
    row = find(path, slug)
    before = request.args.get("before", row.newest_number + 1, type=number_of)
    found = queries.revisions(reading(), row.id, before)
    base = url_of(row.kind, row.slug)
    rows = [_revision_row(r, row, base) for r in found.rows]
    more = f"{base}/history?before={found.next_before}" if found.next_before and found.next_before > 1 else None
    return page(
        "browse/history.html",
        page={
            "title": row.name,
            "record_url": base,
            "compare_action": f"{base}/compare",
            "next_url": more,
            "protection": protection_words(row, clock.now()),
            "rows": rows,
        },
    )


def _revision_row(r: Any, record: Any, base: str) -> dict[str, Any]:
    is_newest = r.number == record.newest_number
    return {
        "number": r.number,
        "url": f"{base}/history/{r.number}",
        "sentence": _sentence(r),
        "summary": r.summary if r.summary != _sentence(r) else "",
        "who": r.display_name or _source_words(r.cause),
        "at": r.created_at,
        "cause_words": r.reason or None,
        "votes_words": plural(r.approvals, "approval") if r.cause == "suggestion" else None,
        "rule_words": _rule_words(r),
        "compare_url": f"{base}/compare?from={r.number - 1}&to={r.number}" if r.number > 1 else None,
        "revert_url": f"{base}/history/{r.number}/revert" if allowed("revert_revision") and r.number > 1 else None,
        "roll_back_url": f"{base}/history/{r.number}/roll-back"
        if allowed("roll_back_record") and not is_newest
        else None,
        "is_redacted": r.redaction_seq is not None,
    }


def _sentence(r: Any) -> str:
    return cause_sentence(r.cause, r.role, r.approvals, r.summary)


def _source_words(cause: str) -> str:
    return {"import": "another source", "demo": "the demonstration"}.get(cause, "the directory")


def _rule_words(r: Any) -> str | None:
    if r.risk is None:
        return None
    mode = {"full": "usual rules", "reduced": "rules for few reviewers"}.get(r.mode or "", "")
    version = f"version {r.policy_version} of the rules" if r.policy_version else ""
    return ", ".join(part for part in (RISK_WORDS.get(r.risk, ""), mode, version) if part)


@blueprint.get(RECORD_PATH + "/history/<int:number>")
@allow("read_history")
def revision(path: str, slug: str, number: int) -> Response:
    """One revision as it stood."""
    row = find(path, slug)
    r = queries.revision(reading(), row.id, number)
    if r is None:
        raise NotFound(what="revision")
    base, kind = url_of(row.kind, row.slug), KINDS[row.kind]
    documents = queries.documents(reading(), row.id, row.kind, [number - 1, number])
    changed = unit_views(reading(), kind, diff(kind, documents.get(number - 1, {}), documents[number]))
    whole = unit_views(reading(), kind, diff(kind, {}, documents[number]))
    view = _revision_row(r, row, base)
    return page(
        "browse/revision.html",
        page={
            **view,
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "is_newest": number == row.newest_number,
            "facts": [{"label": u.label, "lines": u.after_text.split("\n")} for u in whole],
            "units": changed,
            "hash": r.hash,
            "suggestion_url": f"/suggestions/{r.suggestion_id}" if r.suggestion_id else None,
            "older_url": f"{base}/history/{number - 1}" if number > 1 else None,
            "newer_url": f"{base}/history/{number + 1}" if number < row.newest_number else None,
        },
    )


@blueprint.get(RECORD_PATH + "/compare")
@allow("read_history")
def compare(path: str, slug: str) -> Response:
    """Two revisions side by side, word by word."""
    row = find(path, slug)
    first = request.args.get("from", max(1, row.newest_number - 1), type=number_of)
    last = request.args.get("to", row.newest_number, type=number_of)
    base, kind = url_of(row.kind, row.slug), KINDS[row.kind]
    documents = queries.documents(reading(), row.id, row.kind, [first, last])
    if first not in documents or last not in documents:
        raise NotFound(what="revision")
    units = unit_views(reading(), kind, diff(kind, documents[first], documents[last]))
    words = {n: f"Revision {n}, {british_day(_at(row.id, n))}" for n in (first, last)}
    return page(
        "browse/compare.html",
        page={
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "from_number": first,
            "to_number": last,
            "from_words": words[first],
            "to_words": words[last],
            "units": units,
            "swap_url": f"{base}/compare?from={last}&to={first}",
        },
    )


def _at(record_id: str, number: int) -> Any:
    r = queries.revision(reading(), record_id, number)
    return r.created_at if r else clock.now() - timedelta(0)


# -- undoing ----------------------------------------------------------------------------------------------


@blueprint.get(RECORD_PATH + "/history/<int:number>/revert")
@allow("revert_revision")
def revert_preview(path: str, slug: str, number: int) -> Response:
    """What reverting would do."""
    return _preview("revert", path, slug, number)


@blueprint.post(RECORD_PATH + "/history/<int:number>/revert")
@allow("revert_revision")
def revert(path: str, slug: str, number: int) -> Response:
    """Revert one revision; later ones stay."""
    row = find(path, slug)
    command = services.RevertRevision(
        row.id,
        number,
        person_id(),
        request.form.get("seen", 0, type=number_of),
        request.form.get("summary", "").strip()[:300],
        frozenset(request.form.getlist("chosen")),
    )
    try:
        services.revert_revision(storage(), command, clock.now())
    except (Stale, services.NothingToUndo) as error:
        return _preview("revert", path, slug, number, error)
    say(f"Revision {number} is reverted. What came later stays.")
    return redirect(f"/{path}/{row.slug}/history", 303)


@blueprint.get(RECORD_PATH + "/history/<int:number>/roll-back")
@allow("roll_back_record")
def roll_back_preview(path: str, slug: str, number: int) -> Response:
    """What rolling back would do."""
    return _preview("roll_back", path, slug, number)


@blueprint.post(RECORD_PATH + "/history/<int:number>/roll-back")
@allow("roll_back_record")
def roll_back(path: str, slug: str, number: int) -> Response:
    """Restore the record to an earlier revision."""
    row = find(path, slug)
    command = services.RollBackRecord(
        row.id,
        number,
        person_id(),
        request.form.get("seen", 0, type=number_of),
        request.form.get("summary", "").strip()[:300],
    )
    try:
        services.roll_back_record(storage(), command, clock.now())
    except (Stale, services.NothingToUndo) as error:
        return _preview("roll_back", path, slug, number, error)
    say(f"The record stands as at revision {number} again. Nothing was deleted.")
    return redirect(f"/id/{row.id}", 303)


def _preview(act: str, path: str, slug: str, number: int, error: Any = None) -> Response:
    row = find(path, slug)
    base, kind = url_of(row.kind, row.slug), KINDS[row.kind]
    r = queries.revision(reading(), row.id, number)
    if r is None:
        raise NotFound(what="revision")
    preview = services.preview_revert if act == "revert" else services.preview_roll_back
    plan: Plan = preview(reading(), row, number)
    problems = [{"id": None, "text": refusal_words(error)}] if error else []
    return page(
        f"browse/{act}.html",
        409 if error else 200,
        page={
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "number": number,
            "at": r.created_at,
            "sentence": _sentence(r),
            "who": r.display_name or _source_words(r.cause),
            "action_url": f"{base}/history/{number}/{act.replace('_', '-')}",
            "seen": row.newest_number,
            "restored": unit_views(reading(), kind, plan.restored),
            "kept": [],
            "conflicts": _conflicts(kind, plan.conflicts),
            "summary": request.form.get("summary", ""),
            "problems": problems,
            "cancel_url": f"{base}/history",
        },
    )


def _conflicts(kind: Any, clashes: tuple[Clash, ...]) -> list[dict[str, Any]]:
    chosen = set(request.form.getlist("chosen"))
    views = unit_views(reading(), kind, [Edit(c.unit, c.current, c.proposed) for c in clashes])
    words = "Somebody changed this later. It stays as it is unless you choose otherwise."
    return [
        {
            "id": view.unit,
            "label": view.label,
            "words": words,
            "is_chosen": view.unit in chosen,
            "before_tokens": view.before_tokens,
            "after_tokens": view.after_tokens,
            "before_text": view.before_text,
            "after_text": view.after_text,
        }
        for view in views
    ]
