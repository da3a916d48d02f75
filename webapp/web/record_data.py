"""What a record's page says to machines: its address, a description, and its facts in the words of schema.org.

Its law: only what the page shows to people, and nothing that is gone is promised to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from webapp.domain.hours import DAY_NAMES, LONDON
from webapp.language import _, mark, present
from webapp.storage.queries.browse import Linked, RecordPage
from webapp.web.context import settings_of
from webapp.web.freshness import GONE
from webapp.web.record_hours import usual

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HOME = mark("Services, groups and places in this community, kept true by the people who live here.")
LONGEST = 200  # characters of a description: search engines and messengers show no more
SCHEMA_TYPES = {
    "service": "Service",
    "organization": "Organization",
    "location": "Place",
    "guide": "Article",
    "taxonomy": "DefinedTermSet",
    "taxonomy_term": "DefinedTerm",
}
ADDRESS = {
    "streetAddress": ("address_1", "address_2"),
    "addressLocality": ("city",),
    "addressRegion": ("state_province",),
    "postalCode": ("postal_code",),
    "addressCountry": ("country",),
}
LAST_MINUTE = time(23, 59)

Data = dict[str, Any]


def meta_view(found: RecordPage, view: Mapping[str, Any], now: datetime) -> Data:
    """The context `page.meta` of `ui.about`, from what the page shows: see `ui`."""
    row, described = found.row, _short(view["lead"] or (view["body_html"] or Markup("")).striptags())
    home = settings_of().public_url
    address = home + found.url
    return {
        "url": address,
        "title": row.name,
        "description": described,
        "type": "article" if found.kind == "guide" else "website",
        "locale": str(present().locale),
        "is_listed": row.status != "void",
        "data": None if row.status in GONE else as_script(_page(found, view, address, described, now)),
    }


def home_meta() -> Data:
    """The same for the start page."""
    home, name = settings_of().public_url, settings_of().site_name
    site = {"@context": "https://schema.org", "@type": "WebSite", "name": name, "url": home + "/"}
    return {
        "url": home + "/",
        "title": name,
        "description": _(HOME),
        "type": "website",
        "locale": str(present().locale),
        "is_listed": True,
        "data": as_script(site),
    }


def as_script(data: Data) -> Markup:
    """JSON that may stand in a script element: no text in it can end the element or begin another."""
    return htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":"))


def _short(text: str) -> str:
    """The beginning of a text, cut between words where it has any."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return (text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]).rstrip(",;:.") + " …"


def _page(found: RecordPage, view: Mapping[str, Any], address: str, described: str, now: datetime) -> Data:
    settings, checked_at = settings_of(), found.row.checked_at
    thing = {"@type": _type(found), "name": found.row.name, "description": described, "mainEntityOfPage": address}
    page = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": address,
        "name": found.row.name,
        "license": LICENCE,
        "lastReviewed": _day(checked_at) if checked_at else None,
        "isPartOf": {"@type": "WebSite", "name": settings.site_name, "url": settings.public_url + "/"},
        "mainEntity": _said(thing | _own(found, view["contact"], now)),
    }
    return _said(page)


def _type(found: RecordPage) -> str:
    is_charity = any(
        "charity" in str(one.get("identifier_type", "")).casefold()
        for one in found.document.get("organization_identifiers", ())
    )
    return "NGO" if is_charity and found.kind == "organization" else SCHEMA_TYPES[found.kind]


def _own(found: RecordPage, contact: Mapping[str, Any], now: datetime) -> Data:
    """What only records of its kind say."""
    today = now.astimezone(LONDON).date()
    if found.kind == "service":
        return _service(found, contact, today)
    if found.kind == "location":
        times = _hours(found, found.document, today)
        return {**_place(found.document), "openingHoursSpecification": times, "telephone": _phone(contact)}
    if found.kind == "organization":
        parent = _organization(found.targets, "parent_organization_id")
        own = {"url": contact["url"], "telephone": _phone(contact), "email": contact["email"]}
        return {"parentOrganization": parent, **own}
    if found.kind == "guide":
        return {"headline": found.row.name, "dateModified": _day(found.row.updated_at)}
    return {}


def _service(found: RecordPage, contact: Mapping[str, Any], today: date) -> Data:
    linked = {t.unit.removesuffix("/location_id"): t for t in found.targets if t.kind == "location"}
    told = ((linked.get(f"places/{place['id']}"), place) for place in found.document.get("places", ()))
    line = _said({"telephone": _phone(contact), "email": contact["email"]})
    channels: list[Data] = [{"serviceLocation": _located(found, to, place, today)} for to, place in told if to]
    channels += [{"servicePhone": {"@type": "ContactPoint", **line}}] if line else []
    return {
        "provider": _organization(found.targets, "organization_id"),
        "category": [t.name for t in found.targets if t.field == "taxonomy_term_id"],
        "areaServed": [area["name"] for area in found.document.get("service_areas", ()) if area.get("name")],
        "url": contact["url"],
        "hoursAvailable": _hours(found, found.document, today),
        "availableChannel": [{"@type": "ServiceChannel", **channel} for channel in channels],
    }


def _located(found: RecordPage, target: Linked, place: Mapping[str, Any], today: date) -> Data:
    times = _hours(found, place, today)
    return _said({"@type": "Place", "name": target.name, **_place(target.document), "openingHoursSpecification": times})


def _place(document: Mapping[str, Any]) -> Data:
    address = {
        name: ", ".join(str(document[part]) for part in parts if document.get(part)) for name, parts in ADDRESS.items()
    }
    point = {name: document.get(name) for name in ("latitude", "longitude")}
    has_address = address["streetAddress"] or address["postalCode"]
    return {
        "address": {"@type": "PostalAddress", **_said(address)} if has_address else None,
        "geo": {"@type": "GeoCoordinates", **point} if all(point.values()) else None,
    }


def _hours(found: RecordPage, holder: Mapping[str, Any], today: date) -> list[Data]:
    """The usual week of what runs; what is not of every week stays in words, on the page."""
    if found.row.status != "active":
        return []
    slots, _ = usual(holder.get("schedules", ()), today)
    by_times: dict[tuple[time, time], list[str]] = {}
    for slot in slots:
        by_times.setdefault((slot.opens, slot.closes), []).append(DAY_NAMES[slot.weekday])
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": list(dict.fromkeys(days)),
            "opens": f"{opens:%H:%M}",
            "closes": f"{LAST_MINUTE if opens == closes else closes:%H:%M}",  # the same twice means closed
        }
        for (opens, closes), days in by_times.items()
    ]


def _phone(contact: Mapping[str, Any]) -> str | None:
    return next((phone["tel"] for phone in contact["phones"] if phone["is_spoken"]), None)


def _organization(targets: Sequence[Linked], field: str) -> Data | None:
    found = next((t for t in targets if t.field == field), None)
    return {"@type": "Organization", "name": found.name, "url": settings_of().public_url + found.url} if found else None


def _day(moment: datetime) -> str:
    return moment.astimezone(LONDON).date().isoformat()


def _said(data: Mapping[str, Any]) -> Data:
    """What is not blank."""
    return {name: value for name, value in data.items() if value}
