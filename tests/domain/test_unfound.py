"""Of a search that found nothing only words are counted: nothing by which somebody could be known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.unfound import LONGEST, MONTHS, first_month, month_of, words_kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Walking group for the blind", "blind group walking"),
        ("blind WALKING, group", "blind group walking"),
        ("Café Mòd's cafe", "cafe mods"),
        ("soup soup soup", "soup"),
        ("A&E / X-ray", "e ray x"),
        ("debt help G33 4RZ", "debt help"),
        ("debt help g334rz ls6 SW1A 1AA", "debt help"),
        ("who is 0131 496 0123", ""),
        ("ring +44 (0)131-496-0123 soup", "ring soup"),
        ("jane.roe@example.org soup", "soup"),
        ("jane.roe＠example.org soup", "soup"),
        ("https://jane.example/roe?x soup www.roe.example", "soup"),
        ("@janeroe soup", "soup"),
        ("born 3.4.1950 NHS943-476-5919", "born"),
        ("flat12b soup ٣٤٥ ²", "soup"),
        ("the of and", ""),
        ("", ""),
        ("\x00\ud800", ""),
    ],
)
def test_words_stay_and_numbers_and_addresses_go(typed: str, kept: str) -> None:
    assert words_kept(typed) == kept


@given(st.text(max_size=400))
def test_whatever_is_typed_little_is_kept_and_no_number(text: str) -> None:
    kept = words_kept(text)
    assert len(kept) <= LONGEST
    assert not any(letter.isdigit() or letter in "@:/." for letter in kept)
    assert kept.split() == sorted(set(kept.split()))


@given(st.lists(st.from_regex(r"[a-z]{1,60}", fullmatch=True), max_size=30))
def test_what_is_kept_of_what_is_kept_is_the_same(words: list[str]) -> None:
    kept = words_kept(" ".join(words))
    assert words_kept(kept) == kept


def test_a_month_ends_at_midnight_here() -> None:
    assert month_of(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)) == "2026-06"
    assert month_of(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == "2026-07"


@pytest.mark.parametrize(
    ("month", "first"), [((2026, 11), "2025-11"), ((2026, 1), "2025-01"), ((2026, 12), "2025-12")]
)
def test_thirteen_months_are_kept(month: tuple[int, int], first: str) -> None:
    assert MONTHS == 13
    assert first_month(datetime(*month, 15, tzinfo=UTC)) == first
