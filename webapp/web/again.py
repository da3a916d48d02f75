"""What was typed, given back on the page of an error to be sent again. Its law: no secret comes back.

Only for requests that have shown to be their sender's own: what another site made a browser send gets no button here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from webapp.web.addresses import local_path
from webapp.web.render import wants_fragment

WAITING = (429, 503)
"""What time heals. These are answered after the form's token was looked at, before anything was done."""
TO_MEND = 422
"""What people can put right in what they wrote."""
WRITTEN = ("text", "note", "answer", "about", "summary", "contact", "reason", "how_detail")
"""Fields that people write into; others count as written where they hold more than one word."""
SECRETS = ("password", "current", "token")


@dataclass(frozen=True, slots=True)
class Again:
    """A form that sends the same once more: where to, what goes along unseen, and what people can see and mend."""

    url: str
    hidden: tuple[tuple[str, str], ...]
    written: tuple[tuple[str, str], ...]


def typed_again(status: int) -> Again | None:
    """The form for this request; None where sending again is no help, or where a secret was sent.

    A fragment's form still stands in the page that asked, with all that was typed.
    """
    if status not in (*WAITING, TO_MEND) or request.method != "POST" or wants_fragment():
        return None
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    url = local_path(request.full_path.rstrip("?"))
    names = [*(name for name, _ in pairs), *request.args, *(request.view_args or {})]
    if not pairs or not url or any(secret in name.lower() for name in names for secret in SECRETS):
        return None
    written = tuple(pair for pair in pairs if _is_written(*pair))
    if status == TO_MEND and not written:
        return None
    return Again(url, tuple(pair for pair in pairs if pair not in written), written)


def _is_written(name: str, value: str) -> bool:
    return bool(value.strip()) and (name.rpartition("-")[2] in WRITTEN or len(value.split()) > 1)
