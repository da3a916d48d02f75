"""What was typed, given back on the page of an error. Its law: no secret comes back.

To be sent again only where the request has shown to be its sender's own: what another site made a browser send gets no
button here. Where sending again is no help, or would be no help as it is, it is there to be copied.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from webapp.web.addresses import local_path
from webapp.web.render import wants_fragment

WAITING = (429, 503)
"""What time heals."""
TO_MEND = (422,)
"""What people can put right in what they wrote."""
RUN_OUT = (400,)
"""The form was open too long: what its mark would have shown, only the browser can say now."""
TO_COPY = (403, 409)
"""What has to be done from the page as it is now: the right is missing, or something moved."""
WRITTEN = ("text", "note", "answer", "about", "summary", "contact", "reason", "how_detail")
"""Fields that people write into; others count as written where they hold more than one word."""
SECRETS = ("password", "current", "token")


@dataclass(frozen=True, slots=True)
class Again:
    """A form that sends the same once more: where to, what goes along unseen, and what people can see and mend.

    Without an address it is only to be read and copied.
    """

    url: str | None
    hidden: tuple[tuple[str, str], ...]
    written: tuple[tuple[str, str], ...]


def typed_again(status: int) -> Again | None:
    """The form for this request; None where there is nothing to give back, or where a secret was sent.

    A fragment's form still stands in the page that asked, with all that was typed.
    """
    if status not in (*WAITING, *TO_MEND, *RUN_OUT, *TO_COPY) or request.method != "POST" or wants_fragment():
        return None
    is_own = _is_own(status)
    if is_own is False:
        return None  # another site's words
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    url = local_path(request.full_path.rstrip("?"))
    names = [*(name for name, _ in pairs), *request.args, *(request.view_args or {})]
    if not pairs or not url or any(secret in name.lower() for name in names for secret in SECRETS):
        return None
    written = tuple(pair for pair in pairs if _is_written(*pair))
    if status not in WAITING and not written:
        return None
    if not is_own or status in TO_COPY:
        return Again(None, (), written)
    return Again(url, tuple(pair for pair in pairs if pair not in written), written)


def _is_own(status: int) -> bool | None:
    """Whether a page of this site sent the request; None where nobody can tell.

    What is waiting or to be mended came past the look at the form's mark. Elsewhere browsers say it; old ones don't.
    """
    if status in (*WAITING, *TO_MEND):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    return None if site is None else site == "same-origin"


def _is_written(name: str, value: str) -> bool:
    return bool(value.strip()) and (name.rpartition("-")[2] in WRITTEN or len(value.split()) > 1)
