"""A wrong mapping is found before the first row, in words that name the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interchange.samples import SERVICE, SOURCE
from webapp.interchange.mapping_file import LIST_WORDS, VALUE_WORDS, from_tables, load, parse
from webapp.interchange.records import FormatError

LIST = SERVICE + '[[record.list]]\nfield = "phones"\nkey = "{Phone}"\n'


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("x =", "not TOML"),
        ("", r"needs a \[source\]"),
        (SOURCE, "makes no records"),
        (SERVICE.replace('licence = "OGL"', ""), r"\[source\]: licence is missing"),
        (SERVICE + "colour = 'red'", r"\[\[record\]\] service: there is no field 'colour'.*name"),
        (SERVICE.replace("required", "requird"), r"\[file\]: unknown requird"),
        (SERVICE.replace('"service"', '"shop"'), "there is no kind 'shop'"),
        (SERVICE + "summary = '{Name'", r"\[\[record\]\] service, summary: "),
        (SERVICE + "summary = { value = '{N}', take = 'last' }", "take = 'last'.*all, first, rest"),
        (SERVICE + "summary = { with = ';' }", "needs value"),
        (SERVICE + "summary = 1.5", "write a text"),
        (SERVICE + "status = { value = '{S}', choices = 'stati' }", r"no \[choices.stati\]"),
        (SERVICE + "organization_id = { link = 'organization' }", "link = 'organization' is not the name"),
        (SERVICE + "phones = '{Phone}'", "there is no field 'phones' to fill"),
        (LIST.replace('"phones"', '"name"'), "'name' is not a list; the lists are .*phones"),
        (LIST + "each = 'times'", "each = 'times', but it can be record, row"),
        (LIST + "merge = 'byday'", "merge = 'byday' is not a field"),
        (LIST + "unless_field = 'mail'", "unless_field = 'mail'"),
        (LIST.replace('key = "{Phone}"', ""), "list phones: key is missing"),
        (SERVICE.replace('key = "Id"', 'key = "Id"\ndelimiter = "::"'), "delimiter is one character"),
        (SERVICE.replace('["Name"]', '"Name"'), r"\[file\]: required must be a list in square brackets"),
        (SERVICE + "summary = { value = '{N}', split = '-', part = 0 }", "counted from 1"),
        (SERVICE.replace('key = "Id"', 'key = "Id"\nencoding = "base64"'), "no encoding 'base64'"),
        (SERVICE.replace('key = "Id"', 'key = "Id"\nencoding = "latin-99"'), "no encoding 'latin-99'"),
        (SERVICE + '[[join]]\nname="t"\nkey="Id"\nfile="../../etc/passwd"', "first file's folder"),
        (SERVICE + '[[join]]\nname="row"\nkey="Id"\nfile="t.csv"', "can't be named 'row'"),
        (SERVICE + '[[record]]\nkind="service"\nid="X:{Id}"', "different names"),
    ],
)
def test_what_is_wrong_is_named(mapping: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        parse(mapping)


def test_a_file_that_is_wrong_or_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("x =")
    with pytest.raises(FormatError, match=r"m\.toml: this is not TOML"):
        load(tmp_path / "m.toml")
    with pytest.raises(FormatError, match=r"gone\.toml can't be opened"):
        load(tmp_path / "gone.toml")


def test_columns_that_the_mapping_names_are_known() -> None:
    mapping = parse(LIST + '[record.list.fields]\nnumber = "{Phone}"\n[record.list.when]\nUse = "work"\n')
    assert mapping.needed_columns() == {"Id", "Name", "Phone", "Use"}


@pytest.mark.parametrize("name", ["nhs-clinics", "nhs-pharmacies"])
def test_the_examples_in_the_documentation_are_right(name: str) -> None:
    mapping = load(Path(__file__).parents[2] / "docs" / "examples" / f"{name}.toml")
    assert [record.kind for record in mapping.records] == ["organization", "service", "location"]
    assert mapping.layout.delimiter == "¬"


def test_the_pieces_that_the_documentation_shows_make_a_mapping() -> None:
    text = (Path(__file__).parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
    mapping = parse("\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)))
    assert [record.kind for record in mapping.records] == ["organization", "service"]
    assert [listed.field.name for listed in mapping.records[1].lists] == ["phones"]
    assert [join.name for join in mapping.joins] == ["times"]


def test_every_word_of_a_value_and_a_list_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
    for word in sorted(VALUE_WORDS | LIST_WORDS):
        assert re.search(rf"\b{word} =|\.{word}\]", text), word


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(), st.text(max_size=3), st.just([]), st.just({}),
    st.just(["a", 1]), st.just({"a": 1}), st.just([{"field": "phones", "key": 3}]),
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in nested tables and lists: what holds it, and its key there."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@given(st.data())
def test_a_mapping_with_anything_anywhere_is_read_or_refused_in_words(data: st.DataObject) -> None:
    path = Path(__file__).parents[2] / "docs" / "examples" / "nhs-pharmacies.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    found = list(places(raw))
    holder, key = found[data.draw(st.integers(0, len(found) - 1))]
    holder[key] = data.draw(JUNK)
    with suppress(FormatError):
        assert from_tables(raw).needed_columns()
