"""A search as it stands in an address: what was typed, which filters are in force, and the address of any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import get_args
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from webapp.domain.asking import DAYS, LATE, without_open
from webapp.domain.geo import MILE
from webapp.domain.hours import LONDON
from webapp.gazetteer import HERE
from webapp.services.found import Search
from webapp.services.found_order import Sort
from webapp.web.search_filters import Filter
from webapp.web.somewhere import NOWHERE, Where, somewhere, understood

LONGEST = 200  # characters that are read of what was typed
WITHIN = (1, 5, 10, 25)  # miles
CHECKED = (3, 6, 12)  # months
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was typed into both boxes, and as it was understood. `chosen` are pairs of filter and value."""

    typed: str = ""
    near: str = ""
    what: str = ""
    where: Where = NOWHERE
    day: str = ""  # "now", "late" (today), "mon" to "sun", or blank
    at: str = ""  # "18:30", with a day of the week
    chosen: tuple[tuple[str, str], ...] = ()
    within: int = 0
    checked: int = 0
    for_elsewhere: bool = False
    as_words: bool = False  # the end of what was typed is no place
    sort: Sort = "best"
    start: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether anything was asked for: words, a place, a filter's value, or a time."""
        return bool(self.what or self.where.place or self.chosen or self.day)

    def address(self, **other: object) -> str:
        """The page of the same search from its beginning, or with something else in place of a part of it."""
        one = replace(self, **{"start": 0, **other})  # type: ignore[arg-type]  # names of our own fields
        return "/search?" + urlencode(list(one.pairs()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The query of its address; what is at its default is not said."""
        yield "q", self.what
        said: Mapping[str, object] = {
            "near": self.near or self.where.typed,
            "open": self.day,
            "at": self.at,
            "within": self.within,
            "checked": self.checked,
            "areas": "all" if self.for_elsewhere else "",
            "words": "all" if self.as_words else "",
            "sort": self.sort if self.sort != "best" else "",
        }
        yield from ((name, str(value)) for name, value in said.items() if value)
        yield from self.chosen
        if self.start:
            yield "from", str(self.start)

    def with_value(self, name: str, code: str, *, is_one: bool) -> str:
        """The page with a filter's value chosen; in place of its other one, where only one can be."""
        others = [pair for pair in self.chosen if pair != (name, code) and not (is_one and pair[0] == name)]
        return self.address(chosen=(*others, (name, code)))

    def without_value(self, name: str, code: str) -> str:
        """The page without it."""
        return self.address(chosen=tuple(pair for pair in self.chosen if pair != (name, code)))

    def moment(self, now: datetime) -> datetime | None:
        """When things have to be open: now, late today, or at that day's time within the week to come.

        None where it is not asked. Of what is open late, this is the first moment; see `last_moment`.
        """
        if not self.day:
            return None
        if self.day == "now":
            return now
        today = now.astimezone(LONDON)
        if self.day == "late":
            return max(now, datetime.combine(today, time.fromisoformat(LATE), LONDON))
        day = today.date() + timedelta(days=(DAYS.index(self.day) - today.weekday()) % 7)
        return datetime.combine(day, time.fromisoformat(self.at or "12:00"), LONDON)

    def last_moment(self, now: datetime) -> datetime | None:
        """Until when it is enough to open, late today: whatever opens at ten in the evening is open late."""
        return datetime.combine(now.astimezone(LONDON), time.max, LONDON) if self.day == "late" else None

    def search(self, filters: Mapping[str, Filter], now: datetime) -> Search:
        """What the services look for."""
        place = self.where.place
        narrowed = {
            name if filters[name].is_one else f"{name} {code}": filters[name].tags[code] for name, code in self.chosen
        }
        return Search(
            words=self.what,
            wished=place.name if place and place.name != HERE else "",
            place=place,
            narrowed=narrowed,
            exchanged=[name for name, _code in self.chosen if filters[name].is_exchanged],
            open_at=self.moment(now),
            open_until=self.last_moment(now),
            within=self.within * MILE if self.within else None,
            checked_since=since(self.checked, now) if self.checked else None,
            for_elsewhere=self.for_elsewhere,
            sort=self.sort,
        )


def since(months: int, now: datetime) -> datetime:
    """So many months ago, each a twelfth of a year."""
    return now - timedelta(days=months * 365 / 12)


def asked_in(
    arguments: MultiDict[str, str],
    filters: Mapping[str, Filter],
    are_words: Callable[[str], bool] = lambda _: False,
) -> Asked:
    """What an address asks for. What it asks in words that no filter knows is left out, as if it were not there.

    `are_words`: see `understood`.
    """
    typed, near = _text(arguments, "q"), _text(arguments, "near")
    timed = without_open(typed)
    as_words = arguments.get("words") == "all" and not near
    if near:
        what, where = timed.rest, somewhere(near)
    else:
        what, where = (timed.rest, NOWHERE) if as_words else understood(timed.rest, are_words)
    day = timed.day or _one_of(arguments, "open", ("now", "late", *DAYS))
    return Asked(
        typed,
        near,
        what,
        where,
        day,
        (timed.at or _time(arguments)) if day in DAYS else "",
        tuple(_chosen(arguments, filters)),
        int(_one_of(arguments, "within", [str(miles) for miles in WITHIN]) or 0) if where.place else 0,
        int(_one_of(arguments, "checked", [str(months) for months in CHECKED]) or 0),
        arguments.get("areas") == "all",
        as_words,
        next((sort for sort in SORTS if sort == arguments.get("sort")), "best"),
        max(arguments.get("from", 0, type=int), 0),
    )


def _text(arguments: MultiDict[str, str], name: str) -> str:
    return arguments.get(name, "")[:LONGEST].strip()


def _one_of(arguments: MultiDict[str, str], name: str, known: tuple[str, ...] | list[str]) -> str:
    value = arguments.get(name, "")
    return value if value in known else ""


def _time(arguments: MultiDict[str, str]) -> str:
    try:
        return f"{time.fromisoformat(arguments.get('at', '')[:5]):%H:%M}"
    except ValueError:
        return ""


def _chosen(arguments: MultiDict[str, str], filters: Mapping[str, Filter]) -> Iterator[tuple[str, str]]:
    for name, one in filters.items():
        values = list(dict.fromkeys(value for value in arguments.getlist(name) if value in one.tags))
        yield from ((name, value) for value in (values[:1] if one.is_one else values))
