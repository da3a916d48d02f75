"""What people type into one box, taken apart: "chemist near LS6" asks for a chemist, and for somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.domain.postcodes import parse

_NEAR = r"(?:(?P<near>near|nearby)|in|around|at|close to|next to)"
_BETWEEN = re.compile(rf"(?:^|\s+){_NEAR}(?:\s+(?:(?P<article>the)|to))?\s+", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|\s+){_NEAR}$", re.IGNORECASE)
_ONESELF = re.compile(r"(?:me|here|us|by|my|our|your|home)\b", re.IGNORECASE)
_GOES_ON = re.compile(r",?\s+(?=(?:for|with|and|or|that|which|who|on|in|at)\s)", re.IGNORECASE)
LONGEST_NAME = 4  # words
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?P<day>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_LATE = r"(?P<late>(?:(?:until|till|til)\s+)?late(?:\s+(?:tonight|today))?|tonight)"
_OPEN = re.compile(
    r"(?:^|[\s,]+)(?:that\s+(?:is|are)\s+)?"
    rf"(?:open\s+(?:(?:right\s+)?(?P<now>now)|{_LATE}?\s*(?:(?:on\s+)?(?:a\s+)?{_DAY})?(?<!\s))"  # says at least one
    r"|(?P<opening>late\s+opening))"
    r"(?:$|[\s,]+)",
    re.IGNORECASE,
)
LATE = "20:00"
"""The time at which, or after which, something has to be open to be open late."""


@dataclass(frozen=True, slots=True)
class Parts:
    """One way to read what was typed. `is_near`: it says "near", so that hardly anything but somewhere can follow."""

    what: str
    where: str
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """A text without what it says of when something has to be open, and that: `day` is "now", "late" (today), "mon" to
    "sun", or blank; `at` is the time of such a day, where one is said."""

    rest: str
    day: str = ""
    at: str = ""


def without_open(text: str) -> Timed:
    """A text without "open now", "open late" or "open on Sundays", and which of them it said."""
    found = _OPEN.search(text)
    if not found:
        return Timed(text)
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    is_late = bool(found["late"] or found["opening"])
    if found["day"]:
        return Timed(rest, found["day"][:3].casefold(), LATE if is_late else "")
    return Timed(rest, "late" if is_late else "now")


def readings(text: str) -> Iterator[Parts]:
    """The ways in which a text may name somewhere, the likeliest first; whoever knows places takes the first that fits.

    The last "near" or "in" counts: "help in the house in Cupar". What is "near me" or "at home" names nowhere.
    """
    words = text.split()
    for count in (2, 1):  # a postcode at the end needs no "near"
        where = " ".join(words[-count:])
        if parse(where):
            yield Parts(_AT_END.sub("", " ".join(words[:-count])), where)
            break
    bare = " ".join(words)
    for between in reversed(list(_BETWEEN.finditer(bare))):
        where = bare[between.end() :]
        if not _ONESELF.match(where):
            yield Parts(bare[: between.start()], where, bool(between["near"]) and not between["article"])


def beginnings(where: str) -> Iterator[tuple[str, str]]:
    """A name and the words behind it, the longest name first: "Cupar wheelchair"."""
    words = where.split()
    for count in range(min(LONGEST_NAME, len(words) - 1), 0, -1):
        yield " ".join(words[:count]).rstrip(","), " ".join(words[count:])


def shortened(parts: Parts) -> Parts:
    """With a name that ends where the sentence goes on: "Paris" of "lunch near Paris for two"."""
    name, *rest = _GOES_ON.split(parts.where, maxsplit=1)
    return Parts(" ".join([parts.what, *rest]).strip(), name, parts.is_near)


WORDS_TOO = frozenset(
    "ash bank barking bath battle bury church deal eye hall hook hope house lane march mold park reading rugby rye sale"  # noqa: SIM905 - a list of quoted words is no easier to read
    " school street ware well wells".split()
)
"""Towns that are called like something that people look for: they need a "near"."""


def endings(text: str) -> Iterator[Parts]:
    """The ways in which a text may end in somewhere without a "near", the longest name first: "lunch Port Glasgow"."""
    words = text.replace(",", " ").split()
    for count in (3, 2, 1):
        where = " ".join(words[-count:])
        if len(words) > count and where.casefold() not in WORDS_TOO:
            yield Parts(" ".join(words[:-count]), where)
