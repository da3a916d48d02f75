"""A form's way from first look to sent: fill in, look over, send. Law: no answer loses a word that was typed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from webapp.domain.diff import by_group, risk_of
from webapp.domain.errors import NotAllowed, Refused, WellkeptError
from webapp.domain.fields import Risk
from webapp.domain.problems import Problem
from webapp.language import _, mark
from webapp.services.suggest import Alike, Nothing
from webapp.storage.queries import suggest as queries
from webapp.web.context import reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.forms import shown
from webapp.web.forms.sheet import Sheet
from webapp.web.forms.why import NOT_KEPT, Why
from webapp.web.render import page
from webapp.web.wording import refusal_words

Told = list[dict[str, Any]]
Pairs = list[tuple[str, str]]
UNLOOKED = mark("Look again at what is odd, and say that it is right as it stands.")


def posted() -> Pairs:
    """Every pair that was sent."""
    return list(request.form.items(multi=True))


def kept_pairs() -> Pairs:
    """What goes along as hidden values, so that going back finds everything."""
    return [(name, value) for name, value in posted() if name not in NOT_KEPT]


def stopped() -> tuple[int, Told] | None:
    """What stopped this form before it was looked at, as status and problem: nothing is taken from it then."""
    return (g.stopped[0], one(g.stopped[1])) if "stopped" in g else None


def one(text: str, id_: str | None = None) -> Told:
    """A single problem for the summary."""
    return [{"id": id_, "text": text}]


class Flow(ABC):
    """One request. Subclasses say what it is about and what sending does."""

    template = "suggest/form.html"
    review_title = mark("Look it over before sending")
    has_why = True

    def __init__(self, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        self.why = Why(dict(posted()), is_guest=not viewer().is_signed_in)

    # -- what subclasses say ----------------------------------------------------------------------------------

    @abstractmethod
    def page(self) -> dict[str, Any]:
        """The `page` of suggest/_form.html: title, record_title, record_url, action_url, intro, hidden."""

    def sections(self, *, told: bool) -> list[dict[str, Any]]:
        """The sections of the form."""
        groups = self.sheets[0].groups(told=told)
        return [{"name": "record", "title": None, "hint": "", "groups": groups}]

    def further_problems(self) -> Told:
        """What is wrong beside the values themselves."""
        return []

    def barred(self) -> dict[str, Any] | None:
        """What keeps who is looking from sending anything at all, as `barred.barred` says it."""
        return None

    def moved(self) -> Response | None:
        """The answer when the record moved meanwhile."""
        return None

    def changes(self) -> list[dict[str, Any]]:
        """What will be sent, as cards."""
        return shown.changes(reading(), self.sheets[0], shown.rules(storage(), reading()))

    def duplicates(self) -> list[dict[str, str]]:
        """What may be the same."""
        return []

    @abstractmethod
    def execute(self) -> Response:
        """Send it; raises what the service raises."""

    # -- the way ----------------------------------------------------------------------------------------------

    def answer(self) -> Response:
        """What the pressed button asks for."""
        form = request.form
        if request.method == "GET":
            return self.form()
        if told := stopped():
            return self.form(*told)
        pressed = [sheet.press(*(form.get(act, "") for act in ("add", "remove", "whole"))) for sheet in self.sheets]
        if any(pressed) or "find" in form or form.get("step") == "edit":
            return self.form()
        return self.check(form.get("step", "review"))

    def check(self, step: str) -> Response:
        """Refuse, fit onto a moved record, show, or send."""
        if self.barred():
            return self.form(403, one(refusal_words(NotAllowed("protected"))))
        if self.is_refused():
            return self.form(422, told=True)
        if not any(sheet.edits for sheet in self.sheets):
            return self.form(422, one(refusal_words(Nothing())))
        if answer := self.moved():
            return answer
        if step != "send":
            return self.review()
        if self.doubts() and not request.form.get("confirm_doubts"):
            return self.review(422, one(_(UNLOOKED), "confirm_doubts"))
        return self.send()

    def is_refused(self) -> bool:
        """Whether anything stops it."""
        wrong_why = self.has_why and bool(self.why.problems())
        return wrong_why or any(s.report.refusals for s in self.sheets) or bool(self.further_problems())

    def send(self) -> Response:
        """Do it, or show the form again with what stopped it."""
        try:
            return self.execute()
        except Alike as error:
            return self.alike(error)
        except Refused:
            return self.form(422, told=True)
        except WellkeptError as error:
            return self.form(status_of(error), one(refusal_words(error)))

    def doubts(self) -> list[Problem]:
        """What people are asked to look at again."""
        return [doubt for sheet in self.sheets for doubt in sheet.report.doubts]

    def asks_evidence(self) -> bool:
        """Whether to ask once more how somebody knows: of what is not everyday, where they have not said."""
        if not self.has_why or self.why.how_known.how:
            return False
        return any(risk_of(sheet.kind, sheet.edits) is not Risk.LOW for sheet in self.sheets if sheet.edits)

    # -- pages ------------------------------------------------------------------------------------------------

    def form(
        self, status: int = 200, problems: Told | None = None, *, told: bool = False, meanwhile: Iterable[Any] = ()
    ) -> Response:
        """The form with everything that was typed."""
        sections = self.sections(told=told)
        found = [*(problems or []), *(self._summary(sections) if told else [])]
        parts = {
            "kept": _("What you typed is still here."),
            "send_words": _("Look it over before sending"),
            "acts": [],
            "barred": self.barred(),
            "is_typed": request.method == "POST",
            "allowance_words": shown.allowance_words(storage(), reading(), viewer().id),
            "meanwhile": list(meanwhile),
        }
        why = self.why.controls(told=told) if self.has_why else {"reason": None, "evidence": [], "guest": []}
        return page(
            self.template, status, page={**parts, **self.page()}, problems=found, sections=sections, kinds=[], **why
        )

    def review(self, status: int = 200, problems: Told | None = None) -> Response:
        """What will be sent."""
        about = self.page()
        return page(
            "suggest/review.html",
            status,
            page={
                "title": _(self.review_title),
                "record_title": about["record_title"],
                "record_url": about["record_url"],
                "action_url": about["action_url"],
                "hidden": kept_pairs(),
                "reason": self.why.reason if self.has_why else "",
                "evidence_words": self.why.evidence_words() if self.has_why else "",
                "asks_evidence": self.asks_evidence(),
                "changes": self.changes(),
                "doubts": shown.doubts(self.doubts()),
                "duplicates": self.duplicates(),
                "problems": problems or [],
            },
        )

    def alike(self, error: Alike) -> Response:
        """Somebody suggested the same: approve that one, or support it."""
        rows = queries.alike(reading(), [str(error.values["change"])], viewer().id)
        if not rows:
            return self.form(409, one(refusal_words(error)))
        about = shown.alike_page(rows[0], viewer(), self.page()["action_url"], kept_pairs())
        return page("suggest/alike.html", 409, page=about, **self.why.controls())

    def _summary(self, sections: list[dict[str, Any]]) -> Told:
        found: Told = []
        for sheet, section in zip(self.sheets, sections, strict=True):
            found += sheet.summary(section["groups"])
        return [*found, *self.further_problems(), *(self.why.summary() if self.has_why else [])]


def groups_of(sheet: Sheet) -> set[str]:
    """The dotted names of the groups that a sheet changes."""
    return set(by_group(sheet.kind, sheet.edits))
