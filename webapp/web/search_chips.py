"""What a page of results says of its own search: what narrows it, its order, where it looks, what else to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.domain.asking import DAYS, LATE
from webapp.domain.hours import day_names
from webapp.domain.words import STOP_WORDS
from webapp.gazetteer import HERE, Place, is_wide
from webapp.language import _, alternatives, listed, mark, ngettext
from webapp.services.found import Found
from webapp.web.area_names import NATIONS
from webapp.web.language_names import language_name
from webapp.web.search_asked import Asked
from webapp.web.search_filters import Filter
from webapp.web.somewhere import NOWHERE, edge_words, with_council

BETWEEN = "\0"  # stands for a name in a list of which only the words between the names are wanted
SORT_NAMES = mark({"best": "Best", "nearest": "Nearest", "checked": "Last checked", "name": "A to Z"})


def chips(asked: Asked, filters: Mapping[str, Filter]) -> list[dict[str, str]]:
    """What narrows the search, each with the address of the page without it."""
    return [{"name": name, "url": url} for name, url in _chips(asked, filters)]


def _chips(asked: Asked, filters: Mapping[str, Filter]) -> Iterator[tuple[str, str]]:
    if asked.where.place:
        yield _near_words(asked.where.place), asked.address(near="", where=NOWHERE, within=0)
    if asked.within:
        yield within_words(asked.within), asked.address(within=0)
    if asked.day:
        yield open_words(asked), asked.address(day="", at="")
    for name, code in asked.chosen:
        yield filters[name].labels.get(code) or language_name(code), asked.without_value(name, code)
    if asked.checked:
        yield _checked_words(asked.checked), asked.address(checked=0)
    if asked.for_elsewhere:
        yield _("for people elsewhere too"), asked.address(for_elsewhere=False)


def open_words(asked: Asked) -> str:
    """ "open now", "open late (at 20:00 or later today)", "open on Tuesday at 18:30"."""
    if asked.day == "now":
        return _("open now")
    if asked.day == "late":
        return _("open late (at %(time)s or later today)", time=LATE)
    return _("open on %(day)s at %(time)s", day=day_names()[DAYS.index(asked.day)], time=asked.at or "12:00")


def _near_words(place: Place) -> str:
    return _("near where you are") if place.name == HERE else _("near %(place)s", place=place.name)


def within_words(miles: int) -> str:
    """ "within 5 miles"."""
    return ngettext("within %(num)s mile", "within %(num)s miles", miles)


def _checked_words(months: int) -> str:
    return ngettext("checked within %(num)s month", "checked within %(num)s months", months)


def sorts(asked: Asked) -> list[dict[str, Any]]:
    """The orders that make sense here: {name, url, is_chosen}."""
    return [
        {"name": _(name), "url": asked.address(sort=sort), "is_chosen": sort == asked.sort}
        for sort, name in SORT_NAMES.items()
        if sort != "nearest" or asked.where.place
    ]


def where_view(asked: Asked) -> dict[str, Any]:
    """What the page says of the place: its name, what it stands in for, which others there are."""
    where, place = asked.where, asked.where.place
    return {
        "name": place.name if place else "",
        "typed": where.typed,
        "unknown": "" if place else where.typed,
        "is_wide": place is None and is_wide(where.typed),
        "stands_in_for": place.asked if place else "",
        "respelt": where.typed if where.is_respelt else "",
        "edge": edge_words(place, within_words(asked.within)) if place and asked.within else "",
        "is_device": place is not None and place.name == HERE,
        "within": _within_which(place) if place and where.others else "",
        "is_area": place is not None and place.scale == "council",
        "area": asked.address(near=with_council(place.area)) if place and place.area else "",
        "as_word": asked.address(near="", where=NOWHERE, what=asked.typed, as_words=True) if where.is_guess else "",
        "before_others": alternatives([BETWEEN] * len(where.others)).split(BETWEEN),
        "others": [
            {"name": one.name, "council": one.council, "url": asked.address(near=with_council(one))}
            for one in where.others
        ],
    }


def _within_which(place: Place) -> str:
    """What tells a place from others of its name: its council area, or its nation where that is called as it is."""
    is_called_as_it = place.scale == "council" or place.is_council_known
    if place.council and not is_called_as_it:
        return place.council
    return _(NATIONS[place.nation]) if place.nation else ""


def spelling_view(asked: Asked, found: Found) -> dict[str, Any]:
    """What was typed and has been taken for other words, what means the same, or may have been meant otherwise."""
    taken = found.corrected.replaced if found.corrected else ()
    meant = found.meant.text if found.meant else ""
    same = [(typed, listed([_("“%(words)s”", words=one) for one in others])) for typed, others in found.same]
    return {
        "taken": taken,
        "same": same if found.hits else [],
        "meant": meant,
        "meant_url": asked.address(what=meant) if meant else "",
    }


def empty_handed(asked: Asked, filters: Mapping[str, Filter]) -> dict[str, Any]:
    """What to try where nothing was found: without each filter, with fewer words, further away."""
    wider = [{"name": _("without “%(part)s”", part=one["name"]), "url": one["url"]} for one in chips(asked, filters)]
    words = [word for word in asked.what.split() if word.casefold().strip(",.;") not in STOP_WORDS]
    fewer = []
    if len(words) > 1:
        for place in range(len(words)):
            rest = " ".join(words[:place] + words[place + 1 :]).strip(",. ")
            fewer.append({"name": rest, "url": asked.address(what=rest)})
    return {"any_time": asked.address(day="", at=""), "wider": wider, "fewer": fewer[:6]}
