"""Names of people as they are compared, so that nobody takes one for a moderator's. Its law: what looks alike but is
written with letters of another script is not found here; roles are shown from the database, never from a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

OURS = frozenset(
    {
        *("admin", "admins", "administrator", "administrators", "administration"),
        *("moderator", "moderators", "moderation", "wellkept"),
    }
)
"""Words that speak for the site or for those who keep order in it."""


def folded(name: str) -> str:
    """Letters and digits only, without case, width, marks and ligatures: "Ｍó-Derator!" is "moderator"."""
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(letter for letter in spelt if letter.isalnum())


def passes_for(name: str, taken: Iterable[str]) -> bool:
    """Whether a name could be taken for one of the `taken` ones, or for the site's own."""
    whole = folded(name)
    is_ours = whole in OURS or not _words(name).isdisjoint(OURS)
    return bool(whole) and (is_ours or whole in {folded(one) for one in taken})


def _words(name: str) -> set[str]:
    """The words of a name, folded: as white space parts them, and as any other sign between letters does, too."""
    spaced = "".join(" " if unicodedata.category(letter)[0] in "PSZ" else letter for letter in name)
    return {folded(word) for word in (*name.split(), *spaced.split())}
