"""Taking something private out of all history: ask where it stands, mask it, and a second person makes it final.

Its law: the value stands in the one form that asks, and in no address, session, message, log or letter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.domain.kinds import KINDS
from webapp.domain.permissions import Subject, may
from webapp.language import _, ngettext
from webapp.services import redact
from webapp.storage.prepared import execute
from webapp.storage.queries import redactions as queries
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.standing import OTHER_MODERATORS
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find_itself
from webapp.web.context import actor, person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.judged import policy_now
from webapp.web.received import number_of
from webapp.web.redaction_words import found_sentences, unit_choices, unit_words
from webapp.web.render import page, say
from webapp.web.wording import refusal_words, why_words

blueprint = Blueprint("redactions", __name__)
PAGE = "/moderate/redactions"
MOST_REASON = 500
MOST_VALUE = 500
Problems = Sequence[dict[str, str]]
AT = {"value_too_short": "value", "reason_has_value": "reason", "nothing_to_redact": "value"}
"""Which field is wrong, by what the service says."""


# -- asking, and masking ----------------------------------------------------------------------------------


@blueprint.get(RECORD_PATH + "/redact")
@allow("redact_mask")
def ask(path: str, slug: str) -> Response:
    """The form that asks what is to go."""
    return _form(find_itself(path, slug))


@blueprint.post(RECORD_PATH + "/redact")
@allow("redact_mask")
def mask(path: str, slug: str) -> Response:
    """Say where it stands; and only then, when asked again, mask it."""
    row = find_itself(path, slug)
    command = redact.Mask(row.id, person_id(), _reason(), _units(row.kind), _value())
    problems = _problems(command)
    if problems:
        return _form(row, problems, 422)
    is_last = request.form.get("step") == "mask"
    try:
        if not is_last:
            return _form(row, found=redact.look(storage(), command, clock.now()))
        done = redact.mask(storage(), command, clock.now())
    except WellkeptError as error:
        if status_of(error) not in (409, 422):
            raise
        return _form(row, [{"id": AT.get(error.code, ""), "text": refusal_words(error)}], status_of(error))
    say(_("Masked. Another moderator makes it final, or lifts it."))
    return redirect(f"{PAGE}/{done.seq}", 303)


def _value() -> str:
    return request.form.get("value", "").strip()


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _units(kind: str) -> tuple[str, ...]:
    offered = dict(unit_choices(KINDS[kind]))
    return tuple(unit for unit in dict.fromkeys(request.form.getlist("unit")) if unit in offered)


def _problems(command: redact.Mask) -> Problems:
    problems = []
    if not command.value and not command.units:
        problems.append({"id": "value", "text": _("Say what is to go: a value, or a field.")})
    if len(command.value) > MOST_VALUE:
        words = ngettext("Give %(num)s character of it.", "Give at most %(num)s characters of it.", MOST_VALUE)
        problems.append({"id": "value", "text": words})
    return [*problems, *_reason_problems(command.reason)]


def _reason_problems(reason: str) -> Problems:
    if 0 < len(reason) <= MOST_REASON:
        return ()
    return ({"id": "reason", "text": why_words(MOST_REASON)},)


def _form(row: Any, problems: Problems = (), status: int = 200, found: redact.Found | None = None) -> Response:
    kind, url = KINDS[row.kind], url_of(row.kind, row.slug)
    chosen = _units(row.kind)
    about = {
        "title": row.name,
        "url": url,
        "value": request.form.get("value", ""),
        "reason": request.form.get("reason", ""),
        "units": [
            {"unit": unit, "label": label, "is_chosen": unit in chosen} for unit, label in unit_choices(kind)
        ],
        "most_value": MOST_VALUE,
        "most_reason": MOST_REASON,
        "sentences": found_sentences(found, bool(_value())) if found else None,
        "may_mask": found is not None and not found.is_nowhere,
        "revisions": [{"number": n, "url": f"{url}/history/{n}"} for n in found.revisions] if found else [],
        "suggestions": [f"/suggestions/{id_}" for id_ in found.suggestions] if found else [],
        "others": [
            {"title": other.name, "url": f"{url_of(other.kind, other.slug)}/redact"} for other in found.others
        ]
        if found
        else [],
    }
    return page("moderate/redact.html", status, page=about, problems=list(problems))


# -- what was masked --------------------------------------------------------------------------------------


@blueprint.get(PAGE)
@allow("redact_mask")
def listed() -> Response:
    """What was masked, the newest first."""
    rows = queries.redactions(reading(), request.args.get("before", 0, type=number_of))
    shown = rows[: queries.PAGE]
    next_url = f"{PAGE}?before={shown[-1].seq}" if len(rows) > len(shown) else None
    return page("moderate/redactions.html", page={"rows": [_row(row) for row in shown], "next_url": next_url})


def _row(row: Any) -> dict[str, Any]:
    states = {
        "lifted": (_("Lifted"), ""),
        "final": (_("Final"), "good"),
        "waits": (_("Waits for a second moderator"), "waiting"),
    }
    state = "lifted" if row.lifted_at else "final" if row.finished_at else "waits"
    words, tone = states[state]
    return {
        "url": f"{PAGE}/{row.seq}",
        "title": row.name,
        "record_url": url_of(row.kind, row.slug),
        "reason": row.reason,
        "who": row.masker or _("somebody who has gone"),
        "at": row.masked_at,
        "state_words": words,
        "tone": tone,
        "is_open": state == "waits",
    }


@blueprint.get(f"{PAGE}/<int:seq>")
@allow("redact_mask")
def one(seq: int) -> Response:
    """One redaction, and how it can end."""
    return _one(seq)


def _one(seq: int, problems: Problems = (), status: int = 200) -> Response:
    row = queries.redaction(reading(), seq) if seq <= queries.LAST else None
    if row is None:
        raise NotFound(what="redaction")
    about = {
        **_row(row),
        "may_finish": _may_finish(row),
        "units": unit_words(KINDS[row.kind], json.loads(row.units)),
        "revisions_words": ngettext("%(num)s revision", "%(num)s revisions", row.revisions),
        "finisher": row.finisher,
        "finished_at": row.finished_at,
        "lifter": row.lifter,
        "lifted_at": row.lifted_at,
        "lift_reason": row.lift_reason,
        "note": request.form.get("reason", ""),
        "most_reason": MOST_REASON,
    }
    return page("moderate/redaction.html", status, page=about, problems=list(problems))


def _may_finish(row: Any) -> bool:
    """Whether who is looking may make it final: their own mask only where there is nobody else, and after a while."""
    is_own = row.masked_by == person_id()
    others = not is_own or bool(execute(reading(), OTHER_MODERATORS, {"person": person_id()}).scalar())
    waited = clock.now() >= row.masked_at + policy_now().redact_alone_after
    who = replace(actor(), has_other_moderator=others)
    return bool(may(who, "redact_finish", Subject(masked_by=row.masked_by, has_waited=waited)))


@blueprint.post(f"{PAGE}/<int:seq>/finish")
@allow("redact_finish")
def finish(seq: int) -> Response:
    """A second person agrees: the originals are gone for good."""
    try:
        redact.finish(storage(), redact.Finish(seq, person_id()), clock.now())
    except WellkeptError as error:
        return _again(seq, error)
    say(_("It is final. What was taken out is gone for good."))
    return redirect(f"{PAGE}/{seq}", 303)


@blueprint.post(f"{PAGE}/<int:seq>/lift")
@allow("redact_mask")
def lift(seq: int) -> Response:
    """It was a mistake: everything is put back."""
    problems = _reason_problems(_reason())
    if problems:
        return _one(seq, problems, 422)
    try:
        redact.lift(storage(), redact.Lift(seq, person_id(), _reason()), clock.now())
    except WellkeptError as error:
        return _again(seq, error)
    say(_("Lifted. What was masked is back, where nothing has moved since."))
    return redirect(f"{PAGE}/{seq}", 303)


def _again(seq: int, error: WellkeptError) -> Response:
    if isinstance(error, NotFound):
        raise error
    return _one(seq, [{"id": "", "text": refusal_words(error)}], status_of(error))
