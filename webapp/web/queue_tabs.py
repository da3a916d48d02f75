"""The tabs and filters of the queue, in words: what there is to choose, how many, and what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp.domain.fields import Risk
from webapp.domain.kinds import KINDS
from webapp.language import _, mark, ngettext, with_capital
from webapp.services.queues import LONGEST_NAME
from webapp.storage.queries.queue import ABOUT, Asked
from webapp.storage.queries.queue_beside import MOST, Saved
from webapp.web.context import viewer
from webapp.web.policy_fields import CLASS_NAMES
from webapp.web.queue_asked import NEW, OF_PEOPLE, OF_VOTERS, PAGE, address, queue_in, without

TABS = (
    # Translators: which suggestions are listed
    (mark("For you"), Asked()),
    # Translators: which suggestions are listed
    (mark("No votes yet"), Asked("unvoted")),
    # Translators: which suggestions are listed: those for what somebody looks after
    (mark("You look after"), Asked("stewarded")),
    # Translators: which suggestions are listed: those in the council areas that somebody chose
    (mark("Your areas"), Asked("areas")),
    # Translators: which suggestions are listed: those on the topics that somebody chose
    (mark("Your topics"), Asked("topics")),
    (mark("By newcomers"), Asked("waiting", is_new=True)),
    (CLASS_NAMES[Risk.HIGH], Asked("waiting", risk=Risk.HIGH)),
    (mark("Contested"), Asked("contested")),
    (mark("Needs fitting"), Asked("conflicted")),
    (mark("With moderators"), Asked("escalated")),
    # Translators: which suggestions are listed
    (mark("Yours"), Asked("mine")),
    # Translators: which suggestions are listed
    (mark("All"), Asked("all")),
)
CHOOSE_AREAS = mark("Say which council areas are yours, and what is suggested there waits for you here.")
CHOOSE_TOPICS = mark("Say which topics are yours, and what is suggested on them waits for you here.")
FOR_VISITORS = tuple((name, one) for name, one in TABS if one.show not in OF_PEOPLE)
FOR_VOLUNTEERS = tuple((name, one) for name, one in TABS if one.show not in OF_VOTERS)


def tabs_for() -> tuple[Asked, ...]:
    """What the tabs of whoever looks show, but those of their own."""
    return tuple(one for _name, one in _tabs())


def _tabs() -> tuple[tuple[str, Asked], ...]:
    if viewer().may_review:
        return TABS
    return FOR_VOLUNTEERS if viewer().is_signed_in else FOR_VISITORS


def tabs_view(asked: Asked, counts: Sequence[int], saved: Sequence[Saved]) -> dict[str, Any]:
    """{tabs [{name, url, current, count (blank for none of one's own)}], tabs_url, waiting_words}."""
    own = [(one.name, queue_in(f"{PAGE}?{one.query}") or Asked(), "") for one in saved]
    known = [(_(name), one, _count(n)) for (name, one), n in zip(_tabs(), counts, strict=True)]
    return {
        "tabs": [
            {"name": name, "url": address(one), "current": one == asked, "count": count}
            for name, one, count in [*known, *own]
        ],
        "tabs_url": address(asked, f"{PAGE}/tabs"),
        "waiting_words": _waiting_words(counts[0]) if viewer().may_review else "",
    }


def _count(number: int) -> str:
    return f"{MOST}+" if number > MOST else str(number)


def _waiting_words(number: int) -> str:
    if number > MOST:
        return _("More than %(most)s changes wait for you", most=MOST)
    return ngettext("%(num)s change waits for you", "%(num)s changes wait for you", number)


def kept_here(asked: Asked, saved: Sequence[Saved]) -> dict[str, Any]:
    """Of what is shown: {remove_url|None: where one keeps it no longer, keep|None: {queue, longest} where one may}."""
    here = next((one for one in saved if queue_in(f"{PAGE}?{one.query}") == asked), None)
    may_keep = viewer().is_signed_in and here is None and asked not in tabs_for()
    return {
        "remove_url": f"{PAGE}/saved/{here.id}/remove" if here else None,
        "keep": {"queue": address(asked), "longest": LONGEST_NAME} if may_keep else None,
    }


def chips(asked: Asked, record_name: str | None) -> list[dict[str, str]]:
    """What narrows the queue, each with the address of the page without it."""
    found = []
    if asked.kind:
        found.append({"name": with_capital(_(KINDS[asked.kind].plural)), "url": without(asked, kind="")})
    if asked.risk:
        found.append({"name": _(CLASS_NAMES[Risk(asked.risk)]), "url": without(asked, risk="")})
    if asked.is_new:
        found.append({"name": _("By newcomers"), "url": without(asked, is_new=False)})
    if asked.record:
        found.append({"name": record_name or _("One record"), "url": without(asked, record="")})
    return found


def narrowing(asked: Asked) -> dict[str, Any]:
    """The form that narrows the queue, as it stands; see review/queue.html."""
    kinds = [(code, with_capital(_(kind.plural)), code == asked.kind) for code, kind in KINDS.items()]
    risks = [(str(code), _(CLASS_NAMES[code]), code == asked.risk) for code in Risk]
    is_new = {"new": NEW, "is_new": asked.is_new}
    return {"show": asked.show, "record": asked.record, "kinds": kinds, "risks": risks, **is_new}


def empty_view(asked: Asked, *, has_chosen: bool) -> dict[str, str]:
    """What to say where nothing is shown, and where to go: {title, words, url, url_words}.

    `has_chosen`: the person chose areas or topics, where it is these that are asked for.
    """
    if asked.show in ABOUT and not has_chosen:
        is_area = asked.show == "areas"
        return {
            "title": _("No area chosen yet") if is_area else _("No topic chosen yet"),
            "words": _(CHOOSE_AREAS if is_area else CHOOSE_TOPICS),
            "url": "/account/interests",
            "url_words": _("Choose your areas and topics"),
        }
    see = {"url": "/search", "url_words": _("Look through the directory")}
    return {"title": _("All clear"), "words": _empty_words(asked), **see}


def _empty_words(asked: Asked) -> str:
    if asked.kind or asked.risk or asked.is_new or asked.record:
        return _("Nothing here is like that at the moment. Take a filter away to see more.")
    if asked.show == "waiting":
        return _("Nothing waits for you. Thank you for keeping up.")
    if asked.show == "areas":
        return _("Nothing waits for you in your areas. Thank you for keeping up.")
    if asked.show == "topics":
        return _("Nothing waits for you on your topics. Thank you for keeping up.")
    if asked.show == "mine":
        return _("You have nothing open. Find a record that you know and look whether it is still right.")
    return _("Nothing here at the moment.")
