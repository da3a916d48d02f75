"""How many results there are, and which of them were not looked at; its law: what is not the whole says so."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.domain.needs import CANDIDATES
from webapp.language import _, ngettext, number_words
from webapp.services.found import Found
from webapp.storage.search import Hit
from webapp.web.search_asked import Asked


def total_words(count: int, *, is_least: bool) -> str:
    """ "12 results", "At least 43 results"."""
    if is_least:
        return ngettext("At least %(num)s result", "At least %(num)s results", count)
    return ngettext("%(num)s result", "%(num)s results", count)


def total_open_words(count: int, *, is_least: bool, is_now: bool) -> str:
    """ "12 results open now", "At least 3 results open then"."""
    if is_least and is_now:
        return ngettext("At least %(num)s result open now", "At least %(num)s results open now", count)
    if is_least:
        return ngettext("At least %(num)s result open then", "At least %(num)s results open then", count)
    if is_now:
        return ngettext("%(num)s result open now", "%(num)s results open now", count)
    return ngettext("%(num)s result open then", "%(num)s results open then", count)


def about_open_words(count: int, *, is_now: bool) -> str:
    """Where there are more than anybody would count: "About 700 results open now"."""
    if is_now:
        return ngettext("About %(num)s result open now", "About %(num)s results open now", count)
    return ngettext("About %(num)s result open then", "About %(num)s results open then", count)


def unseen_words(looked_at: int = CANDIDATES) -> str:
    """Where the results end though more fit: how to come by the others."""
    return _(
        "More than %(number)s fit, and we did not look at all of them. To see others, add a word or a place, or narrow"
        " the search down.",
        number=number_words(looked_at),
    )


def order_words(asked: Asked, found: Found, shown: Sequence[Hit]) -> str:
    """Where an order that was asked for is that of some only; blank where nothing would stand between these."""
    if not found.is_capped or asked.sort == "best" or (asked.sort == "nearest" and _are_all_around(found, shown)):
        return ""
    return _(
        "More than %(number)s fit. Only those that we looked at are in this order; others would stand between them.",
        number=number_words(CANDIDATES),
    )


def _are_all_around(found: Found, shown: Sequence[Hit]) -> bool:
    return all(hit.away is not None and hit.away <= found.whole_within for hit in shown)
