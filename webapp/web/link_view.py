"""What reviewers read of the links that a suggestion proposes: does each answer, where does it lead, is it dead?

Nothing is asked here: this says what the worker found, and nothing where the site does not go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.links import UNANSWERED, LinkState, is_dead, proposed, said_in
from webapp.language import _, mark
from webapp.storage.queries.links import checks_of
from webapp.storage.queries.review import SuggestionPage
from webapp.web.context import reading, settings_of
from webapp.web.wording import local_day

View = dict[str, Any]
SHORT = 120  # characters of an address
SENTENCES: dict[str, str] = mark({
    LinkState.ANSWERS: "This link answered on %(day)s.",
    LinkState.GONE: "This link was dead on %(day)s: there is no such page.",
    LinkState.BROKEN: "This link answered with an error on %(day)s. The website itself may be broken.",
    LinkState.SHUT: "This link answered on %(day)s, but did not show us the page. Look at it yourself.",
    LinkState.UNTRUSTED: "This link was not safe on %(day)s: its certificate is wrong. A browser would warn people.",
    LinkState.LOST: "This link leads from one address to the next, and never arrives. We tried it on %(day)s.",
    LinkState.UNKNOWN: "This link did not answer on %(day)s: we found no website of this name. We will try again.",
    LinkState.SILENT: "This link did not answer on %(day)s. We will try again.",
    LinkState.UNTRIED: "We do not try this link: it does not lead to an ordinary web address.",
})
DEAD = mark("This link was dead on %(day)s: nobody answered, however often we tried.")
ONWARD = mark("This link leads to another address: “%(address)s”.")
ONWARD_ANSWERS = mark("It answered on %(day)s.")
NOT_YET = mark("We have not tried this link yet.")
BAD = frozenset({LinkState.GONE, LinkState.UNTRUSTED, LinkState.LOST})


@dataclass(frozen=True, slots=True)
class LinksSeen:
    """The links of a suggestion's open changes, and of what was said for them, with how they answered."""

    of_changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_evidence: bool = False  # whether anything is said of links in evidence
    checks: Mapping[str, Any] = field(default_factory=dict)

    def of_change(self, change_id: str) -> list[View]:
        """`links` of desk.change_card; an address stands before its sentence where there are several."""
        urls = self.of_changes.get(change_id, ())
        return [
            {
                "address": _short(url) if len(urls) > 1 else "",
                "words": _words(self.checks.get(url)),
                "is_bad": _is_bad(self.checks.get(url)),
            }
            for url in urls
        ]

    def of_evidence(self, detail: str) -> str:
        """What is to be said after an evidence; "" where it has no link."""
        urls = said_in(detail) if self.has_evidence else ()
        if len(urls) == 1:
            return _words(self.checks.get(urls[0]))
        said = (_("%(address)s: %(words)s", address=_short(url), words=_words(self.checks.get(url))) for url in urls)
        return " ".join(said)


def links_seen(found: SuggestionPage) -> LinksSeen:
    """How the links of a suggestion answered: one query at most, and none where the site does not go out."""
    still_open = [change for change in found.changes if change.state == "open" and change.hidden_at is None]
    if not settings_of().check_links or not still_open:
        return LinksSeen()
    of_changes = {change.id: proposed(change.type, change.kind, change.payload) for change in still_open}
    told = [url for evidence in found.evidence for url in said_in(evidence.detail)]
    return LinksSeen(of_changes, True, checks_of(reading(), _each(of_changes.values(), told)))


def _each(of_changes: Iterable[tuple[str, ...]], told: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*(url for urls in of_changes for url in urls), *told]))


def _words(check: Any) -> str:
    if check is None:
        return _(NOT_YET)
    day, state = local_day(check.checked_at), check.state
    words = _(DEAD if state in UNANSWERED and is_dead(state, check.tries) else SENTENCES[state], day=day)
    if not check.leads_to:
        return words
    onward = _(ONWARD, address=_short(check.leads_to))
    return " ".join((onward, _(ONWARD_ANSWERS, day=day) if state == LinkState.ANSWERS else words))


def _is_bad(check: Any) -> bool:
    return check is not None and (check.state in BAD or is_dead(check.state, check.tries))


def _short(address: str) -> str:
    return address if len(address) <= SHORT else f"{address[:SHORT]}…"
