"""Tables of a parsed TOML file, taken apart with care: a wrong word or sort of value is said with its place."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, TypeVar

from webapp.interchange.records import FormatError

T = TypeVar("T")
_SORTS: Mapping[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    dict: "a table",
    list: "a list in square brackets",
}


def typed(raw: Mapping[str, Any], name: str, default: T, where: str) -> T:
    """The value of that name, `default` when it is absent; FormatError when it is of another sort."""
    found = raw.get(name, default)
    if not isinstance(found, type(default)) or isinstance(found, bool):
        raise FormatError(f"{where}: {name} must be {_SORTS[type(default)]}")
    return found


def tables(raw: Mapping[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    """The tables written as [[name]]; FormatError when one is not a table."""
    found: list[Any] = typed(raw, name, [], where)
    if not all(isinstance(one, dict) for one in found):
        raise FormatError(f"{where}: write [[{name}]]")
    return found


def texts(raw: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """The texts of a list of that name, none when it is absent; FormatError when one is not a text."""
    found: list[Any] = typed(raw, name, [], where)
    if not all(isinstance(one, str) for one in found):
        raise FormatError(f"{where}: {name} must be a list of texts")
    return tuple(found)


def known(raw: Mapping[str, Any], where: str, words: Set[str]) -> None:
    """Raises FormatError when a table holds a word that means nothing there."""
    strange = sorted(set(raw) - words)
    if strange:
        raise FormatError(f"{where}: unknown {', '.join(strange)}; known are {', '.join(sorted(words))}")


def text_of(raw: Mapping[str, Any], name: str, where: str) -> str:
    """The text of that name; FormatError when it is missing, blank or not a text."""
    found = raw.get(name)
    if not isinstance(found, str) or not found.strip():
        raise FormatError(f"{where}: {name} is missing")
    return found


def one_of(raw: Mapping[str, Any], name: str, words: tuple[str, ...], where: str) -> str:
    """The word of that name, the first of `words` when it is absent; FormatError for any other."""
    found = str(raw.get(name, words[0]))
    if found not in words:
        raise FormatError(f"{where}: {name} = {found!r}, but it can be {', '.join(words)}")
    return found
