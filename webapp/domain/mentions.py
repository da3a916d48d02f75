"""Who is spoken to in a text: "@rita" by the handle of a profile. Pure."""

from __future__ import annotations

import re

MOST = 10
"""People that one text can call: more would be a way to write to everybody."""
MENTION = re.compile(r"(?<![\w@./+-])@([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w@-])", re.IGNORECASE)
"""An at sign where a word begins; a mail address has something before it."""
LONGEST = 40


def handles_in(text: str) -> tuple[str, ...]:
    """The handles that a text names, each once, in their order, `MOST` at most; nobody may have them."""
    named = (found[1].casefold() for found in MENTION.finditer(text))
    return tuple(dict.fromkeys(handle for handle in named if len(handle) <= LONGEST))[:MOST]
