"""The hard facts in a text (numbers, addresses, links, sums of money), so that adding one is a high change.

It errs on the strict side: a fact too many costs one more approval, a fact missed lets a false telephone
number in by two. Every pattern is bounded, so that the time is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Fact = Literal["number", "address", "link", "money"]

# Digits, and groups of digits that belong together as in 0131 496 0123, 10:30–12:00 or 21/11/2026.
_NUMBER = re.compile(r"\d+(?:[ \u2010-\u2015().,:/+-]{1,3}\d+){0,12}")

_SIGNS = {
    "gbp": "£",
    "pound": "£",
    "quid": "£",
    "eur": "€",
    "euro": "€",
    "usd": "$",
    "dollar": "$",
    "p": "p",
    "penny": "p",
    "pence": "p",
}
_CURRENCY = r"(gbp|pound|quid|eur|euro|usd|dollar|penny|pence|p)s?(?!\w)"
_COUNTS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety|hundred|thousand"
)
_SUM_AFTER_SIGN = re.compile(r"([£$€]|(?<!\w)(?:gbp|eur|usd)) ?(\d[\d.,]{0,15})")
_SUM_BEFORE_SIGN = re.compile(rf"(?<!\w)(\d[\d.,]{{0,15}}|{_COUNTS}) ?(?:([£€])|{_CURRENCY})")

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_POSTCODE = re.compile(r"(?<!\w)[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}(?!\w)")
_STREET_WORD = (
    "street|st|road|rd|avenue|ave|lane|ln|close|crescent|drive|terrace|place|square|gardens|grove|court|wynd"
    "|row|quay|parade|brae|loan|wharf|mews|vennel|walk"
)
_NUMBERED_STREET = re.compile(rf"(?<!\w)\d{{1,4}}[a-z]?,? (?:[\w'’-]{{1,30}} ){{1,3}}(?:{_STREET_WORD})(?!\w)")
# Without a number only the words that mean little else, after a name with a capital letter: "Leith Walk".
_NAMED_STREET = re.compile(
    r"(?<!\w)[A-Z][\w'’-]{0,30} (?:Street|St|Road|Rd|Avenue|Lane|Crescent|Drive|Terrace|Square|Walk|Wynd|Quay"
    r"|Place|Gardens)(?!\w)"
)
_BOX = re.compile(r"(?<!\w)po box \d{1,6}")

_SCHEME = re.compile(r"(?<!\w)(?:[a-z][a-z0-9+-]{1,12}://|mailto:|tel:|sms:|www\.)[^\s<>()\[\]\"']{1,400}")
_MARKDOWN_LINK = re.compile(r"\]\(\s{0,3}([^\s()]{1,400})")
_LOWER_DOMAIN = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?![\w-])(?:/[^\s<>()\[\]\"']{0,400})?")
# In any case of letters only endings that people know; "groups.Call us" is a forgotten space.
_KNOWN_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,6}(?:com|org|net|uk|scot|wales|cymru|london|ie|eu|io|info|me|app|shop|online|site|xyz|gov|edu)"
    r"(?![\w-])(?:/[^\s<>()\[\]\"']{0,400})?"
)
_HANDLE = re.compile(r"(?<![\w@./+-])@\w{2,40}")


def added_facts(before: str, after: str) -> frozenset[Fact]:
    """Which sorts of facts `after` states that `before` did not: number, address, link, money.

    Source: RULES.md, "Classes and thresholds". Any new sequence of digits is a number, so times and dates
    too; the same telephone number in other groups is not new. Mail addresses and postal ones are addresses.
    Handles (@name) are links. A fact that was there already, or that goes, counts for nothing.
    """
    old, new = _plain(before), _plain(after)
    found: set[Fact] = set()
    if _has_new_number(old, new):
        found.add("number")
    if _money(new) - _money(old):
        found.add("money")
    if _addresses(new) - _addresses(old):
        found.add("address")
    if _links(new) - _links(old):
        found.add("link")
    return frozenset(found)


def _plain(text: str) -> str:
    """Compatible forms made one (full-width digits), invisible characters out, single spaces."""
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(letter for letter in normal if unicodedata.category(letter) != "Cf")
    return " ".join(seen.split())


def _has_new_number(old: str, new: str) -> bool:
    joined = {_digits(match) for match in _NUMBER.findall(old)}
    alone = set(re.findall(r"\d+", old))
    # A sequence on its own may come from a longer row ("3, 4 and 5" losing its 4); groups together must
    # have stood together, or old groups could be put together to a new telephone number.
    return any(_digits(match) not in joined and match not in alone for match in _NUMBER.findall(new))


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _money(text: str) -> set[str]:
    """Sums with their currency; £5, £5.00 and 5 pounds are one sum."""
    folded = text.casefold()
    sums = {(sign, amount) for sign, amount in _SUM_AFTER_SIGN.findall(folded)}
    sums |= {(sign or word, amount) for amount, sign, word in _SUM_BEFORE_SIGN.findall(folded)}
    return {_SIGNS.get(sign, sign) + _amount(amount) for sign, amount in sums}


def _amount(text: str) -> str:
    return re.sub(r"\.0{1,2}\Z", "", text.rstrip(".,").replace(",", ""))


def _addresses(text: str) -> set[str]:
    folded = text.casefold()
    found = {match.rstrip(".") for match in _MAIL.findall(folded)}
    found |= {match.replace(" ", "") for match in _POSTCODE.findall(folded)}
    found |= {match.replace(",", "") for match in _NUMBERED_STREET.findall(folded)}
    found |= {match.casefold() for match in _NAMED_STREET.findall(text)}
    return found | set(_BOX.findall(folded))


def _links(text: str) -> set[str]:
    folded = text.casefold()
    found = set(_SCHEME.findall(folded)) | set(_MARKDOWN_LINK.findall(folded))
    found |= set(_KNOWN_DOMAIN.findall(folded)) | {match.casefold() for match in _LOWER_DOMAIN.findall(text)}
    return {_address_of(link) for link in found} | set(_HANDLE.findall(folded))


def _address_of(link: str) -> str:
    """One link written in several ways (with or without scheme, www, last stroke or full stop) is one."""
    bare = re.sub(r"\A(?:https?://)?(?:www\.)?", "", link)
    return bare.rstrip("/.,;:!?*_")
