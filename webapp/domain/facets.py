"""What filters look at: what a document says about cost, ages, languages and getting in, as tags that can be counted.

Its law: where a record does not say, no filter takes it for a no, but for what costs nothing and how one gets in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.language import mark


@dataclass(frozen=True, slots=True)
class Facet:
    """A tag, its name in a filter, and words that find whatever has it: "wheelchair" finds what is step-free.

    The name is English, known to the catalogue: it goes through `_` where it is shown.
    """

    tag: str
    label: str
    words: str = ""


FREE = Facet("pfree", mark("Free"), "free")
ANY_AGE = Facet("yall", mark("All ages"))
AGES = (
    (Facet("y0", mark("Under 5")), 0, 4),
    (Facet("y5", mark("5 to 11")), 5, 11),
    (Facet("y12", mark("12 to 17")), 12, 17),
    (Facet("y18", mark("18 to 25")), 18, 25),
    (Facet("y26", mark("26 to 64")), 26, 64),
    (Facet("y65", mark("65 and over")), 65, 200),
)
ACCESS = (
    (
        Facet("fstep", mark("Step-free"), "step free wheelchair"),
        r"step.?free|no steps|level (access|entrance|floor|throughout)|ramp|wheelchair|(?<!\w)lifts?\b"
        r"|automatic doors?",
    ),
    (
        Facet("ftoilet", mark("Accessible toilet"), "accessible toilet"),
        r"(accessible|disabled|adapted) (toilet|wc|loo)",
    ),
    (
        Facet("fchanging", mark("Changing Places toilet"), "changing places toilet"),
        r"changing places?",
    ),
    (
        Facet("floop", mark("Hearing loop"), "hearing loop"),
        r"(hearing|induction|infra.?red) (loop|system)|\bloop\b",
    ),
    (
        Facet("fbsl", mark("British Sign Language"), "british sign language bsl deaf"),
        r"\bbsl\b|sign(ed)? language|\bsigns\b",
    ),
    (
        Facet("fprint", mark("Large print or Braille"), "large print braille"),
        r"large.?print|braille",
    ),
    (
        Facet("fparking", mark("Blue badge parking"), "blue badge parking"),
        r"blue.?badge|(accessible|disabled) (parking|bay)",
    ),
    (
        Facet("fquiet", mark("Quiet time or space"), "quiet autism friendly"),
        r"quiet (hour|room|space|time)|autis|sensory",
    ),
)
"""Each with the words by which people say so in a description of accessibility."""
_ACCESS = tuple((facet, re.compile(pattern, re.IGNORECASE)) for facet, pattern in ACCESS)
_NOT = re.compile(r"\b(not?|without|isn['’]t|aren['’]t|sadly|cannot|can['’]t)\b(?! steps)", re.IGNORECASE)
_FREE = re.compile(
    r"\W*((it is|it['’]s|always|completely|entirely|everything is|all|services? (is|are)) )*free\b"
    r"|\W*(no charge|nothing|costs nothing|no cost)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[£€$]|\b(pounds?|pence|euros?|fees?|charged?|unless|otherwise|then)\b", re.IGNORECASE)


def facets_of(kind: str, document: Mapping[str, Any]) -> Iterator[Facet]:
    """All that filters find a record by, but for its kind, categories and places."""
    if is_free(document):
        yield FREE
    yield from ages_of(document)
    yield from languages_of(document)
    for element in (document, *document.get("places", ())):
        yield from access_of(element.get("accessibility", ()))


def is_free(document: Mapping[str, Any]) -> bool:
    """Whether a document says that it costs nothing: every price is nought, or the words begin so and name no money."""
    prices = [_amount(option.get("amount")) for option in document.get("cost_options", ())]
    if any(price for price in prices):
        return False
    if prices and all(price == 0 for price in prices):
        return True
    words = [str(document.get(name) or "") for name in ("fees_description", "fees")]
    return any((said := _FREE.match(text)) and not _MONEY.search(text, said.end()) for text in words)


def ages_of(document: Mapping[str, Any]) -> Iterator[Facet]:
    """The bands that have anybody of its ages; whoever gives none is for all."""
    least, most = document.get("minimum_age"), document.get("maximum_age")
    if least is None and most is None:
        yield ANY_AGE
        return
    for facet, lowest, highest in AGES:
        if (least is None or least <= highest) and (most is None or most >= lowest):
            yield facet


def languages_of(document: Mapping[str, Any]) -> Iterator[Facet]:
    """By code; a language without one can be found by its name as a word."""
    for language in document.get("languages", ()):
        code = re.sub(r"[^a-z]", "", str(language.get("code") or "").casefold().partition("-")[0])
        if 2 <= len(code) <= 3:
            yield Facet(f"l{code}", str(language.get("name") or code))


def access_of(elements: Iterable[Mapping[str, Any]]) -> list[Facet]:
    """What is there for who needs it; what is said to be missing is not there."""
    texts = [f"{one.get('description') or ''}. {one.get('details') or ''}" for one in elements]
    clauses = [clause for text in texts for clause in re.split(r"[.;!?\n]", text) if not _NOT.search(clause)]
    return [facet for facet, pattern in _ACCESS if any(pattern.search(clause) for clause in clauses)]


def _amount(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None
