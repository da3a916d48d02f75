"""How to reach somebody: telephone numbers as they are read and as they are dialled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from webapp.domain.phones import format_phone, tel
from webapp.language import _, mark, present

PHONE_TYPES = mark({
    "fax": "Fax",
    "text": "Text message",
    "textphone": "Textphone",
    "cell": "Mobile",
    "video": "Video",
    "pager": "Pager",
})
SPOKEN = ("", "voice", "cell")
WRITTEN = ("text", "cell")


def contact_view(document: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, address, website; `first` is the act that a phone's first screen offers, None where there is none."""
    url = document.get("url") or document.get("website")
    phones = [_phone(phone) for phone in _numbers(document) if phone.get("number")]
    view = {
        "phones": phones,
        "email": document.get("email"),
        "url": url,
        "url_words": str(url).split("://", 1)[-1].rstrip("/") if url else None,
    }
    return {**view, "first": _first(view)}


NOTHING: dict[str, Any] = {"phones": [], "email": None, "url": None, "url_words": None, "first": None}
"""What a record that is gone offers: nobody answers there any more."""


def _numbers(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    holders = [document, *document.get("places", ()), *document.get("contacts", ())]
    return [phone for holder in holders for phone in holder.get("phones", ())]


def _phone(element: Mapping[str, Any]) -> dict[str, Any]:
    kind = element.get("type", "")
    notes = [
        _(PHONE_TYPES.get(kind, "")),
        element.get("description", ""),
        _("extension %(number)s", number=element["extension"]) if element.get("extension") else "",
    ]
    number, digits = _dialled(element["number"])
    return {
        "number": number,
        "tel": digits,
        "note": _(", ").join(note for note in notes if note) or None,
        "is_spoken": kind in SPOKEN,
        "is_written": kind in WRITTEN,
    }


@lru_cache(maxsize=10_000)
def _dialled(number: str) -> tuple[str, str]:
    """A number as it is read and as it is dialled."""
    return format_phone(number), tel(number)


def _within(number: str) -> str:
    """A number as it stands in a sentence: from left to right, also where the sentence is not."""
    return number if present().direction == "ltr" else f"\N{LEFT-TO-RIGHT ISOLATE}{number}\N{POP DIRECTIONAL ISOLATE}"


def _first(view: Mapping[str, Any]) -> dict[str, str] | None:
    """To call comes first, then to text, to write, to read: {href, icon, words}."""
    for phone in view["phones"]:
        if phone["is_spoken"]:
            words = _("Call %(number)s", number=_within(phone["number"]))
            return {"href": f"tel:{phone['tel']}", "icon": "phone", "words": words}
    for phone in view["phones"]:
        if phone["is_written"]:
            words = _("Text %(number)s", number=_within(phone["number"]))
            return {"href": f"sms:{phone['tel']}", "icon": "mail", "words": words}
    if view["email"]:
        return {"href": f"mailto:{view['email']}", "icon": "mail", "words": _("Write an e-mail")}
    return None
