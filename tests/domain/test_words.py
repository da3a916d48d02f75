"""Words are folded and stemmed the same way when a record is stored and when somebody searches."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.kinds import KINDS
from webapp.domain.search_text import SearchText, search_text
from webapp.domain.words import (
    MAX_TERMS,
    MAX_TOKEN,
    Term,
    category_tag,
    fold,
    indexed,
    query_terms,
    stem,
    tag_token,
    tokens,
)

SERVICE = KINDS["service"]
ORGANIZATION_ID = "0190a000-0000-7000-8000-000000000001"
TERM_ID = "0190a000-0000-7000-8000-00000000000c"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café Mòd’s", "cafe mods"),
        ("PARKINSON'S", "parkinsons"),
        ("Straße", "strasse"),
        ("Łódź, Ørsted, Æsir, Þór", "lodz, orsted, aesir, thor"),
        ("ﬁnd ＡＢＣ", "find abc"),
        ("İstanbul", "istanbul"),
        ("co\u00adoperative", "cooperative"),
    ],
)
def test_folding_drops_case_accents_and_apostrophes(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=120))
def test_a_token_is_letters_and_digits_only_and_short(text: str) -> None:
    for token in tokens(text):
        assert token.isalnum()
        assert 0 < len(token) <= MAX_TOKEN
        assert tokens(token) == (token,)


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("clubs", "club"),
        ("running", "runs"),
        ("dying", "die"),
        ("parkinsons", "parkinson"),
        ("carers", "carer"),
        ("babies", "baby"),
    ],
)
def test_forms_of_a_word_share_a_stem(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def test_a_refuge_and_a_refugee_are_no_forms_of_one_another() -> None:
    assert stem("refugees") == stem("refugee")
    (refuge,) = query_terms("refuge")
    assert not any(map(refuge.matches, indexed("Refugees; a refugee")))
    assert all(any(map(refuge.matches, indexed(said))) for said in ("Refuge", "two refuges"))
    (refugees,) = query_terms("refugees")
    assert not any(map(refugees.matches, indexed("Refuge, refuges")))
    assert any(map(refugees.matches, indexed("Each refugee")))


def test_codes_and_numbers_are_not_stemmed() -> None:
    assert [stem(token) for token in tokens("EH6 6AA 0131s")] == ["eh6", "6aa", "0131s"]


def test_stemming_is_the_same_on_many_threads() -> None:
    words = [f"{letter}{ending}" for letter in "bcdfg" for ending in ("unning", "abies", "inging", "ationally") * 20]
    expected = [stem.__wrapped__(word) for word in words]
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append([stem.__wrapped__(w) for w in words])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def _service() -> SearchText:
    document = {
        "name": "Leith Running Club",
        "alternate_name": "The Leithers",
        "summary": "Gentle jogging for beginners",
        "description": "We meet at the **Shore**. Ring +44 (0)131 496 0199.",
        "organization_id": ORGANIZATION_ID,
        "url": "https://www.runleith.example/join",
        "phones": [{"id": "p1", "order": 1, "number": "0131 496 0123", "description": "bookings"}],
        "categories": [{"id": "c1", "order": 1, "taxonomy_term_id": TERM_ID}],
        "schedules": [{"id": "s1", "order": 1, "freq": "WEEKLY", "byday": "MO,WE", "opens_at": "18:30"}],
        "status": "active",
    }
    return search_text(SERVICE, document, {ORGANIZATION_ID: "Port Trust", TERM_ID: "Sports and Fitness"}, ["g88x21"])


def test_names_weigh_most_then_summary_and_categories_then_the_rest() -> None:
    entry = _service()
    assert {"leith", "run", "club"} <= set(entry.name.split())
    assert stem("leithers") in entry.name.split()
    assert {"gentl", "jog", "sport", "fit"} <= {stem(token) for token in entry.summary.split()} | set(
        entry.summary.split()
    )
    assert {"shore", "port", "trust", "runleith", "book"} <= set(entry.text.split())
    assert not {"shore", "port", "sport"} & set(entry.name.split())


def test_a_whole_word_stands_beside_its_stem() -> None:
    assert {"run", "running"} <= set(_service().name.split())


def test_telephone_digits_stand_grouped_and_joined_in_national_form() -> None:
    assert {"0131", "496", "0123", "01314960123", "01314960199"} <= set(_service().text.split())


def test_codes_times_and_ids_are_not_words() -> None:
    words = set(_service().all_tokens().split())
    assert not {"weekly", "mo", "18", "30", "active", "p1", "0190a000"} & words


def test_kind_and_categories_become_tags_beside_those_given() -> None:
    assert _service().tags.split() == sorted([category_tag(TERM_ID), "g88x21", "kservice", "yall"])
    assert {"_g88x21", "_kservice"} <= set(_service().all_tokens().split())


def test_a_postcode_is_found_with_and_without_its_space() -> None:
    entry = search_text(KINDS["location"], {"name": "Hall", "postal_code": "EH6 6AA"}, {})
    assert {"eh6", "6aa", "eh66aa"} <= set(entry.text.split())


@pytest.mark.parametrize("tag", ["", "C17", "17", "c 17", "_c17", "c-1", "c17\n"])
def test_a_tag_that_is_no_code_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="not a search tag"):
        tag_token(tag)


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("", ()),
        (" !!! ", ()),
        ("club", (Term("club", "club"),)),
        ("Running Clubs", (Term("run"), Term("club", "clubs"))),
        ("clubs for the elderly", (Term("club"), Term("elder", "elderly"))),
        ("the", (Term("the", "the"),)),
        ("x", (Term("x"),)),
        ("0131 496 0123", (Term("01314960123", "01314960123"),)),
        ("+44 131 496 0123", (Term("01314960123", "01314960123"),)),
        ("(0131) 496-0123 choir", (Term("01314960123"), Term("choir", "choir"))),
        ("116 123", (Term("116"), Term("123", "123"))),
        ("eh6 6aa", (Term("eh6"), Term("6aa", "6aa"))),
        ("choir choir", (Term("choir", "choir"),)),
    ],
)
def test_a_search_is_understood(asked: str, terms: tuple[Term, ...]) -> None:
    assert query_terms(asked) == terms


@given(st.text(max_size=300))
def test_any_search_gives_a_few_terms_of_letters_and_digits(asked: str) -> None:
    terms = query_terms(asked)
    assert len(terms) <= MAX_TERMS
    assert all(term.stem.isalnum() for term in terms)
    assert all(term.prefix is None or term.prefix.isalnum() for term in terms)


@given(st.text(alphabet="abcdefgilnorstuy éÉ'-", max_size=60), st.integers(0, 10))
def test_every_word_of_a_text_finds_it_also_half_typed(text: str, cut: int) -> None:
    entry = search_text(SERVICE, {"description": text}, {})
    words = tokens(text)
    for word in words:
        for typed in (word, word[: max(cut, 2)]):
            (term,) = query_terms(typed)
            assert any(term.matches(token) for token in entry.text.split())


@pytest.mark.parametrize("unit", ["0 ", "+", "0-(", "a'", "́", "9", "+0", "ß"])
def test_a_hostile_text_is_read_within_its_budget(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    start = time.thread_time()
    search_text(SERVICE, {"description": text}, {})
    assert time.thread_time() - start < 1
