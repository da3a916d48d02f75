"""What was typed, given back on the page of an error. Its law: no secret comes back.

To be sent again only where the request has shown to be its sender's own: what another site made a browser send gets no
button here. Where sending again is no help, or would be no help as it is, it is there to be copied. Where the session
ended meanwhile, it goes along through signing in.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request

from webapp.language import mark
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
ALONG = "again."  # before the name of what goes along through signing in
ALONG_TO = "again-to"  # where it is sent then
SIGN_IN = "/account/sign-in"


@dataclass(frozen=True, slots=True)
class Again:
    """A form that sends the same once more: where to, what goes along unseen, and what people can see and mend.

    Without an address it is only to be read and copied. `button`: as the catalogue has it.
    """

    url: str | None
    hidden: tuple[tuple[str, str], ...]
    written: tuple[tuple[str, str], ...]
    button: str = mark("Send it again")


def typed_again(status: int, *, has_ended: bool = False) -> Again | None:
    """The form for this request; None where there is nothing to give back, or where a secret was sent.

    `has_ended`: nobody is signed in any more. A fragment's form still stands in the page that asked, with all that was
    typed, but its session is gone; then too it goes along.
    """
    if status not in (*WAITING, *TO_MEND, *RUN_OUT, *TO_COPY) or request.method != "POST":
        return None
    is_own = _is_own(status)
    if is_own is False or (wants_fragment() and not has_ended):
        return None  # another site's words, or what still stands there
    again = _given_back()
    if again is None or not is_own:
        return Again(None, (), again.written) if again and again.written else None
    if has_ended:
        return _through_sign_in(again)
    if status not in WAITING and not again.written:
        return None
    return Again(None, (), again.written) if status in TO_COPY else again


def _given_back() -> Again | None:
    """Everything that was sent, to its own address; None where that holds a secret, or nothing."""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    url = local_path(request.full_path.rstrip("?"))
    names = [*(name for name, _ in pairs), *request.args, *(request.view_args or {})]
    if not pairs or not url or any(secret in name.lower() for name in names for secret in SECRETS):
        return None
    written = tuple(pair for pair in pairs if _is_written(*pair))
    return Again(url, tuple(pair for pair in pairs if pair not in written), written)


def _through_sign_in(again: Again) -> Again:
    """The same, to be carried past the password."""
    unseen = tuple((ALONG + name, value) for name, value in again.hidden)
    hidden = (("next", came_from()), (ALONG_TO, again.url or ""), *unseen)
    written = tuple((ALONG + name, value) for name, value in again.written)
    if wants_fragment():
        hidden, written = (*hidden, *written), ()
    return Again(SIGN_IN, hidden, written, mark("Sign in and keep it"))


def came_from() -> str:
    """The page of ours that a form was sent from, where the browser says it."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    return local_path(came.path) if request.method == "POST" and came.netloc == request.host else ""


def along() -> list[tuple[str, str]]:
    """What goes along through signing in, as it was sent, for the pages on the way."""
    pairs = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if name == ALONG_TO or name.startswith(ALONG)]


def arrived() -> Again | None:
    """What went along, once somebody is signed in: to be looked over and sent. None where nothing did."""
    url = local_path(request.form.get(ALONG_TO))
    pairs = [(name.removeprefix(ALONG), value) for name, value in along() if name != ALONG_TO]
    if not url or not pairs:
        return None
    written = tuple(pair for pair in pairs if _is_written(*pair))
    return Again(url, tuple(pair for pair in pairs if pair not in written), written, mark("Send it now"))


def _is_own(status: int) -> bool | None:
    """Whether a page of this site sent the request; None where nobody can tell.

    What is waiting or to be mended came past the look at the form's mark. Elsewhere browsers say it; old ones don't,
    and then a good mark does.
    """
    if status in (*WAITING, *TO_MEND):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        return True if g.get("csrf_valid") else None
    return site == "same-origin"


def _is_written(name: str, value: str) -> bool:
    return bool(value.strip()) and (name.rpartition("-")[2] in WRITTEN or len(value.split()) > 1)
