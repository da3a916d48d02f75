"""Results say why they were found: the words where they stand, or what a filter knows by them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.kinds import KINDS
from webapp.domain.needs import Asked, Need, understand
from webapp.domain.why import LONGEST, excerpt, marked, missing, reasons
from webapp.domain.words import Term, query_terms

SERVICE = KINDS["service"]


CATEGORIES = {"lunch": "Lunch clubs", "walks": "Walks"}


def told(document: dict[str, Any], asked: Asked | str, *places: dict[str, Any]) -> list[tuple[str, str]]:
    """The reasons, with the words between stars."""
    needs = (understand(asked) if isinstance(asked, str) else asked).needs
    found = reasons(SERVICE, document, places, needs, CATEGORIES)
    return [(label, "".join(f"*{text}*" if hit else text for text, hit in pieces)) for label, pieces in found]


def test_words_are_marked_in_any_of_their_forms() -> None:
    assert marked("Walking and walks, O’Neill’s", query_terms("walk oneills")) == [
        ("Walking", True),
        (" and ", False),
        ("walks", True),
        (", ", False),
        ("O’Neill’s", True),
    ]


@given(st.text(max_size=80), st.text(max_size=30))
def test_marking_loses_no_letter(text: str, asked: str) -> None:
    assert "".join(piece for piece, _ in marked(text, query_terms(asked))) == text


def test_a_half_typed_word_is_marked_where_it_begins_one() -> None:
    assert marked("pharmacy", query_terms("pharm")) == [("pharmacy", True)]
    assert missing(query_terms("pharm"), "The pharmacy") == ()


def test_a_reason_names_the_part_and_shows_the_words() -> None:
    document = {"description": "Bring a **carer** if you like.", "fees_description": "Free."}
    assert told(document, "carer free") == [
        ("Description", "Bring a *carer* if you like."),
        ("What it costs", "*Free*."),
    ]


def test_what_a_place_lends_is_a_reason() -> None:
    hall = {"name": "The Hall", "city": "Cupar", "accessibility": [{"description": "Ramp at the side"}]}
    assert told({}, "wheelchair cupar", hall) == [("Where", "The Hall, *Cupar*"), ("", "*Step-free*")]


def test_the_category_that_has_the_words_is_a_reason_and_comes_first() -> None:
    document = {
        "description": "A lunch of soup.",
        "categories": [{"taxonomy_term_id": "walks"}, {"taxonomy_term_id": "lunch"}, {"taxonomy_term_id": "gone"}],
    }
    assert told(document, "lunch") == [("Category", "*Lunch* clubs")]
    assert told(document, "lunch soup") == [("Category", "*Lunch* clubs"), ("Description", "A lunch of *soup*.")]


def test_of_what_means_the_same_the_first_that_stands_there_is_told() -> None:
    need = Need(((Term("chemist"),), (Term("drug"), Term("store")), (Term("pharmaci"),)))
    document = {"description": "The drug advice line in a pharmacy."}
    assert told(document, Asked((need,))) == [("Description", "The drug advice line in a *pharmacy*.")]


def test_what_stands_nowhere_gives_no_reason() -> None:
    assert told({"description": "Tea"}, "soup") == []


@given(st.text(max_size=400), st.text(max_size=20))
def test_an_excerpt_is_short_and_has_the_first_word(text: str, asked: str) -> None:
    terms = query_terms(asked)
    short = excerpt(text, terms)
    assert len(short) <= LONGEST + 45 or " " not in short  # a word of its own length is not cut
    if not missing(terms, " ".join(text.split())) and terms and len(text) < LONGEST:
        assert not missing(terms, short)
