"""What is wrong with a document, as codes and values, and the words for it: what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.language import _, mark


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place. `address` is that of a field or unit: "phones/UUID/number"."""

    address: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What stops a document from being stored, and what people are asked to confirm."""

    refusals: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the document may be stored; doubts do not stop it."""
        return not self.refusals


_WORDS: dict[str, str] = mark({
    # refuse: shape
    "required": "Enter something for “{label}”.",
    "unknown_field": "There is no field called “{name}”. Take it out.",
    "shape": "“{label}” holds the wrong sort of value. Enter it again.",
    "element": "One of the entries of “{label}” can’t be read. Take it out and enter it again.",
    "element_id": "One of the entries of “{label}” has no proper id. Take it out and enter it again.",
    "duplicate_id": "The same entry of “{label}” is there twice. Take one out.",
    "element_order": "One of the entries of “{label}” has no place in the order. Enter it again.",
    "empty_element": "One of the entries of “{label}” is empty. Fill it in or take it out.",
    "too_many": "“{label}” can have {max} entries at most; there are {count}.",
    "too_long": "“{label}” can be {max} characters at most; it has {length}.",
    "one_line": "“{label}” must be on one line. Take out the line breaks.",
    "characters": "“{label}” holds invisible characters that can deceive readers. Type it in again.",
    "brackets": "“{label}” has too many brackets that are never closed. Close them or take them out.",
    "nesting": "“{label}” has lists or quotations too deep inside each other. Use at most {max} levels.",
    # refuse: form
    "choice": "Choose one of the options for “{label}”.",
    "integer": "Enter a whole number for “{label}”, for example 12.",
    "range": "“{label}” must be from {min} to {max}.",
    "decimal": "Enter a number for “{label}”, for example 12.50.",
    "coordinate": "Enter “{label}” in degrees with decimals, for example 55.953251.",
    "date": "Enter a real date for “{label}”, for example 2026-11-21.",
    "time": "Enter a time for “{label}” from 00:00 to 23:59, for example 09:30.",
    "email": "Enter an e-mail address for “{label}” like name@example.org.",
    "url": "Enter a whole web address for “{label}” that starts with https:// or http://.",
    "url_login": "The web address for “{label}” has a user name or password in it. Take that out.",
    "link": "Choose a record for “{label}” from the list.",
    "uuid": "“{label}” must be an id. Choose it from the list.",
    "extension": "Enter only the digits of the extension.",
    "currency": "Enter the three letters of the currency, for example GBP.",
    "byday": "Enter “{label}” like MO,WE, or 2TU for the second Tuesday of a month.",
    "numbers": "Enter “{label}” as numbers with commas between them, for example 1,15.",
    # refuse: one value against another
    "ages": "The youngest age can’t be above the oldest age. Change one of them.",
    "half_point": "A map point needs both latitude and longitude. Enter “{label}” or clear the other.",
    "dates_order": "“{label}” can’t be before “{other}”. Change one of them.",
    "until_and_count": "Give either the last date or the number of times, not both.",
    "closed_date": "Say on which date it is closed: enter “{label}”.",
    "numbered_byday": "Days such as 2TU need “every month”. Change how it repeats.",
    "merged_into": "A record is merged exactly when it names the record that it was merged into.",
    # doubt
    "odd_phone": "“{number}” does not look like a telephone number that works. Check it, area code included.",
    "no_postcode": "There is no postcode, so people can’t find this place by distance. Add it if you can.",
    "no_city": "There is no town or city. Add it if you can.",
    "postcode": "“{postcode}” does not look like a UK postcode. Check it.",
    "country": "“{country}” is not a two-letter country code. Use GB for the United Kingdom.",
    "outside_isles": "This point is outside Britain and Ireland. Are latitude and longitude swapped?",
    "personal_email": "“{email}” looks like somebody’s own address. Check that they want it public.",
    "language_code": "“{code}” is not a language code of two or three letters. Check it.",
})


def describe(problem: Problem) -> str:
    """What is wrong and what to do, in plain words. KeyError for a code without words."""
    said = {"label": _(problem.label), **problem.values}
    if "other" in said:  # another field
        said["other"] = _(str(said["other"]))
    return _(_WORDS[problem.code]).format(**said)


def codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_WORDS)
