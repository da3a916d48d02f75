"""Bars: as high as their numbers say, within their ground."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.web.charts import STEP, ceiling, chart


@pytest.mark.parametrize(
    ("value", "top"), [(1, 1), (1.1, 2), (3, 5), (5, 5), (5.1, 10), (72, 100), (0.3, 0.5), (1001, 2000)]
)
def test_the_top_is_the_next_round_number(value: float, top: float) -> None:
    assert ceiling(value) == top


def test_a_bar_is_as_high_as_its_number_and_nothing_is_no_bar() -> None:
    drawn = chart((("front", 0.5, [5, None, 0, 10]),), 4)
    assert [(bar.x, bar.y, bar.width, bar.height) for bar in drawn.bars] == [(2.5, 50, 5, 50), (32.5, 0, 5, 100)]
    assert (drawn.width, drawn.top, drawn.line) == (40, 10, 60)
    assert chart((("front", 0.5, [5]),), 72).line is None


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=20), st.floats(0.1, 1))
def test_no_bar_leaves_its_place(values: list[float | None], share: float) -> None:
    drawn = chart((("front", share, values),))
    for bar in drawn.bars:
        place = bar.x // STEP
        assert place * STEP <= bar.x <= bar.x + bar.width <= (place + 1) * STEP + 0.02
        assert -0.01 <= bar.y <= bar.y + bar.height <= 100.02
