"""What is wrong with a translation, whatever it says: a place lost or misnamed, markup that the text does not have.

A page would fall over the first, and the second would write into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

PLACE = re.compile(r"%\((\w+)\)s")
KEPT = {
    "markup": re.compile(r"<[^>]*>?"),
    "braces": re.compile(r"\{\w*\}"),
    "percent signs": re.compile(r"%(?!\(\w+\)s)"),
}
COUNTS = {"num", "count"}
"""A form for one number alone need not say it."""


def faults(catalogue: Catalog) -> Iterator[tuple[Message, str]]:
    """Each translation with a fault, and what it is; what is not translated yet has none."""
    for message in catalogue:
        said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and any(said) and not message.fuzzy:
            for fault in _faults(catalogue, message, tuple(form or "" for form in said)):
                yield message, fault
                break


def set_aside(catalogue: Catalog) -> list[str]:
    """Mark translations with a fault as fuzzy, so that pages do without them; gives what is wrong with each."""
    found = list(faults(catalogue))
    for message, _fault in found:
        message.flags.add("fuzzy")
    return [fault for _message, fault in found]


def _faults(catalogue: Catalog, message: Message, said: tuple[str, ...]) -> Iterator[str]:
    """Babel's own checks compare the first two forms with English's two, which are not the same two everywhere."""
    texts = message.id if isinstance(message.id, tuple) else (message.id,)
    if len(texts) > 1 and len(said) != catalogue.num_plurals:
        yield f"{len(said)} forms instead of {catalogue.num_plurals}"
    places = [set(PLACE.findall(text)) for text in texts]
    may, must = set.union(*places), set.intersection(*places) - (COUNTS if len(texts) > 1 else set())
    for form in filter(None, said):
        if not must <= set(PLACE.findall(form)) <= may:
            yield f"not the places of the text: {form}"
        for what, pattern in KEPT.items():
            if sorted(pattern.findall(form)) not in [sorted(pattern.findall(text)) for text in texts]:
                yield f"not the {what} of the text: {form}"
