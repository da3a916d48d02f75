"""Improving a check item: the form of any change, until it is sent, which is told and reaches nothing."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from webapp.domain.errors import NotFound
from webapp.web.check_items import answer, is_check, planted
from webapp.web.forms.amend_flow import AmendFlow


class CheckFlow(AmendFlow):
    """The form of a check item. Its law: what is typed here is kept nowhere."""

    def execute(self) -> Response:
        """Say what it was."""
        return answer(self.change.suggestion_id, "improve")


def improve_check(suggestion_id: str, change_id: str) -> Response:
    """The form, or what became of it. NotFound where there is no such check for who asks."""
    found = planted(suggestion_id)
    if found is not None and found.changes[0].id == change_id:
        return CheckFlow(found.changes[0]).answer()
    if request.method == "POST" and is_check(suggestion_id):  # sent twice, or in another window as well
        return answer(suggestion_id, "improve")
    raise NotFound(what="change")
