"""Suggesting a change to a record, looking it over, sending it. Law: no error loses a word that was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import by_group, diff, group_label
from webapp.domain.errors import Refused, WellkeptError
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.services import suggest
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.access import allow
from webapp.web.context import person_id, read_anew, reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.forms import shown
from webapp.web.forms.rebase import onto
from webapp.web.forms.sheet import Sheet
from webapp.web.forms.why import NOT_KEPT, Why
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("suggest", __name__)
PATHS = {kind.path: kind for kind in KINDS.values()}
RECORD = "/<any({}):path>/<slug>".format(", ".join(f'"{path}"' for path in PATHS))
RETRY = {429: "300", 503: "2"}
INTRO = "Change only what you know. The rest stays as it is. Neighbours look at your suggestion before it shows."
MOVED = "Somebody else changed this while you were writing. Check what you typed against it."


# -- a change to a record -----------------------------------------------------------------------------------


@blueprint.route(f"{RECORD}/suggest", methods=["GET", "POST"])
@allow("suggest_change")
def change(path: str, slug: str) -> Response:
    """The form of a record; look over; send."""
    record = find_record(PATHS[path], slug)
    if isinstance(record, Response):
        return record
    if not viewer().is_signed_in and request.method == "GET":
        return ask_to_sign_in()
    return ChangeForm(PATHS[path], record).answer()


class ChangeForm:
    """One request for the form of a record that is there."""

    def __init__(self, kind: Kind, record: Any) -> None:
        self.kind, self.record = kind, record
        self.pairs = posted()
        self.number, base = self._base()
        pairs = self.pairs if request.method == "POST" else None
        self.sheet = Sheet(reading(), storage().search, kind, base, pairs)
        self.why = Why(dict(self.pairs))

    def answer(self) -> Response:
        """What the pressed button asks for."""
        if request.method == "GET":
            return self.form()
        if not viewer().is_signed_in:
            return self.form(403, [{"id": None, "text": refusal_words(WellkeptError("sign_in_needed"))}])
        if self.sheet.press(request.form.get("add", ""), request.form.get("remove", "")) or "find" in request.form:
            return self.form()
        step = request.form.get("step", "review")
        return self.form() if step == "edit" else self.check(step)

    def check(self, step: str) -> Response:
        """Refuse, rebase, show or send."""
        if self.sheet.report.refusals or self.why.problems():
            return self.form(422, told=True)
        if not self.sheet.edits:
            return self.form(422, [{"id": None, "text": refusal_words(suggest.Nothing())}])
        if self.number != self.record.newest_number:
            return self.moved()
        if step == "send" and (not self.sheet.report.doubts or request.form.get("confirm_doubts")):
            return self.send()
        unlooked = [{"id": "confirm_doubts", "text": "Look again at what is odd, and say that it is right."}]
        return self.review(422, unlooked) if step == "send" else self.review()

    def send(self) -> Response:
        """Store the suggestion and show it."""
        command = suggest.SuggestChange(
            person_id(), self.record.id, self.number, self.sheet.proposed, self.why.reason, self.why.how_known
        )
        try:
            done = suggest.suggest_change(storage(), command, clock.now())
        except suggest.Alike as error:
            return alike(error, self.action, kept_pairs(self.pairs))
        except WellkeptError as error:
            return self.failed(error)
        return sent(done)

    def failed(self, error: WellkeptError) -> Response:
        """The form again, with what stopped it."""
        if isinstance(error, Refused):
            return self.form(422, told=True)
        return self.form(status_of(error), [{"id": None, "text": refusal_words(error)}])

    # -- pages ------------------------------------------------------------------------------------------------

    def form(
        self,
        status: int = 200,
        problems: list[dict[str, Any]] | None = None,
        *,
        told: bool = False,
        meanwhile: list[Any] | None = None,
    ) -> Response:
        """The form with everything that was typed."""
        groups = self.sheet.groups(told=told)
        found = [*(problems or []), *(self.sheet.summary(groups) + self.why.summary() if told else [])]
        shown_page = form_page(
            title="Suggest a change",
            record_title=self.title,
            record_url=self.url,
            action_url=self.action,
            intro=INTRO,
            hidden=[("base_revision", str(self.number))],
            meanwhile=meanwhile or [],
        )
        response = page(
            "suggest/form.html",
            status,
            page=shown_page,
            problems=found,
            sections=[{"name": "record", "title": None, "hint": "", "groups": groups}],
            **self.why.controls(told=told),
        )
        return with_retry(response)

    def review(self, status: int = 200, problems: list[dict[str, Any]] | None = None) -> Response:
        """What will be sent."""
        changes = shown.changes(reading(), self.kind, self.sheet.edits, shown.rules(storage(), reading()))
        return page(
            "suggest/review.html",
            status,
            page=shown.review_page(
                title="Look it over",
                record_title=self.title,
                record_url=self.url,
                action_url=self.action,
                hidden=kept_pairs(self.pairs),
                why=self.why,
                changes=changes,
                doubts=self.sheet.report.doubts,
                duplicates=shown.waiting(
                    reading(), self.kind, self.record.id, set(by_group(self.kind, self.sheet.edits))
                ),
                problems=problems or [],
            ),
        )

    def moved(self) -> Response:
        """The record moved meanwhile: what changed, and the form with what was typed fitted onto it."""
        current, edits = self.current(), self.sheet.edits
        between = diff(self.kind, self.sheet.base, current)
        fitted = onto(self.kind, current, edits)
        self.number = self.record.newest_number
        finds = self.sheet.typed.finds
        self.sheet = Sheet(reading(), storage().search, self.kind, current)
        self.sheet.typed = replace(self.sheet.typed, values=fitted.document, finds=finds)
        told: list[dict[str, Any]] = [{"id": "meanwhile", "text": MOVED}]
        told += [
            {"id": None, "text": f"This no longer has a place: {text}"}
            for text in fitted.lost_words(reading(), self.kind)
        ]
        meanwhile = [
            {"label": group_label(self.kind, key), "units": shown.units(reading(), self.kind, part)}
            for key, part in by_group(self.kind, between).items()
        ]
        return self.form(409, told, meanwhile=meanwhile)

    # -- what it is about -------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The record's name."""
        return self.record.name or "this place"

    @property
    def url(self) -> str:
        """The record's address."""
        return browse.url_of(self.kind.name, self.record.slug)

    @property
    def action(self) -> str:
        """The form's address."""
        return f"{self.url}/suggest"

    def current(self) -> dict[str, Any]:
        """The record as it is now."""
        document = queries.document_at(reading(), self.record.id, self.record.newest_number)
        return document or {}

    def _base(self) -> tuple[int, dict[str, Any]]:
        number = request.form.get("base_revision", "")
        if number.isascii() and number.isdecimal() and len(number) < 9:
            document = queries.document_at(reading(), self.record.id, int(number))
            if document is not None:
                return int(number), document
        return self.record.newest_number, self.current()


