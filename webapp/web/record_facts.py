"""The facts of a record in the order in which people need them: what it costs and who it is for come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from webapp.language import _, listed, mark, ngettext
from webapp.storage.queries.browse import Linked, RecordPage
from webapp.web.element_words import language_words, price_words
from webapp.web.record_hours import address_words

LONG = mark({
    "application_process": "How to get it",
    "transportation": "Getting there",
    "interpretation_services": "Interpreters",
    "accreditations": "Accreditation",
    "licenses": "Licences",
})
"""Markdown fields that are a fact each, and their labels."""

Fact = dict[str, Any]


def facts(found: RecordPage, html: Mapping[str, Markup], later: Iterable[str] = ()) -> list[Fact]:
    """Every fact but when and where: {label, html: Markup or None, lines}. `later`: hours that differ some day."""
    document = found.document
    runs = [t for t in found.targets if t.field in ("organization_id", "parent_organization_id")]
    everything = (
        _fact(_("Where"), [] if document.get("places") else [address_words(document)]),
        _marked(_("Cost"), _cost(document, html)),
        _marked(_("Who for"), _audience(document, html)),
        _fact(_("Coming up"), later),
        *(_marked(_(label), [html[name]] if name in html else []) for name, label in LONG.items()),
        *_short(document),
        _marked(_("Run by") if found.kind == "service" else _("Part of"), [_links(runs)] if runs else []),
    )
    return [fact for fact in everything if fact["html"] or fact["lines"]]


def _fact(label: str, lines: Iterable[str]) -> Fact:
    return {"label": label, "html": None, "lines": [line for line in lines if line]}


def _marked(label: str, parts: Iterable[Markup]) -> Fact:
    """A fact of safe HTML; plain lines come as paragraphs, as the Markdown beside them does.

    Parts are what `record_page` had cleaned, or `_line` and `_links` escaped; `join` would escape a plain string.
    """
    return {"label": label, "html": Markup("").join(parts) or None, "lines": []}


def _line(text: str) -> Markup:
    """A paragraph; `format` escapes the text."""
    return Markup("<p>{}</p>").format(text) if text else Markup("")


def _audience(document: Mapping[str, Any], html: Mapping[str, Markup]) -> list[Markup]:
    low, high = document.get("minimum_age"), document.get("maximum_age")
    return [html.get("eligibility_description", Markup("")), _line(_ages(low, high))]


def _ages(low: int | None, high: int | None) -> str:
    if low and high:
        return _("Ages %(low)s to %(high)s", low=low, high=high)
    if low:
        return ngettext("From %(num)s year", "From %(num)s years", low)
    return ngettext("Up to %(num)s year", "Up to %(num)s years", high) if high else ""


def _cost(document: Mapping[str, Any], html: Mapping[str, Markup]) -> list[Markup]:
    said = [document.get("fees", ""), *(price_words(option) for option in document.get("cost_options", ()))]
    return [html.get("fees_description", Markup("")), *(_line(text) for text in said)]


def _short(document: Mapping[str, Any]) -> Iterable[Fact]:
    yield _fact(_("Getting in"), _getting_in(document))
    yield _fact(_("Waiting time"), [document.get("wait_time", "")])
    yield _fact(_("Languages"), [listed([language_words(element) for element in document.get("languages", ())])])
    yield _fact(_("Area served"), [listed(areas_served(document))])
    yield _fact(_("Bring"), [element.get("document", "") for element in document.get("required_documents", ())])
    yield _fact(_("Also called"), [document.get("alternate_name", "")])
    yield _fact(_("Registered"), [_identifier(element) for element in document.get("organization_identifiers", ())])


def areas_served(document: Mapping[str, Any]) -> list[str]:
    """The names of the areas whose people something is for, as the record says them; none where it says none."""
    return [area["name"] for area in document.get("service_areas", ()) if area.get("name")]


def _getting_in(document: Mapping[str, Any]) -> Iterable[str]:
    """What helps to get in, the record's own and its places', each once."""
    holders = [document, *document.get("places", ())]
    said = (a for holder in holders for a in holder.get("accessibility", ()))
    return dict.fromkeys(". ".join(p for p in (a.get("description", ""), a.get("details", "")) if p) for a in said)


def _identifier(element: Mapping[str, Any]) -> str:
    return f"{element.get('identifier_type', '')} {element.get('identifier', '')}".strip()


def _links(targets: Iterable[Linked]) -> Markup:
    """Links to records; `format` escapes their addresses and names."""
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(t.url, t.name) for t in targets)
