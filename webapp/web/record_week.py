"""What happens at a place as a week: Monday to Sunday with times, and in words what is not of every week.

Its law: only what runs, nothing that is over, and nothing at all where nobody knows a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from webapp.domain import hours
from webapp.domain.hours import LONDON, day_names
from webapp.language import _, with_capital
from webapp.storage.queries.happening import Happening
from webapp.web.record_hours import usual

HOLIDAY_WITHIN = 7  # days

View = dict[str, Any]
Line = tuple[time, time, str, str, str, str]
"""A line of a day, in the order of lines: opens, closes, folded name, name, address, remark."""


def week_view(happenings: Iterable[Happening], address: Mapping[str, Any], now: datetime) -> View | None:
    """The context `page.week`; None where no service says a time.

    {days [{name, is_today, items [{times, title, url, note}]}] (first, without a day, what is the same on all of
    them), nothing_on: str ("" when each day has something), others [{title, url, lines}],
    holiday: str ("" when none is near)}
    """
    today = now.astimezone(LONDON).date()
    told = [(one, *usual(_schedules(one), today)) for one in happenings]
    others = [{"title": one.name, "url": one.url, "lines": lines} for one, _slots, lines in told if lines]
    weekdays: dict[Line, set[int]] = {}
    for one, slots, _lines in told:
        for slot in slots:
            line = (slot.opens, slot.closes, one.name.casefold(), one.name, one.url, slot.remark)
            weekdays.setdefault(line, set()).add(slot.weekday)
    if not (weekdays or others):
        return None
    busy = set().union(*weekdays.values())
    return {
        "days": _days(sorted(weekdays.items(), key=lambda pair: pair[0]), today.weekday()),
        "nothing_on": hours.days_words(set(range(7)) - busy) if busy else "",
        "others": others,
        "holiday": _holiday(busy, address, today),
    }


def _days(lines: Sequence[tuple[Line, set[int]]], today: int) -> list[View]:
    """The rows of the week that have something; what is there on every day is said once, before them."""
    names = day_names()
    daily = [_item(line) for line, days in lines if len(days) == len(names)]
    rows = [{"name": _("Every day"), "is_today": False, "items": daily}]
    for day, name in enumerate(names):
        items = [_item(line) for line, days in lines if day in days and len(days) < len(names)]
        rows.append({"name": with_capital(name), "is_today": day == today, "items": items})
    return [row for row in rows if row["items"]]


def _schedules(one: Happening) -> list[Any]:
    """The times of a service at this place: its own here, or where it has none those that hold everywhere."""
    place_id = one.unit.split("/")[1]
    here: Mapping[str, Any] = next((place for place in one.document.get("places", ()) if place["id"] == place_id), {})
    return list(here.get("schedules") or one.document.get("schedules", ()))


def _item(line: Line) -> View:
    opens, closes, _folded, name, url, remark = line
    return {"times": hours.times_words(opens, closes), "title": name, "url": url, "note": remark}


def _holiday(busy: Collection[int], address: Mapping[str, Any], today: date) -> str:
    """A warning where the next days have a bank holiday of the place's nation on which something would happen."""
    nation = hours.nation_of_address(address)
    for day in (today + timedelta(days=ahead) for ahead in range(HOLIDAY_WITHIN + 1)):
        name = hours.bank_holidays(nation, day.year).get(day)
        if name and day.weekday() in busy:
            return _(
                "Times may differ on the bank holiday, %(weekday)s %(date)s (%(name)s).",
                weekday=day_names()[day.weekday()],
                date=hours.date_words(day),
                name=hours.holiday_words(name),
            )
    return ""
