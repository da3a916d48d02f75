"""A record as its page shows it: facts in the order in which people need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from webapp import clock
from webapp.domain import hours
from webapp.domain.kinds import KINDS
from webapp.domain.phones import format_phone, tel
from webapp.richtext import render_anyway
from webapp.services.suggest import text_hash
from webapp.storage import Connection
from webapp.storage.queries import browse as queries
from webapp.storage.queries.browse import Linked, RecordPage
from webapp.web.context import allowed, viewer
from webapp.web.wording import HOW_WORDS, ROLE_WORDS, STATUS_WORDS, ago, british_day

RUNNING = ("active", "inactive")
STALE_AFTER = timedelta(days=365)
HTML_FIELDS = (
    "description",
    "body",
    "eligibility_description",
    "application_process",
    "fees_description",
    "transportation",
    "accreditations",
    "licenses",
    "interpretation_services",
)
LABELS = {
    "application_process": "How to get it",
    "fees_description": "Cost",
    "transportation": "Getting there",
    "accreditations": "Accreditation",
    "licenses": "Licences",
    "interpretation_services": "Interpreters",
    "eligibility_description": "Who it is for",
}


def record_view(connection: Connection, row: Any) -> dict[str, Any]:
    """The context `page` of browse/record.html."""
    found = queries.record_page(connection, row)
    document, now = found.document, clock.now()
    html = _html(connection, document)
    places = [t for t in found.targets if t.kind == "location"]
    return {
        "title": row.name,
        "kind_label": KINDS[row.kind].label.capitalize(),
        "lead": document.get("summary", ""),
        "crumbs": _crumbs(found),
        "tags": _tags(found),
        "facts": list(_facts(found, html, places)),
        "hours": _hours(document, places, now, runs=row.status in RUNNING),
        "contact": _contact(document),
        "status": _status(row, found),
        "alert": document.get("alert"),
        "body_html": html.get("description") or html.get("body"),
        "sections": list(_sections(found)),
        **_upkeep(row, found, now),
    }


def _html(connection: Connection, document: Mapping[str, Any]) -> dict[str, Markup]:
    """The safe HTML of the Markdown fields: stored, or rendered now where the renderer is newer."""
    texts = {name: document[name] for name in HTML_FIELDS if document.get(name)}
    stored = queries.html_of(connection, [text_hash(text) for text in texts.values()])
    return {name: Markup(stored.get(text_hash(text)) or render_anyway(text)) for name, text in texts.items()}  # noqa: S704 - bleach made it


def _crumbs(found: RecordPage) -> list[dict[str, Any]]:
    first = next((t for t in found.targets if t.field in ("taxonomy_term_id", "parent_id")), None)
    kind = KINDS[found.kind]
    start = [{"name": first.name, "url": first.url}] if first else [{"name": kind.plural.capitalize(), "url": None}]
    return [*start, {"name": found.row.name, "url": None}]


def _tags(found: RecordPage) -> list[dict[str, Any]]:
    return [{"name": t.name, "url": t.url} for t in found.targets if t.field == "taxonomy_term_id"]


# -- when -------------------------------------------------------------------------------------------------


def _hours(
    document: Mapping[str, Any], places: list[Linked], now: datetime, *, runs: bool = True
) -> dict[str, Any] | None:
    rows = [r for place in document.get("places", ()) for r in place.get("schedules", ())] or document.get(
        "schedules", []
    )
    parsed, words = _worded(json.dumps(rows))
    if not words:
        return None
    address = places[0].document if places else document
    status = hours.status(parsed, now, hours.nation_of(str(address.get("postal_code", ""))))
    sentences = hours.status_words(status, now) if runs else []  # what is closed for good opens on no Thursday
    return {
        "sentence": sentences[0] if sentences else None,
        "is_open": status.open_now,
        "words": words,
        "holiday": sentences[1] if len(sentences) > 1 else None,
    }


@lru_cache(maxsize=2000)
def _worded(rows: str) -> tuple[tuple[hours.Row, ...], tuple[str, ...]]:
    """Schedule rows (as JSON) read and put into words: the costliest part of a page that no time changes."""
    parsed = hours.parse_rows(json.loads(rows))
    return parsed, (*hours.words(parsed), *hours.remarks(parsed))


# -- the facts --------------------------------------------------------------------------------------------


def _facts(found: RecordPage, html: Mapping[str, Markup], places: list[Linked]) -> Iterable[dict[str, Any]]:
    document = found.document
    if who := _audience(document, html):
        yield _fact("for", "Who for", html=who)
    if where := _where(document, places):
        yield _fact("where", "Where", html=where)
    if cost := _cost(document, html):
        yield _fact("cost", "Cost", html=cost)
    for name in ("application_process", "transportation", "interpretation_services", "accreditations", "licenses"):
        if name in html:
            yield _fact(name, LABELS[name], html=html[name])
    yield from _short_facts(document)
    runs = [t for t in found.targets if t.field in ("organization_id", "parent_organization_id")]
    if runs:
        yield _fact("organization", "Run by" if found.kind == "service" else "Part of", html=_links(runs))


def _fact(name: str, label: str, html: Markup | None = None, lines: Iterable[str] = ()) -> dict[str, Any]:
    return {"name": name, "label": label, "html": html, "lines": list(lines)}


def _audience(document: Mapping[str, Any], html: Mapping[str, Markup]) -> Markup | None:
    low, high = document.get("minimum_age"), document.get("maximum_age")
    ages = (
        f"Ages {low} to {high}"
        if low and high
        else f"From {low} years"
        if low
        else f"Up to {high} years"
        if high
        else ""
    )
    parts = [part for part in (html.get("eligibility_description"), escape(ages) if ages else None) if part]
    return Markup("<br>").join(parts) if parts else None


def _where(document: Mapping[str, Any], places: list[Linked]) -> Markup | None:
    if places:
        lines = [Markup('<a href="{}">{}</a>{}').format(p.url, p.name, _after_name(p)) for p in places[:8]]
        return Markup("<br>").join(lines)
    return escape(_address(document)) if _address(document) else None


def _after_name(place: Linked) -> str:
    address = _address(place.document).removeprefix(f"{place.name}, ")
    return f", {address}" if address and address != place.name else ""


def _address(document: Mapping[str, Any]) -> str:
    names = ("address_1", "address_2", "city", "postal_code")
    return ", ".join(str(document[name]) for name in names if document.get(name))


def _cost(document: Mapping[str, Any], html: Mapping[str, Markup]) -> Markup | None:
    lines = [html["fees_description"]] if "fees_description" in html else []
    if document.get("fees"):
        lines.append(escape(document["fees"]))
    for option in document.get("cost_options", ()):
        amount = (
            f"{'£' if option.get('currency', 'GBP') == 'GBP' else option['currency'] + ' '}{option['amount']}"
            if option.get("amount")
            else ""
        )
        said = ": ".join(part for part in (option.get("option", ""), amount) if part)
        lines.append(escape(" ".join(part for part in (said, option.get("amount_description", "")) if part)))
    return Markup("<br>").join(lines) if lines else None


def _short_facts(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    getting_in = [
        *document.get("accessibility", ()),
        *(a for p in document.get("places", ()) for a in p.get("accessibility", ())),
    ]
    if getting_in:
        yield _fact(
            "accessibility",
            "Getting in",
            lines=[
                ". ".join(part for part in (a.get("description", ""), a.get("details", "")) if part) for a in getting_in
            ],
        )
    if document.get("wait_time"):
        yield _fact("wait_time", "Waiting time", lines=[document["wait_time"]])
    if document.get("languages"):
        yield _fact("languages", "Languages", lines=[", ".join(_language(x) for x in document["languages"])])
    if document.get("service_areas"):
        yield _fact(
            "service_areas", "Area served", lines=[", ".join(a.get("name", "") for a in document["service_areas"])]
        )
    if document.get("required_documents"):
        yield _fact(
            "required_documents", "Bring", lines=[d.get("document", "") for d in document["required_documents"]]
        )
    if document.get("alternate_name"):
        yield _fact("alternate_name", "Also called", lines=[document["alternate_name"]])
    if document.get("organization_identifiers"):
        yield _fact(
            "organization_identifiers",
            "Registered",
            lines=[
                f"{i.get('identifier_type', '')} {i.get('identifier', '')}"
                for i in document["organization_identifiers"]
            ],
        )


def _language(element: Mapping[str, Any]) -> str:
    name = element.get("name") or {
        "gd": "Gaelic",
        "bfi": "British Sign Language",
        "en": "English",
        "pl": "Polish",
        "sco": "Scots",
        "uk": "Ukrainian",
        "ar": "Arabic",
    }.get(element.get("code", ""), element.get("code", ""))
    return f"{name} ({element['note']})" if element.get("note") else str(name)


def _links(targets: Iterable[Linked]) -> Markup:
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(t.url, t.name) for t in targets)


# -- contact, status, sections ----------------------------------------------------------------------------


def _contact(document: Mapping[str, Any]) -> dict[str, Any]:
    url = document.get("url") or document.get("website")
    everywhere = [
        *document.get("phones", ()),
        *(p for place in document.get("places", ()) for p in place.get("phones", ())),
    ]
    everywhere += [p for c in document.get("contacts", ()) for p in c.get("phones", ())]
    return {
        "phones": [_phone(phone) for phone in everywhere if phone.get("number")],
        "email": document.get("email"),
        "url": url,
        "url_words": str(url).split("://", 1)[-1].rstrip("/") if url else None,
    }


def _phone(element: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"fax": "Fax", "text": "Text message", "textphone": "Textphone", "cell": "Mobile"}
    notes = [
        kinds.get(element.get("type", ""), ""),
        element.get("description", ""),
        f"extension {element['extension']}" if element.get("extension") else "",
    ]
    number, digits = _dialled(element["number"])
    return {
        "number": number,
        "tel": digits,
        "note": ", ".join(note for note in notes if note) or None,
    }


@lru_cache(maxsize=10_000)
def _dialled(number: str) -> tuple[str, str]:
    """A number as it is read and as it is dialled."""
    return format_phone(number), tel(number)


def _status(row: Any, found: RecordPage) -> dict[str, Any] | None:
    if row.status not in STATUS_WORDS:
        return None
    title, words = STATUS_WORDS[row.status]
    said: Any = words
    if row.status == "merged" and row.merged_into:
        said = Markup('{} <a href="/id/{}">See the record that is kept</a>.').format(words, row.merged_into)
    return {"code": row.status.replace(" ", "_"), "title": title, "words": said}


def _sections(found: RecordPage) -> Iterable[dict[str, Any]]:
    headings = {
        ("organization", "service"): "What they run",
        ("organization", "location"): "Where they are",
        ("location", "service"): "What happens here",
        ("taxonomy_term", "service"): "Services",
        ("taxonomy_term", "organization"): "Organisations",
        ("taxonomy_term", "guide"): "Guides",
        ("taxonomy_term", "taxonomy_term"): "More closely",
        ("taxonomy", "taxonomy_term"): "Categories",
        ("guide", "guide"): "Guides",
    }
    for kind in ("taxonomy_term", "service", "organization", "location", "guide"):
        items = {t.id: t for t in found.inbound if t.kind == kind}
        if items:
            yield {
                "heading": headings.get((found.kind, kind), KINDS[kind].plural.capitalize()),
                "items": [{"title": t.name, "url": t.url, "note": t.document.get("summary")} for t in items.values()],
            }
    related = [t for t in found.targets if found.kind == "guide" and t.kind == "service"]
    if related:
        yield {
            "heading": "Services in this guide",
            "items": [{"title": t.name, "url": t.url, "note": t.document.get("summary")} for t in related],
        }


# -- upkeep -----------------------------------------------------------------------------------------------


def _upkeep(row: Any, found: RecordPage, now: datetime) -> dict[str, Any]:
    is_live = row.status not in ("closed", "merged", "void")
    may_confirm = is_live and viewer().is_signed_in and allowed("confirm_record") and row.touched_by != viewer().id
    return {
        "freshness": freshness(row, now),
        "history_url": found.url + "/history",
        "history_count": row.newest_number,
        "suggest_url": found.url + "/suggest" if row.status not in ("merged", "void") else None,
        "confirm_url": found.url + "/confirm" if may_confirm else None,
        "report_url": found.url + "/report",
        "open_suggestions": row.open_changes,
        "suggestions_url": f"/review?record={row.id}",
        "protection": protection_words(row, now),
        "printable": True,
    }


def freshness(row: Any, now: datetime) -> dict[str, Any]:
    """When a record was last checked, by whom, in words."""
    if row.checked_at is None:
        return {
            "words": "Not checked yet",
            "how": "Nobody has confirmed this record since it was written.",
            "by": None,
            "is_stale": True,
        }
    who = ROLE_WORDS.get(row.checker_role or "", "volunteer")
    return {
        "words": f"Checked {ago(row.checked_at, now)}",
        "how": f"By {'an' if who[0] in 'aeiou' else 'a'} {who} who {HOW_WORDS.get(row.checked_how or '', 'says so')}.",
        "by": None,
        "is_stale": now - row.checked_at > STALE_AFTER,
    }


def protection_words(row: Any, now: datetime) -> str | None:
    """Who may change a protected record, and until when; None when nothing is protected."""
    if row.protection is None or (row.protected_until and row.protected_until <= now):
        return None
    who = {"trusted": "trusted people", "moderators": "moderators"}.get(row.protection, "moderators")
    until = f" until {british_day(row.protected_until)}" if row.protected_until else ""
    return f"Protected{until}: only {who} may change it."
