"""What an undoing undoes in a record, of operations that may have undone each other before."""

from __future__ import annotations

import pytest

from webapp.domain.newly_undone import Undid, newly_undone


@pytest.mark.parametrize(
    ("operations", "past", "found"),
    [
        ("ba", [], "ab"),
        ("ra", [Undid("a", "r", True)], ""),  # a revert and what it took: both have no effect to lose
        ("sra", [Undid("a", "r", False), Undid("r", "s", True)], "a"),  # and the revert was reverted
        ("r", [Undid("a", "r", True)], "r"),  # what it took lies before: it comes back
        ("rb", [Undid("a", "r", True), Undid("b", "r", True)], "br"),  # b loses what undid it, so it is undone anew
        ("a", [Undid("a", "r", True)], ""),  # by somebody whose work stays
        ("a", [Undid("a", "r", False)], "a"),
    ],
)
def test_only_what_had_an_effect_is_undone(operations: str, past: list[Undid], found: str) -> None:
    assert newly_undone(operations, past) == set(found)
