"""What filters look at: what a document says of cost, ages, people, languages and getting in, as tags to be counted.

Its law: where a record does not say, no filter takes it for a no, but for what costs nothing, whom it is meant for, and
how one gets in.
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
YOUNG, OLDER = 25, 50
"""What ends by that age is for young people, what begins with the other for older ones."""
PEOPLE = (
    (Facet("wcarers", mark("Carers")), r"\b(un)?(paid )?carers?\b|look(s|ing)? after (somebody|someone|a )"),
    (
        Facet("wchildren", mark("Children and young people")),
        r"\b(child(?!less)|young|youth|teen|toddler|bab(y|ies)\b|girls?\b|boys?\b)",
    ),
    (Facet("wfamilies", mark("Families and parents")), r"\b(famil|(grand)?parent|mum|dad|mother|father|pregnan)"),
    (Facet("wolder", mark("Older people")), r"\b(older|elder(s|ly)?\b|pension|retired|later life|over[- ](5|6|7|8)\d)"),
    (
        Facet("wdisabled", mark("Disabled people")),
        r"\b(disab|deaf|blind(?!s\b)|autis|sight loss|hearing loss|wheelchair)",
    ),
    (Facet("wwomen", mark("Women")), r"\b(women|woman|girls?)\b"),
    (Facet("wmen", mark("Men")), r"\b(men|man[’']?s|boys?)\b"),
    (
        Facet("wlgbt", mark("LGBT+ people")),
        r"\b(lgbt|gay\b|lesbian|bisexual|trans\b(?!-)|transgender|queer|non-?binary)",
    ),
    (
        Facet("wnew", mark("Refugees and people new here")),  # new to Leeds, and not to knitting
        r"\b(refugee|asylum|(im)?migrant|new to (the (uk|country|area|city|town|islands?)\b|(?-i:[A-Z])))",
    ),
    (Facet("wveterans", mark("Veterans")), r"\b(veteran|armed forces|ex-?(service|forces))"),
)
"""Each with the words by which a name, or the beginning of whom something is for, says so."""
_PEOPLE = tuple((facet, re.compile(pattern, re.IGNORECASE)) for facet, pattern in PEOPLE)
# "Women, with or without children. Men are found a safe place elsewhere": what comes later is about others.
_WHO = re.compile(r"[.;!?\n]|\b(?:not|except|unless|other than|rather than)\b", re.IGNORECASE)
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
    yield from people_of(document)
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


def people_of(document: Mapping[str, Any]) -> list[Facet]:
    """Whom it is meant for, by its name, the first sentence of whom it says it is for, and its ages."""
    said = f"{document.get('name') or ''}. {_WHO.split(str(document.get('eligibility_description') or ''))[0]}"
    tags = {facet.tag for facet, pattern in _PEOPLE if pattern.search(said)}
    least, most = document.get("minimum_age"), document.get("maximum_age")
    tags |= {"wchildren"} if most is not None and most <= YOUNG else set()
    tags |= {"wolder"} if least is not None and least >= OLDER else set()
    return [facet for facet, _pattern in PEOPLE if facet.tag in tags]


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
