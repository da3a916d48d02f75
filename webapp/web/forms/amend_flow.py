"""Amending or improving an open change: its own group, with the values as they are proposed now."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import group_words
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotEligible, NotFound
from webapp.domain.kinds import KINDS
from webapp.domain.permissions import Subject, may
from webapp.language import _, listed, mark
from webapp.services import amend
from webapp.services.ending import payload_edits
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.context import actor, person_id, reading, storage, viewer
from webapp.web.forms.barred import barred
from webapp.web.forms.flow import Flow, Told, groups_of, one, posted
from webapp.web.forms.rebase import onto
from webapp.web.forms.sheet import Sheet
from webapp.web.queue_next import along, own_url
from webapp.web.received import number_of
from webapp.web.render import say

IMPROVE = mark("You improve somebody else’s change: both of you will be its authors, so neither of you can vote on it.")
AMEND = mark("Your change begins anew: votes that it has fall away, and those who voted are told.")


def act_on(change: Any, wanted: str) -> str:
    """Which act it is for who asks: the author amends, a reviewer improves; both may rebase. NotAllowed otherwise."""
    authors = queries.authors_of(reading(), change.id)
    is_own = viewer().id == change.author_id
    act = wanted if wanted == "rebase" else "amend" if is_own else "improve"
    action = "amend_change" if is_own else f"{act}_change"
    if change.state != "open":
        raise AlreadyClosed(state=change.state, suggestion=change.suggestion_id)
    verdict = may(actor(), action, Subject(author_ids=authors, author_id=change.author_id, state=change.state))
    if not verdict:
        raise NotAllowed(verdict.code, action=action)
    return act


class AmendFlow(Flow):
    """The form of one change."""

    review_title = mark("Look it over before it begins anew")
    has_why = False

    def __init__(self, change: Any) -> None:
        if change.type != "edit":
            raise NotEligible("only_edits_amend")
        self.change, self.act = change, act_on(change, "amend")
        self.kind, record = KINDS[change.kind], browse.find_by_id(reading(), change.record_id)
        if record is None:
            raise NotFound(what="record")
        self.record = record
        current = queries.document_at(reading(), record.id, record.newest_number) or {}
        wished = onto(self.kind, current, payload_edits(change.payload)).document
        pairs = posted() if request.method == "POST" else None
        sheet = Sheet(reading(), storage().search, self.kind, wished, pairs, against=current, only=change.group)
        super().__init__([sheet])
        self.seen = request.form.get("seen", change.content_version, type=number_of)

    def page(self) -> dict[str, Any]:
        """What it is about."""
        label = group_words(self.kind, self.change.group)
        is_own = self.act == "amend"
        return {
            "title": _("Change your suggestion: %(what)s", what=label)
            if is_own
            else _("Improve this suggestion: %(what)s", what=label),
            "record_title": self.record.name,
            "record_url": self._back(),
            "action_url": along(f"/suggestions/{self.change.suggestion_id}/changes/{self.change.id}/amend"),
            "intro": _(AMEND if is_own else IMPROVE),
            "hidden": [("seen", str(self.seen))],
            "allowance_words": None,
        }

    def further_problems(self) -> Told:
        """A change keeps to its own group."""
        others = groups_of(self.sheets[0]) - {self.change.group}
        if not others or not self.sheets[0].edits:
            return []
        labels = listed(sorted(group_words(self.kind, key) for key in others))
        return one(_("This form is about one part only. Suggest this by itself: %(parts)s.", parts=labels))

    def barred(self) -> dict[str, Any] | None:
        """Whether the record is protected from who is looking."""
        return barred(self.record)

    def execute(self) -> Response:
        """Give the change its new content."""
        command = amend.AmendChange(self.change.id, person_id(), self.seen, self.sheets[0].proposed, self.act)
        amend.amend_change(storage(), command, clock.now())
        say(_("Saved. Reviewers see it as it reads now."))
        return redirect(self._back(), 303)

    def _back(self) -> str:
        return own_url(self.change.suggestion_id, f"change-{self.change.id}")
