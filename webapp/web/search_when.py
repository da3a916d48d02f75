"""Choices, with counts: when things have to be open, how far away they may be, and since when they are checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from webapp.domain import hours
from webapp.domain.asking import DAYS, LATE
from webapp.domain.geo import MILE
from webapp.domain.hours import day_names
from webapp.language import _, ngettext
from webapp.services.found import TIME, Found
from webapp.services.found_order import Checks
from webapp.web.search_asked import CHECKED, WITHIN, Asked, since
from webapp.web.search_chips import within_words

Choice = dict[str, Any]
"""{name, url, is_chosen}; where it can be counted records and is_least, and is_about where that is not to the one."""


def when_view(asked: Asked, found: Found, now: datetime, checks: Checks) -> dict[str, Any]:
    """{opens, days, at, within, checked, kept}: see the template of results. `checks`: those of the results."""
    days = [
        {"code": day, "name": name, "is_chosen": day == asked.day}
        for day, name in zip(DAYS, day_names(), strict=True)
    ]
    return {
        "opens": [_open(asked, found, now, "now"), _open(asked, found, now, "late")],
        "days": days,
        "at": asked.at,
        "within": [_within(asked, found, miles) for miles in WITHIN if asked.where.place],
        "checked": [_checked(asked, found, months, since(months, now), checks) for months in CHECKED],
        "kept": [pair for pair in asked.pairs() if pair[0] not in ("open", "at", "from")],
    }


def _open(asked: Asked, found: Found, now: datetime, day: str) -> Choice:
    """Open now, or late: counted by the hours of a usual week, so about; the results say it of each."""
    name = _("Open now") if day == "now" else _("Open late (at %(time)s or later today)", time=LATE)
    is_chosen = asked.day == day
    choice = {"name": name, "url": asked.address(day="" if is_chosen else day, at=""), "is_chosen": is_chosen}
    then = replace(asked, day=day)
    counted = found.counted(TIME)
    tags = hours.tags_at(then.moment(now) or now, then.last_moment(now))
    records = hours.count_with(tags, [hit.hours for hit in counted.hits])
    return choice | _count(records, is_least=counted.is_capped, is_about=records > 0)


def _within(asked: Asked, found: Found, miles: int) -> Choice:
    reach = asked.where.place.reach if asked.where.place else 0.0
    most = miles * MILE + reach
    records = sum(hit.away is not None and hit.away <= most for hit in found.lot.at_any_distance)
    count = _count(records, is_least=most > found.whole_within, is_about=bool(asked.day))
    return _pick(asked, within_words(miles), "within", miles) | count


def _checked(asked: Asked, found: Found, months: int, moment: datetime, checks: Checks) -> Choice:
    name = ngettext("%(num)s month", "%(num)s months", months)
    records = sum(time >= moment for time in checks.times) if months != asked.checked else len(found.hits)
    is_least = found.is_capped or (checks.is_capped and months != asked.checked)
    return _pick(asked, name, "checked", months) | _count(records, is_least=is_least, is_about=bool(asked.day))


def _count(records: int, *, is_least: bool, is_about: bool) -> Choice:
    """Where none was found among those that were looked at, and there are others, nobody knows."""
    return {"records": records, "is_least": is_least, "is_about": is_about} if records or not is_least else {}


def _pick(asked: Asked, name: str, part: str, value: int) -> Choice:
    """A choice of a number that is taken back where it is chosen."""
    is_chosen = getattr(asked, part) == value
    return {"name": name, "url": asked.address(**{part: 0 if is_chosen else value}), "is_chosen": is_chosen}
