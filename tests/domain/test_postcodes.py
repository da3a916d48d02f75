"""A postcode is read as far as it was typed, however it is spaced."""

from __future__ import annotations

import pytest

from webapp.domain.postcodes import Postcode, parse


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("G33 4RZ", "G33 4RZ"),
        ("g334rz", "G33 4RZ"),
        ("  ec1a   1bb ", "EC1A 1BB"),
        ("M11AE", "M1 1AE"),
        ("m1 1ae", "M1 1AE"),
        ("G33", "G33"),
        ("G33 4", "G33 4"),
        ("G334", "G33 4"),
        ("SW1A", "SW1A"),
        ("W1", "W1"),
    ],
)
def test_it_is_read_as_it_is_written(typed: str, text: str) -> None:
    found = parse(typed)
    assert found is not None
    assert found.text == text


def test_it_has_its_halves() -> None:
    assert parse("G33 4RZ") == Postcode("G33", "4", "RZ")
    full, half = parse("G33 4RZ"), parse("G33")
    assert full is not None
    assert half is not None
    assert (full.sector, full.is_full) == ("G33 4", True)
    assert (half.sector, half.is_full) == (None, False)


@pytest.mark.parametrize("typed", ["", "G", "33", "soup", "G33 4R", "G33 4RZZ", "G33-4RZ", "G33 4RZ near", "G" * 500])
def test_anything_else_is_none(typed: str) -> None:
    assert parse(typed) is None
