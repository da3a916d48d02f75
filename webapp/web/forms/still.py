"""Rows of long lists that stand as they are: a line each, until somebody wants to change one.

Law: what was typed, looked for or is wrong is never folded away; a row that is not sent whole keeps what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from webapp.domain.fields import FieldType, Kind
from webapp.web.forms.typed import Typed

MOST_WHOLE = 12
"""Rows of a list that are all shown whole: one of 200 places has 10,000 letters of controls."""


def still_rows(
    kind: Kind, typed: Typed, stands: Iterable[Mapping[str, Any]], opened: str, noted: Collection[str], prefix: str
) -> frozenset[str]:
    """The addresses of the rows of long lists that say what they say in all the documents of `stands`.

    Not among them: the row of the name `opened`, and any in which an address of `noted` or a search lies.
    """
    touched = {"/".join(address.split("/")[:2]) for address in (*noted, *typed.texts)}
    sought = {"-".join(name.removeprefix(prefix).split("-")[:2]) for name in (*typed.finds, opened)}
    found = set()
    for field in kind.fields():
        rows = typed.values.get(field.name) or [] if field.type is FieldType.LIST else []
        if len(rows) <= MOST_WHOLE:
            continue
        before = [{row["id"]: _said(row) for row in document.get(field.name, ())} for document in stands]
        for number, row in enumerate(rows):
            address, name = f"{field.name}/{row['id']}", f"{field.name}-{number}"
            is_still = all(_said(row) == known.get(row["id"]) for known in before)
            if is_still and address not in touched and name not in sought:
                found.add(address)
    return frozenset(found)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its empty lists, which reading adds. Its empty texts stay: a row that was sent whole has them all,
    and stays whole."""
    return {name: value for name, value in row.items() if value != []}
