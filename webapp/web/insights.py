"""How reviewing goes, for everybody: figures as pictures and tables, and what is said when decisions take long."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp.domain.hours import date_words
from webapp.domain.insights import SLOW, WEEK, Figures, Week
from webapp.language import _, mark, ngettext, number_words
from webapp.storage.queries import insights as queries
from webapp.web.access import allow
from webapp.web.charts import chart
from webapp.web.context import reading
from webapp.web.render import page
from webapp.web.tagged import tagged

blueprint = Blueprint("insights", __name__)
AGES = (
    mark("Up to 1 day"),
    mark("1 to 3 days"),
    mark("3 to 7 days"),
    mark("7 to 14 days"),
    mark("More than 14 days"),
)
View = dict[str, Any]


@blueprint.get("/insights")
@allow("read_history")
def insights() -> Response:
    """The figures as they were counted last."""
    found = queries.figures(reading())
    return tagged(lambda _: found, lambda: _insights(found))


def _insights(found: Figures | None) -> Response:
    shown: View = {"figures": None, "slow": None}
    if found is not None and found.weeks:
        days = [date_words(found.counted_at - WEEK * back) for back in reversed(range(len(found.weeks)))]
        shown = {
            "slow": slow_words(found),
            "figures": {
                "counted_at": found.counted_at,
                "ends": (days[0], days[-1]),
                "pictures": [
                    _hours(found, days), _backlog(found), _reverted(found, days), _active(found, days)
                ],
            },
        }  # fmt: skip
    return page("browse/insights.html", page=shown)


def slow_words(found: Figures | None) -> str | None:
    """What is said where the median passes the limit; None where it does not."""
    if found is None or not found.is_slow:
        return None
    hours = _hour_words(found.weeks[-1].median or 0)  # as the picture below says it
    return _("Decisions take long at the moment: half of last week’s took about %(hours)s or more.", hours=hours)


def _hours(found: Figures, days: list[str]) -> View:
    newest = found.weeks[-1]
    drawn = chart(
        (("back", 0.8, [week.ninth for week in found.weeks]), ("front", 0.4, [week.median for week in found.weeks])),
        SLOW,
        24,
    )
    if newest.median is None or newest.ninth is None:
        words = _("Nothing was decided in the last seven days.")
    else:
        words = _(
            "In the last seven days half of all decisions took up to %(half)s, and nine of ten up to %(nine)s.",
            half=_hour_words(newest.median),
            nine=_hour_words(newest.ninth),
        )
    return {
        "id": "hours",
        "name": _("How long decisions take"),
        "words": words,
        "chart": drawn,
        "top": _hour_words(drawn.top),
        "by_week": True,
        "key": [
            ("front", _("Half were quicker (the median)")),
            ("back", _("Nine of ten were quicker")),
            *([("limit", _hour_words(SLOW))] if drawn.line is not None else []),
        ],
        "head": [_("Seven days to"), _("Decided"), _("Half within"), _("Nine of ten within")],
        "rows": [
            (day, number_words(week.decided), _hours_or_none(week.median), _hours_or_none(week.ninth))
            for day, week in _newest_first(days, found)
        ],
    }


def _backlog(found: Figures) -> View:
    total, drawn = sum(found.backlog), chart((("front", 0.7, found.backlog),), least=5)
    names = [_(name) for name in AGES]
    return {
        "id": "backlog",
        "name": _("What waits, by how long it has waited"),
        "words": ngettext("%(num)s change waits to be decided.", "%(num)s changes wait to be decided.", total),
        "chart": drawn,
        "top": number_words(int(drawn.top)),
        "by_week": False,
        "key": [],
        "places": (names[0], names[-1]),
        "head": [_("Has waited"), _("Changes")],
        "rows": [(name, number_words(count)) for name, count in zip(names, found.backlog, strict=True)],
    }


def _reverted(found: Figures, days: list[str]) -> View:
    shares = [100 * week.reverted / week.applied if week.applied else None for week in found.weeks]
    applied, reverted = (sum(getattr(week, name) for week in found.weeks) for name in ("applied", "reverted"))
    drawn = chart((("front", 0.7, shares),), least=10)
    if applied:
        share = _share_words(reverted, applied)
        words = _("Of all changes that applied within the quarter, %(share)s were reverted since.", share=share)
    else:
        words = _("No change applied within the quarter.")
    return {
        "id": "reverted",
        "name": _("What was reverted since"),
        "words": words,
        "chart": drawn,
        "top": _("%(number)s %%", number=number_words(int(drawn.top))),
        "by_week": True,
        "key": [],
        "head": [_("Seven days to"), _("Applied"), _("Reverted since")],
        "rows": [
            (day, number_words(week.applied), _("%(count)s (%(share)s)", count=number_words(week.reverted),
             share=_share_words(week.reverted, week.applied)) if week.applied else number_words(0))
            for day, week in _newest_first(days, found)
        ],
    }  # fmt: skip


def _active(found: Figures, days: list[str]) -> View:
    full = [week.active if not week.reduced else None for week in found.weeks]
    reduced = [week.active if week.reduced else None for week in found.weeks]
    drawn, newest = chart((("front", 0.7, full), ("back", 0.7, reduced)), least=10), found.weeks[-1]
    words = ngettext(
        "%(num)s person has voted in the last four weeks.", "%(num)s people have voted in the last four weeks.",
        newest.active,
    )  # fmt: skip
    return {
        "id": "active",
        "name": _("Active reviewers, and which rules were in force"),
        "words": words,
        "chart": drawn,
        "top": number_words(int(drawn.top)),
        "by_week": True,
        "key": [("front", _("The full rules")), ("back", _("The rules for few reviewers, at least in part"))],
        "head": [_("Seven days to"), _("Active reviewers"), _("Days under the rules for few reviewers")],
        "rows": [
            (day, number_words(week.active), number_words(week.reduced)) for day, week in _newest_first(days, found)
        ],
    }


def _newest_first(days: list[str], found: Figures) -> list[tuple[str, Week]]:
    return list(zip(days, found.weeks, strict=True))[::-1]


def _hour_words(hours: float) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", round(hours))


def _hours_or_none(hours: float | None) -> str:
    return "–" if hours is None else _hour_words(hours)


def _share_words(part: int, whole: int) -> str:
    return _("%(number)s %%", number=number_words(round(100 * part / whole, 1)))
