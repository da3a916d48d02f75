"""What the pages of lists count: services on a list, and the characters that fit."""

from __future__ import annotations

from webapp.domain.lists import NAME_LENGTH, NOTE_LENGTH
from webapp.language import ngettext


def entries_words(number: int, *, with_this: bool = False) -> str:
    """How many services a list has; `with_this`: among them the one that is talked of."""
    if not with_this:
        return ngettext("%(num)s service", "%(num)s services", number)
    return ngettext("%(num)s service, this one among them", "%(num)s services, this one among them", number)


def name_needed() -> str:
    """Of a list without a name, or with one that is too long."""
    return ngettext(
        "Give the list a name of at most %(num)s character.",
        "Give the list a name of at most %(num)s characters.",
        NAME_LENGTH,
    )


def note_too_long() -> str:
    """Of a note that does not fit."""
    return ngettext("Shorten the note to %(num)s character.", "Shorten the note to %(num)s characters.", NOTE_LENGTH)
