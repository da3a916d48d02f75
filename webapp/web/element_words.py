"""What an element of a list says in one line, wherever it is shown: a language, a price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from webapp.domain.hours import date_words
from webapp.language import _
from webapp.web.language_names import language_name, said_name


def language_words(element: Mapping[str, Any]) -> str:
    """ "Gaelic (on Tuesdays)"; the code only where nothing else is known."""
    name = said_name(str(element.get("name", ""))) or language_name(str(element.get("code", "")))
    return f"{name} ({element['note']})" if element.get("note") else name


def price_words(element: Mapping[str, Any]) -> str:
    """ "Concessions: £4.00", with what is said beside it; an amount never stands beside the code of a currency."""
    currency = element.get("currency", "GBP")
    amount = f"{'£' if currency == 'GBP' else currency + ' '}{element['amount']}" if element.get("amount") else ""
    said = ": ".join(part for part in (element.get("option", ""), amount) if part)
    return _(", ").join(part for part in (said, element.get("amount_description", ""), _dates(element)) if part)


def _dates(element: Mapping[str, Any]) -> str:
    """When it holds: "from 1 May 2026 until 30 June 2026"; "" for always."""
    first, last = (_day(element[name]) if element.get(name) else "" for name in ("valid_from", "valid_to"))
    if first and last:
        return _("from %(first)s until %(last)s", first=first, last=last)
    return _("from %(day)s", day=first) if first else _("until %(day)s", day=last) if last else ""


def _day(text: str) -> str:
    try:
        return date_words(date.fromisoformat(text))
    except ValueError:
        return text  # imports keep what they can't read
