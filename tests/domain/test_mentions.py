"""Who is spoken to in a text."""

from __future__ import annotations

import pytest

from webapp.domain.mentions import MOST, handles_in


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@rita, is that so?", ("rita",)),
        ("Ask (@Rita) or @rob-0042.", ("rita", "rob-0042")),
        ("@rita and @rita", ("rita",)),
        ("Write to rita@people.example or @", ()),
        ("@rita@people.example", ()),
        ("https://social.example/@rita", ()),
        ("@" + "x" * 41, ()),
        (" ".join(f"@p{number}" for number in range(MOST + 3)), tuple(f"p{number}" for number in range(MOST))),
    ],
)
def test_an_at_sign_where_a_word_begins_calls_somebody(text: str, handles: tuple[str, ...]) -> None:
    assert handles_in(text) == handles
