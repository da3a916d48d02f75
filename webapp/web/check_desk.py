"""Where moderators make up checks: the ones in use, a form for another, and the sums without names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.check_items import plantable
from webapp.domain.errors import CapReached, Problem, Refused, Stale
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.language import _, mark, ngettext, number_words
from webapp.services import check_items as service
from webapp.storage.queries import browse
from webapp.storage.queries import check_items as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.check_items import RIGHT, what_of
from webapp.web.context import look, person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.judged import policy_now
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import too_long_words

blueprint = Blueprint("check_desk", __name__)
PAGE = "/moderate/checks"
PATHS = {kind.path: kind.name for kind in KINDS.values()}
TYPED = ("field", "value", "answer", "reason", "why")
View = dict[str, Any]
PROBLEMS = mark({
    "no_record": "There is no record at this address. Open it, and copy the address from there.",
    "choose": "Choose one.",
    "required": "Say why, so that they can learn from it.",
    "same": "The record says that already. Write something else.",
    "checks_full": "There are as many checks as one can keep in sight. Retire one first.",
})
NOT_SO = mark("The record can’t say this. Look how its form asks for it.")


@blueprint.get(PAGE)
@allow("keep_checks")
def listed() -> Response:
    """The checks in use; with a record's address, the form for one about it."""
    address = request.args.get("record", "").strip()
    if not address:
        return _page()
    row = _record_at(address)
    if row is None:
        return _page([Problem("record", "no_record")], 404, record=address)
    return _page(form=_form(row, {}, ()))


def _record_at(address: str) -> Any:
    """The record of an address that was copied, whole or in part."""
    try:
        parts = [part for part in urlsplit(address).path.split("/") if part]
    except ValueError:
        return None
    if len(parts) < 2 or parts[0] not in PATHS:
        return None
    row = look(partial(browse.find_record, kind=PATHS[parts[0]], slug=parts[1]))
    return None if row is None or row.merged_into is not None else row


@blueprint.post(PAGE)
@allow("keep_checks")
def plant() -> Response:
    """Make one up."""
    sent = request.form
    row = browse.find_by_id(reading(), sent.get("record_id", ""))
    if row is None:
        return _page([Problem("record", "no_record")], 404)
    command = service.PlantCheck(
        person_id(), row.id, sent.get("seen", 0, type=number_of), **{name: sent.get(name, "") for name in TYPED}
    )
    try:
        service.plant_check(storage(), command, clock.now())
    except Refused as error:
        problems: Sequence[Problem] = error.problems
        return _page(problems, status_of(error), form=_form(row, sent, problems))
    except (Stale, CapReached) as error:
        problems = [Problem("value", error.code)]
        return _page(problems, status_of(error), form=_form(row, sent, problems))
    say(_("It is among the checks now."))
    return redirect(PAGE, 303)


@blueprint.post(f"{PAGE}/<uuid:item_id>/retire")
@allow("keep_checks")
def retire(item_id: object) -> Response:
    """Show one to nobody any more."""
    service.retire_check(storage(), person_id(), str(item_id), clock.now())
    say(_("Retired. What people answered stays with them."))
    return redirect(PAGE, 303)


# -- the page -----------------------------------------------------------------------------------------------


def _page(
    problems: Sequence[Problem] = (), status: int = 200, *, record: str = "", form: View | None = None
) -> Response:
    rows = queries.in_use(reading())
    shown = {
        "url": PAGE,
        "every_words": _every_words(policy_now().check_every),
        "sum_words": _sum_words(queries.all_sums(reading())),
        "rows": [_row(row) for row in rows],
        "count_words": ngettext("%(num)s check in use", "%(num)s checks in use", len(rows)),
        "record": record,
        "record_error": next((_words(p) for p in problems if p.where == "record"), None),
        "form": form,
    }
    told = [{"id": p.where, "text": _words(p)} for p in problems]
    return page("moderate/checks.html", status, page=shown, problems=told)


def _words(problem: Problem) -> str:
    if problem.code == "stale":
        return _("The record has changed meanwhile. Look at what it says now, and send it again.")
    if problem.code == "too_long":
        return too_long_words(int(str(problem.values["limit"])))
    return _(PROBLEMS.get(problem.code, NOT_SO))


def _every_words(every: int) -> str:
    if not every:
        return _("They are switched off: an administrator can switch them on in the rules.")
    return ngettext(
        "For who takes part, about one in %(num)s of what they review is one.",
        "For who takes part, about one in %(num)s of what they review is one.",
        every,
    )


def _sum_words(sums: queries.Sums | None) -> str:
    if sums is None:
        return _("Once five people have answered, it says here how often all of them together were right.")
    return ngettext(
        "%(people)s people have answered, and %(right)s of their %(num)s answer was right.",
        "%(people)s people have answered, and %(right)s of their %(num)s answers were right.",
        sums.answers,
        people=number_words(sums.people),
        right=number_words(sums.right),
    )


def _row(row: Any) -> View:
    return {
        "title": row.record_name,
        "url": url_of(row.record_kind, row.record_slug),
        "what": what_of(row.record_kind, row.payload),
        "right": _(RIGHT[row.answer]),
        "why": row.why,
        "who": row.author_name,
        "at": row.made_at,
        "stands": bool(row.stands),
        "retire_url": f"{PAGE}/{row.id}/retire",
    }


def _form(row: Any, typed: Mapping[str, str], problems: Sequence[Problem]) -> View:
    """What the form for a new one is made of: the fields of the record with what they say, and what was typed."""
    kind: Kind = KINDS[row.kind]
    document = read(row.kind, row.document, row.schema_version)
    errors = dict.fromkeys(TYPED, "")
    for problem in problems:
        errors[problem.where] = errors.get(problem.where) or _words(problem)
    return {
        "record_id": row.id,
        "title": row.name,
        "record_url": url_of(row.kind, row.slug),
        "seen": row.newest_number,
        "fields": [
            {"name": field.name, "label": _(field.label), "now": str(document.get(field.name) or "")}
            for _group, field in plantable(kind)
        ],
        "typed": {name: typed.get(name, "") for name in TYPED},
        "errors": errors,
        "longest": service.LONGEST,
    }
