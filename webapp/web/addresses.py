"""Where one may be sent after signing in: to this site's own pages, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 2000
OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")  # one slash; no backslash, no blank, no control character
NOT_BACK = ("/account/sign-", "/account/demo-", "/account/confirm/", "/account/reset")


def local_path(target: str | None) -> str:
    """The path and query when `target` is one of this site's own addresses, else "".

    Browsers read `//e` and `/\\e` as another site and drop tabs and line breaks, so none of those pass.
    """
    if not target or len(target) > LONGEST or not OWN.fullmatch(target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    is_ours = not parts.scheme and not parts.netloc and not target.startswith(NOT_BACK)
    return target if is_ours else ""