# -- what every form shares ---------------------------------------------------------------------------------


def posted() -> list[tuple[str, str]]:
    """Every pair that was sent."""
    return list(request.form.items(multi=True))


def kept_pairs(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What goes along as hidden values, so that going back finds everything."""
    return [(name, value) for name, value in pairs if name not in NOT_KEPT]


def find_record(kind: Kind, slug: str) -> Any:
    """The record's row, or a redirect to where it is now; 404 otherwise."""
    row = browse.find_record(reading(), kind.name, slug)
    if row is None:
        elsewhere = browse.moved_to(reading(), kind.name, slug)
        return redirect(f"{elsewhere}/suggest", 308 if request.method == "POST" else 303) if elsewhere else abort(404)
    if row.status == "merged" and (into := browse.find_by_id(reading(), row.merged_into or "")):
        return redirect(browse.url_of(into.kind, into.slug) + "/suggest", 303)
    return row if row.status not in ("void", "merged") else abort(404)


def ask_to_sign_in() -> Response:
    """Suggesting needs an account; the way back is remembered."""
    from flask import url_for

    return redirect(url_for("account.sign_in", next=request.path), 303)


def form_page(**given: Any) -> dict[str, Any]:
    """The `page` of suggest/_form.html."""
    return {
        "kept": "What you typed is still here.",
        "send_words": "Look it over before sending",
        "meanwhile": [],
        "allowance_words": shown.allowance_words(storage(), reading(), viewer().id),
        **given,
    }


def with_retry(response: Response) -> Response:
    """Say when to try again, where that is the answer."""
    if response.status_code in RETRY:
        response.headers["Retry-After"] = RETRY[response.status_code]
    return response


def sent(done: suggest.Suggested) -> Response:
    """To the suggestion that was stored."""
    read_anew()
    say("Thank you. Your suggestion is with the reviewers now.")
    return redirect(f"/suggestions/{done.suggestion_id}", 303)


def alike(error: suggest.Alike, action: str, hidden: list[tuple[str, str]]) -> Response:
    """Somebody suggested the same: approve that one, or support it."""
    read_anew()
    row = queries.find_change(reading(), str(error.values["suggestion"]), str(error.values["change"]))
    if row is None:
        abort(404)
    return page(
        "suggest/alike.html", 409, page=shown.alike_page(reading(), row, viewer(), action, hidden), **Why({}).controls()
    )
