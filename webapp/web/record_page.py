"""A record as its page shows it: is it open, where, how to reach it, what it costs; then everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from webapp import clock
from webapp.domain.kinds import KINDS
from webapp.language import _, with_capital
from webapp.richtext import render_anyway
from webapp.services.suggest import text_hash
from webapp.storage import Connection
from webapp.storage.queries import browse as queries
from webapp.storage.queries.browse import Linked, RecordPage
from webapp.storage.queries.happening import happening_at
from webapp.web.context import allowed, viewer
from webapp.web.freshness import CHECKED_KINDS, GONE, RUNNING, freshness, protection_words
from webapp.web.map_view import record_points
from webapp.web.record_contact import NOTHING, contact_view
from webapp.web.record_data import meta_view
from webapp.web.record_facts import LONG, facts
from webapp.web.record_hours import own_hours, places_view
from webapp.web.record_lists import sections
from webapp.web.record_related import related_view
from webapp.web.record_week import week_view
from webapp.web.wording import STATUS_WORDS

HTML_FIELDS = ("description", "body", "eligibility_description", "fees_description", *LONG)
TONES = {"temporarily closed": "waiting", "inactive": "waiting"}


def record_view(connection: Connection, row: Any) -> dict[str, Any]:
    """The context `page` of browse/record.html."""
    found = queries.record_page(connection, row)
    document, now, runs = found.document, clock.now(), row.status in RUNNING
    html = _html(connection, document)
    places = places_view(document, found.targets, now, runs=runs)
    times = own_hours(document, places, now, runs=runs)
    week = week_view(happening_at(connection, row.id), document, now) if _has_week(found) else None
    view = {
        "title": row.name,
        "kind_label": with_capital(_(KINDS[row.kind].label)),
        "within": _within(found),
        "lead": document.get("summary", ""),
        "tags": _tags(found),
        "places": places,
        "hours": times,
        "facts": facts(found, html, times["later"] if times and runs else ()),
        "contact": NOTHING if row.status in GONE else contact_view(document),
        "status": _status(found),
        "alert": document.get("alert"),
        "body_html": html.get("description") or html.get("body"),
        "week": week,
        "sections": sections(found, _below(connection, found), has_week=week is not None),
        "related": related_view(connection, found, now),
        "map": record_points(found),
        **_upkeep(row, found.url),
    }
    return {**view, "meta": meta_view(found, view, now)}


def _has_week(found: RecordPage) -> bool:
    """Whether it is a place with services: only then are their times worth a statement."""
    return found.kind == "location" and found.row.status == "active" and any(t.kind == "service" for t in found.inbound)


def _html(connection: Connection, document: Mapping[str, Any]) -> dict[str, Markup]:
    """The safe HTML of the Markdown fields: stored, or rendered now where the renderer is newer.

    Both are what `richtext` made, which cleans by bleach, or escapes what is too hard to render.
    """
    texts = {name: document[name] for name in HTML_FIELDS if document.get(name)}
    stored = queries.html_of(connection, [text_hash(text) for text in texts.values()])
    return {name: Markup(stored.get(text_hash(text)) or render_anyway(text)) for name, text in texts.items()}  # noqa: S704 - cleaned or escaped


def _tags(found: RecordPage) -> list[dict[str, str]]:
    """Its categories, each once: two that were merged since are one."""
    terms = {t.id: t for t in found.targets if t.field == "taxonomy_term_id"}
    return [{"name": t.name, "url": t.url} for t in terms.values()]


def _within(found: RecordPage) -> dict[str, Any] | None:
    """What the record lies in, one step up: a category, or the list of all categories."""
    fields = ("parent_id", "taxonomy_id") if found.kind == "taxonomy_term" else ("taxonomy_term_id",)
    first = next((t for field in fields for t in found.targets if t.field == field), None)
    return {"name": first.name, "url": first.url} if first else None


def _below(connection: Connection, found: RecordPage) -> list[Linked]:
    """What lies in the narrower categories, so that nobody has to open each of them."""
    has_narrower = found.kind == "taxonomy_term" and any(t.kind == "taxonomy_term" for t in found.inbound)
    return queries.below_term(connection, found.row.id) if has_narrower else []


def _status(found: RecordPage) -> dict[str, Any] | None:
    status = found.row.status
    if status not in STATUS_WORDS:
        return None
    title, said = (_(words) for words in STATUS_WORDS[status])
    return {"title": title, "words": said, "tone": TONES.get(status, "bad"), "is_gone": status in GONE}


def _upkeep(row: Any, url: str) -> dict[str, Any]:
    now, is_live = clock.now(), row.status not in ("closed", "merged", "void")
    may_sign_in = is_live and not viewer().is_signed_in and row.kind in CHECKED_KINDS
    may_confirm = is_live and viewer().is_signed_in and allowed("confirm_record") and row.touched_by != viewer().id
    return {
        "freshness": freshness(row, now),
        "history_url": url + "/history",
        "history_count": row.newest_number,
        "suggest_url": url + "/suggest" if row.status not in ("merged", "void") else None,
        "confirm_url": url + "/confirm" if may_confirm else None,
        "sign_in_url": f"/account/sign-in?next={url}" if may_sign_in else None,
        "report_url": url + "/report",
        "claim_url": url + "/claim" if row.status not in GONE and allowed("claim_record") else None,
        "open_suggestions": row.open_changes,
        "suggestions_url": f"/review?record={row.id}",
        "protection": protection_words(row, now),
        "list_url": url + "/list" if row.kind == "service" and row.status not in GONE else None,
        "printable": True,
        "order_urls": _order_urls(url),
    }


def _order_urls(url: str) -> list[dict[str, str]]:
    """What moderators do with a record from its own page."""
    acts = (("protect_record", "protect", _("Protect")), ("redact_mask", "redact", _("Take something private out")))
    return [{"url": f"{url}/{act}", "words": words} for action, act, words in acts if allowed(action)]
