"""Ids of imported things must never move: these are the ids that databases already hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.interchange.ids import element_id, record_id

WORD = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]))


def test_ids_are_the_same_in_every_release() -> None:
    assert record_id("NHS Choices clinics", "ORG:2676") == "e99bc306-8134-545d-b5f8-b266e7e3d13a"
    assert (
        element_id("NHS Choices clinics", "SVC:2676", "phones", "voice 01305 361300")
        == "edb6001a-dc6f-5b61-bca3-7ff9b60c66db"
    )


@given(WORD, WORD, WORD, WORD)
def test_different_sources_or_keys_never_share_an_id(a: str, b: str, c: str, d: str) -> None:
    assert (record_id(a, b) == record_id(c, d)) == ((a, b) == (c, d))


def test_parts_do_not_run_into_each_other() -> None:
    assert element_id("s", "ab", "c", "d") != element_id("s", "a", "bc", "d")
    assert element_id("s", "x", "phones", "1") != element_id("s", "x", "contacts", "1")
