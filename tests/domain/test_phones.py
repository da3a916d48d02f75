"""Telephone numbers: what is odd, how they are read out, what is dialled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.phones import format_phone, is_known_number, is_odd, tel


@pytest.mark.parametrize(
    ("number", "shown", "dialled"),
    [
        ("01315551234", "0131 555 1234", "+441315551234"),
        ("+44 (0)131 555 1234", "0131 555 1234", "+441315551234"),
        ("0044 131 555 1234", "0131 555 1234", "+441315551234"),
        ("+353 1 234 5678", "+353 1 234 5678", "+35312345678"),
        ("0131 555 1234 ext 12", "0131 555 1234 x12", "+441315551234;ext=12"),
        ("18001 0131 555 1234", "18001 0131 555 1234", "1800101315551234"),
        ("01314960123", "0131 496 0123", "01314960123"),
        ("01632 960123", "01632 960 123", "01632960123"),
        ("+447700900123", "07700 900 123", "07700900123"),
        ("01463 234567 ext 12", "01463 234 567 x12", "+441463234567;ext=12"),
        ("02079460123", "020 7946 0123", "02079460123"),
        ("08081570123", "0808 157 0123", "08081570123"),
        ("116123", "116 123", "116123"),
        ("999", "999", "999"),
    ],
)
def test_a_good_number_is_grouped_and_dialled(number: str, shown: str, dialled: str) -> None:
    assert not is_odd(number)
    assert format_phone(number) == shown
    assert tel(number) == dialled


@pytest.mark.parametrize(
    "number", ["0131 555", "12345", "ask at the desk", "0131 555 1234 1234", "116 12", "113"]
)
def test_an_odd_number_is_doubted_and_shown_as_written(number: str) -> None:
    assert is_odd(number)
    assert format_phone(f" {number} ") == number


@pytest.mark.parametrize(
    "number", ["111", "112", "999", "101", "105", "116 123", "0131 496 0000", "0808 157 0999"]
)
def test_short_codes_and_drama_ranges_are_known(number: str) -> None:
    assert is_known_number(number)


@pytest.mark.parametrize("number", ["0131 497 0123", "01632 961000", "07700 901000", "998", "116 1234"])
def test_their_neighbours_are_not_known(number: str) -> None:
    assert not is_known_number(number)


@given(st.text(max_size=40))
def test_whatever_is_written_a_link_holds_only_what_can_be_dialled(number: str) -> None:
    assert set(tel(number)) <= set("+0123456789;ext=")
    assert "\n" not in format_phone(number)
