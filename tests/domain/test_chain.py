"""The chain of revisions: whatever was altered afterwards shows, and a redaction does not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.domain.chain import (
    GENESIS,
    HASH_VERSION,
    Breach,
    Link,
    Stored,
    content_hash,
    link_hash,
    new_salt,
    verify,
)
from webapp.domain.document import canonical

SALT = "000102030405060708090a0b0c0d0e0f"


def chain(*names: str) -> list[Stored]:
    """A record's revisions, one a name."""
    made: list[Stored] = []
    for number, name in enumerate(names, 1):
        salt, document = f"{number:032x}", canonical({"name": name})
        previous = made[-1].hash if made else GENESIS
        link = Link(
            "0192d7b4-0000-7000-8000-000000000001",
            number,
            f"operation {number}",
            None if number == 2 else "ann",
            "suggestion",
            f"Name: {name}",
            f"2026-11-21T12:00:0{number}.000000Z",
            1,
            HASH_VERSION,
            content_hash(salt, document),
            previous,
        )
        made.append(Stored(link, link_hash(link), salt, document, None))
    return made


def codes(stored: list[Stored]) -> set[tuple[int, str]]:
    return {(breach.number, breach.code) for breach in verify(stored)}


def test_an_untouched_chain_verifies() -> None:
    assert verify(chain("A", "B", "C")) == []
    assert verify([]) == []


def test_the_hashes_are_what_they_were_when_the_first_was_written() -> None:
    assert content_hash(SALT, '{"name":"Café"}') == "432183d907fe48c0c192d77c3669d16d83db2673e112bea6105e3cfbc1d3d65d"
    assert link_hash(chain("A")[0].link) == "45b57568ee51cdcfe3ff21cd2a0a669626adfb94a7f1f1798858b6dd7aa586cb"


@given(st.data())
def test_any_other_value_in_a_hashed_field_is_found(data: st.DataObject) -> None:
    made = chain("A", "B", "C")
    place = data.draw(st.integers(0, 2))
    name = data.draw(st.sampled_from([field.name for field in fields(Link)]))
    value = getattr(made[place].link, name)
    made[place] = replace(made[place], link=replace(made[place].link, **{name: data.draw(_others(value))}))
    assert (made[place].link.number, "hash") in codes(made)


def _others(value: Any) -> st.SearchStrategy[Any]:
    """The value with one character flipped, taken away or added, or another number, or something for nothing."""
    if isinstance(value, int):
        return st.integers(-1, 10**6).filter(lambda other: other != value)
    if value is None:
        return st.sampled_from(["", "ann", "null"])
    return _flipped(value)


@st.composite
def _flipped(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text) - 1))
    with_ = draw(st.one_of(st.characters(codec="utf-8"), st.just("")))
    assume(text[at] != with_)
    return text[:at] + with_ + text[at + 1 :]


@given(st.data())
def test_any_flipped_character_of_content_salt_or_hash_is_found(data: st.DataObject) -> None:
    made = chain("A", "B", "C")
    place = data.draw(st.integers(0, 2))
    name, code = data.draw(st.sampled_from([("document", "content"), ("salt", "content"), ("hash", "hash")]))
    value = data.draw(_flipped(getattr(made[place], name)))
    made[place] = replace(made[place], **{name: value})
    found = codes(made)
    assert (place + 1, code) in found
    assert name != "hash" or place == 2 or (place + 2, "link") in found


@given(st.permutations(range(4)))
def test_any_other_order_is_found(order: list[int]) -> None:
    made = chain("A", "B", "C", "D")
    assert bool(verify([made[place] for place in order])) == (order != [0, 1, 2, 3])


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ([1, 2], {(2, "gap"), (2, "link")}),
        ([0, 2], {(3, "gap"), (3, "link")}),
        ([0, 0, 1, 2], {(1, "gap"), (1, "link")}),
        ([0, 1], set()),  # cut short at the end: only the record's newest number tells
    ],
)
def test_a_missing_or_doubled_revision_is_a_gap(kept: list[int], expected: set[tuple[int, str]]) -> None:
    made = chain("A", "B", "C")
    assert codes([made[place] for place in kept]) == expected


def test_a_revision_written_anew_breaks_the_next_one() -> None:
    made = chain("A", "B", "C")
    other = replace(made[1].link, summary="Name: D")
    made[1] = replace(made[1], link=other, hash=link_hash(other))
    assert verify(made) == [Breach(other.record_id, 3, "link")]


def test_content_of_another_revision_is_found() -> None:
    made = chain("A", "B")
    made[1] = replace(made[1], salt=made[0].salt, document=made[0].document)
    assert codes(made) == {(2, "content")}


def test_a_redaction_verifies_with_its_replacement_only() -> None:
    made = chain("A", "B")
    salt, text = new_salt(), canonical({"name": "Removed"})
    replaced = replace(made[0], salt=salt, document=text, replacement_hash=content_hash(salt, text))
    assert verify([replaced, made[1]]) == []
    assert codes([replace(replaced, document=canonical({"name": "Other"})), made[1]]) == {(1, "content")}
    assert codes([replace(replaced, salt=new_salt()), made[1]]) == {(1, "content")}
    assert codes([replace(replaced, replacement_hash=None), made[1]]) == {(1, "content")}
    assert codes([replace(replaced, replacement_hash=content_hash(SALT, text)), made[1]]) == {(1, "content")}


def test_salts_differ_and_keep_equal_documents_apart() -> None:
    salts = {new_salt() for _ in range(50)}
    assert len(salts) == 50
    assert {len(bytes.fromhex(salt)) for salt in salts} == {16}
    assert len({content_hash(salt, "{}") for salt in salts}) == 50


@pytest.mark.parametrize("salt", ["", "00", SALT.upper(), f"{SALT[:-1]}g", f" {SALT[1:]}", f"{SALT}\n", SALT * 2])
def test_a_salt_has_one_way_to_be_written(salt: str) -> None:
    with pytest.raises(ValueError, match="salt"):
        content_hash(salt, "{}")
