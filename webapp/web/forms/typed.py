"""What a posted form says, as it was typed. Nothing is judged here, and nothing is thrown away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.document import is_blank
from webapp.domain.problems import Problem

DEEPEST = 12  # parts of a control's name; the declarations need nine
Values = dict[str, Any]


@dataclass
class Node:
    """The posted values by the parts of their names: `phones-0-number` is branch phones, branch 0, leaf number."""

    leaves: dict[str, list[str]] = field(default_factory=dict)
    branches: dict[str, Node] = field(default_factory=dict)

    def first(self, name: str) -> str | None:
        """The first value sent under a name, or None where nothing was sent."""
        return self.leaves[name][0] if name in self.leaves else None

    def branch(self, name: str) -> Node:
        """What lies under a name; an empty node where there is nothing."""
        return self.branches.get(name) or Node()


def tree(pairs: Iterable[tuple[str, str]]) -> Node:
    """The posted pairs as a tree; names deeper than any declaration are left out."""
    root = Node()
    for name, value in pairs:
        *way, last = name.split("-", DEEPEST + 1)
        if len(way) > DEEPEST:
            continue
        node = root
        for part in way:
            node = node.branches.setdefault(part, Node())
        node.leaves.setdefault(last, []).append(value)
    return root


@dataclass
class Typed:
    """A document as typed, with what stands beside it: hours in words, searches, problems of reading."""

    values: Values = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # list or row of opening times -> what was typed
    finds: dict[str, str] = field(default_factory=dict)  # control's name -> what was looked for
    apart: dict[str, set[str]] = field(default_factory=dict)  # list of opening times -> rows that stand for themselves
    problems: list[Problem] = field(default_factory=list)  # hours that can't be read


def without_blank_rows(values: Mapping[str, Any]) -> Values:
    """The values without list rows that say nothing, so that an added row left empty is no problem."""
    cleaned: Values = {}
    for name, value in values.items():
        if isinstance(value, list):
            rows = [without_blank_rows(row) if isinstance(row, dict) else row for row in value]
            value = [row for row in rows if says_something(row)]
        if not is_blank(value):
            cleaned[name] = value
    return cleaned


def says_something(row: Any) -> bool:
    """Whether a row holds anything beside its id and its place."""
    return not isinstance(row, dict) or any(not is_blank(v) for k, v in row.items() if k not in ("id", "order"))


def new_element_id() -> str:
    """A fresh id for a list element."""
    return str(uuid.uuid4())


def good_element_id(value: str | None, taken: set[str]) -> str:
    """The posted id where it is one and is free, else a fresh one."""
    try:
        if value and str(uuid.UUID(value)) == value and value not in taken:
            return value
    except ValueError:
        pass
    return new_element_id()
